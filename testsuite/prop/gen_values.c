/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/prop/gen_values.h"

#include <stdio.h>

#include "compiler/parse_parameter.h"
#include "testsuite/prop/pool.h"

#define TEXT_SIZE 64
#define LENGTH_MAX 3

/* two of each type, so that rules have lists that advance together; MAC is every binding's */
static const struct {
	const char *name;
	enum type_id type;
} variables[] = {
	{"MAC", TYPE_MAC},  {"MACS", TYPE_MAC},  {"IP", TYPE_IPV4},  {"IPS", TYPE_IPV4},
	{"IP6", TYPE_IPV6}, {"IP6S", TYPE_IPV6}, {"PORT", TYPE_U16}, {"PORTS", TYPE_U16},
};
#define NVARIABLE (sizeof(variables) / sizeof(variables[0]))

static void use_value(void *context, unsigned filter, const struct field *f, const struct proto *p,
		      char *text, size_t size)
{
	struct gen_values *v = context;
	unsigned which = rng_below(v->rng, NVARIABLE);

	(void)filter;
	/* ends of ranges keep their literals: a variable may be below the start */
	if (!*text || f->slot == SLOT_END || f->literal || type_of(f, p) != variables[which].type)
		return;
	switch (rng_below(v->rng, 6)) {
	case 0:
	case 1:
		snprintf(text, size, "$%s[@%u]", variables[which].name, 1 + rng_below(v->rng, 2));
		break;
	case 2:
		snprintf(text, size, "$%s[%u]", variables[which].name,
			 rng_below(v->rng, v->length));
		break;
	default:
		snprintf(text, size, "$%s", variables[which].name);
	}
}

/* what keeps a VM to its own addresses, around the other rules: what shortcuts are made of */
static void put_own_addresses(struct gen_values *v, unsigned nfilter, struct buf *out)
{
	static const char *const rules[] = {
		"  <rule action='accept' direction='out'><ip srcipaddr='$IP'/></rule>\n",
		"  <rule action='accept' direction='out'><ipv6 srcipaddr='$IP6'/></rule>\n",
	};

	v->guarded = rng_once(v->rng, 3);
	if (!v->guarded)
		return;
	buf_printf(out, "  <filterref filter='f%u'/>\n", nfilter);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!rng_once(v->rng, 4))
			buf_puts(out, rules[i]);
}

static void put_pool(struct rng *r, const char *name, enum type_id type, struct buf *out)
{
	static const struct proto any;
	struct field f = {.type = type};
	char text[TEXT_SIZE];

	pool_value(r, &f, &any, text, sizeof(text));
	buf_printf(out, " %s='%s'", name, text);
}

/* rules that differ in one or two values: what tables are made of */
static void put_series(struct gen_values *v, struct buf *out)
{
	struct rng *r = v->rng;
	bool one_verdict = rng_once(r, 2), one_address = rng_once(r, 2);

	if (!rng_once(r, 4))
		return;
	for (unsigned n = 3 + rng_below(r, 5); n > 0; n--) {
		buf_printf(out, "  <rule action='%s' direction='out'><ip protocol='%s'",
			   one_verdict || rng_once(r, 2) ? "accept" : "drop",
			   one_address || rng_once(r, 2) ? "tcp" : "udp");
		if (!one_address)
			put_pool(r, "dstipaddr", TYPE_IPV4, out);
		put_pool(r, "dstportstart", TYPE_U16, out);
		buf_puts(out, "/></rule>\n");
	}
}

static void put_begin(void *context, unsigned nfilter, struct buf *out)
{
	put_own_addresses(context, nfilter, out);
	put_series(context, out);
}

static void put_guard(void *context, unsigned nfilter, struct buf *out)
{
	const struct gen_values *v = context;

	if (!v->guarded)
		return;
	buf_printf(out, "<filter name='f%u' chain='mac' priority='-1000'>\n", nfilter);
	buf_puts(out, "  <rule action='return' direction='out'><mac srcmacaddr='$MAC'/></rule>\n"
		      "  <rule action='drop' direction='out'/>\n"
		      "</filter>\n");
	buf_putc(out, 0);
}

static void no_parameters(void *context, struct buf *out)
{
	(void)context;
	(void)out;
}

void gen_values_init(struct gen_values *v, struct rng *r)
{
	*v = (struct gen_values){.rng = r, .length = 1 + rng_below(r, LENGTH_MAX)};
	v->style = (struct gen_style){.context = v,
				      .prefix = "f",
				      .value = use_value,
				      .reference = no_parameters,

				      .begin = put_begin,
				      .end = put_guard};
	for (unsigned i = 0; i < GEN_CHAINS; i++)
		v->style.priority[i] = (int)rng_below(r, 2001) - 1000;
}

void gen_values_add(struct gen_values *v, struct compile *c, struct binding *b)
{
	static const struct proto any;

	for (size_t i = 0; i < NVARIABLE; i++)
		for (unsigned k = 0; k < v->length; k++) {
			struct field f = {.type = variables[i].type};
			char text[TEXT_SIZE];
			struct source *s;
			struct span span;

			pool_value(v->rng, &f, &any, text, sizeof(text));
			s = compile_text(c, STR(COMMAND_LINE), str_of(text));
			s->bytes = str_dup(c->arena, s->bytes);
			span = (struct span){s, 0, (uint32_t)s->bytes.len};
			parameter_add(c, &b->parameter, str_of(variables[i].name), span, s->bytes,
				      span);
		}
}
