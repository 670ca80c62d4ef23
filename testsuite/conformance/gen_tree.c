/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gen_tree.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipset.h"
#include "testsuite/prop/gen_filter.h"
#include "testsuite/prop/pool.h"

/* a variable of each type that has them; the last is known only below a reference */
static const struct variable {
	const char *name;
	enum type_id type;
	bool local;
} variables[] = {
	{"IP", TYPE_IPV4, false},   {"NETS", TYPE_IPV4, false}, {"IPV6", TYPE_IPV6, false},
	{"MACS", TYPE_MAC, false},  {"PORTS", TYPE_U16, false}, {"NUMBERS", TYPE_U8, false},
	{"LOCAL", TYPE_IPV4, true},
};
#define NVARIABLE (sizeof(variables) / sizeof(variables[0]))

struct tree {
	struct rng *rng;
	struct gen_style style;
	unsigned length; /* of all lists, so that they can go in lock step */
	bool lists;      /* most trees have some */
	unsigned set;    /* the kind that the last rule with a set named */
};

static void put_value(struct rng *r, enum type_id type, char *text, size_t size)
{
	static const struct proto any;
	struct field f = {.type = type};

	do
		pool_value(r, &f, &any, text, size);
	/* parameters take no more than [A-Za-z0-9_.:] */
	while (!*text);
	/* iptables' udp resolves ports as names if they are not decimal */
	if (!strncmp(text, "0x", 2) && !rng_once(r, 16))
		snprintf(text, size, "%lu", strtoul(text, NULL, 16));
}

static void use_access(struct tree *t, const struct variable *v, char *text, size_t size)
{
	switch (rng_below(t->rng, 6)) {
	case 0:
	case 1:
		snprintf(text, size, "$%s[@%u]", v->name, 1 + rng_below(t->rng, 2));
		break;
	case 2:
		snprintf(text, size, "$%s[%u]", v->name, rng_below(t->rng, t->length));
		break;
	default:
		snprintf(text, size, "$%s", v->name);
		break;
	}
}

/* as many as the set has dimensions, sometimes more */
static void put_flags(struct tree *t, char *text, size_t size)
{
	const char *kind = ipset_kind(t->set);
	unsigned n = 1 + rng_once(t->rng, 8);

	for (; *kind; kind++)
		n += *kind == ',';
	*text = 0;
	while (n--) {
		size_t used = strlen(text);

		snprintf(text + used, size - used, "%s%s", rng_once(t->rng, 2) ? "src" : "dst",
			 n ? "," : "");
	}
}

static void use_set(struct tree *t, const struct field *f, const struct proto *p, char *text,
		    size_t size)
{
	unsigned kinds = 0;

	if (f->type == TYPE_IPSET_FLAGS) {
		put_flags(t, text, size);
		return;
	}
	while (ipset_kind(kinds))
		kinds++;
	t->set = rng_below(t->rng, kinds);
	ipset_name(t->set, p->family == FAMILY_IPV6, text, size);
}

static void use_value(void *context, unsigned filter, const struct field *f, const struct proto *p,
		      char *text, size_t size)
{
	struct tree *t = context;
	enum type_id type = type_of(f, p);

	if (type == TYPE_IPSET || type == TYPE_IPSET_FLAGS)
		use_set(t, f, p, text, size);
	if (type == TYPE_TEXT)
		snprintf(text, size, "rule %u: &lt;&apos;&amp; %%s;", rng_below(t->rng, 1000));
	/* the tools refuse both: few such cases suffice */
	if (f->handler == HANDLER_TCP_OPTION && !strtoul(text, NULL, 0) && !rng_once(t->rng, 16))
		snprintf(text, size, "8");
	if (p->bpdu && !strncmp(text, "0x", 2) && !rng_once(t->rng, 16))
		snprintf(text, size, "%lu", strtoul(text, NULL, 16));
	if (f->handler == HANDLER_TCP_OPTION || !*text || type == TYPE_TEXT || type == TYPE_IPSET ||
	    type == TYPE_IPSET_FLAGS)
		return;
	/* limits are for literals, the daemon does not see them here and the tools may not */
	if (!t->lists || f->literal || f->max || f->min || f->slot == SLOT_END ||
	    f->slot == SLOT_SECOND_END || !rng_once(t->rng, 4))
		return;
	for (size_t i = 0; i < NVARIABLE; i++) {
		const struct variable *v = &variables[i];

		if (v->type != type || (v->local && !filter) || rng_once(t->rng, 3))
			continue;
		use_access(t, v, text, size);
		return;
	}
	if (type == TYPE_MAC && rng_once(t->rng, 2))
		snprintf(text, size, "$MAC[0]");
}

static void put_list(struct tree *t, const struct variable *v, struct buf *out)
{
	for (unsigned i = 0; i < t->length; i++) {
		char text[64];

		put_value(t->rng, v->type, text, sizeof(text));
		buf_printf(out, "<parameter name='%s' value='%s'/>", v->name, text);
	}
}

static void put_parameters(void *context, struct buf *out)
{
	struct tree *t = context;

	put_list(t, &variables[NVARIABLE - 1], out);
	/* one that the binding has too: the outermost wins */
	if (rng_once(t->rng, 3))
		put_list(t, &variables[rng_below(t->rng, NVARIABLE - 1)], out);
}

struct tree *tree_new(struct rng *r, const char *prefix)
{
	struct tree *t = calloc(1, sizeof(*t));
	bool ties = rng_once(r, 6);

	if (!t)
		err(99, "memory");
	t->rng = r;
	t->length = 1 + rng_below(r, 3);
	t->lists = !rng_once(r, 4);
	t->style.context = t;
	t->style.prefix = prefix;
	t->style.value = use_value;
	t->style.sets = rng_once(r, 3);
	t->style.reference = put_parameters;
	for (unsigned i = 0; i < GEN_CHAINS; i++)
		t->style.priority[i] = ties ? (int)rng_below(r, 4) * 250 - 500
					    : (int)(rng_below(r, 100) * 20 + i) - 1000;
	return t;
}

void tree_free(struct tree *t)
{
	free(t);
}

bool tree_has_sets(const struct tree *t)
{
	return t->style.sets;
}

void tree_filters(struct tree *t, struct buf *out)
{
	gen_filters_styled(t->rng, &t->style, out);
}

void tree_binding(struct tree *t, const char *tap, const char *mac, struct buf *out)
{
	buf_printf(out,
		   "<filterbinding>\n<owner><name>%s</name>"
		   "<uuid>5f1c2a2e-0000-4000-8000-000000000000</uuid></owner>\n"
		   "<portdev name='%s'/>\n<mac address='%s'/>\n<filterref filter='%s0'>\n",
		   tap, tap, mac, t->style.prefix);
	for (size_t i = 0; i < NVARIABLE; i++)
		if (!variables[i].local) {
			put_list(t, &variables[i], out);
			buf_putc(out, '\n');
		}
	buf_puts(out, "</filterref>\n</filterbinding>\n");
}
