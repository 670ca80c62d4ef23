/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/learn.h"

#include "compiler/iterate.h"
#include "compiler/share.h"
#include "ir/ruleset.h"

#define LIMIT_NAME "LEARN_MAX"
/* what the interpreter holds, and more than an interface has */
#define LIMIT_MAX 32
#define SERVER_NAME "DHCPSERVER"
#define SERVERS_MAX 32
#define ETHERTYPE_RARP 0x8035

/* what stands where the address would: any text of the type */
static const struct learnable {
	const char *variable;
	const char *control;
	const char *placeholder;
	enum learn_mode mode; /* unless the binding says another */
	enum type_id type;
} learnable[FAMILY_MAX] = {
	[FAMILY_IPV4] = {"IP", "CTRL_IP_LEARNING", "192.0.2.0", LEARN_ANY, TYPE_IPV4},
	[FAMILY_IPV6] = {"IPV6", "CTRL_IPV6_LEARNING", "2001:db8::", LEARN_NONE, TYPE_IPV6},
};

/* addresses at once: a lease is asked for while the one before it lasts */
static const unsigned default_max[LEARN_MODE_MAX] = {[LEARN_ANY] = 1, [LEARN_DHCP] = 4};

void learn_init(struct learn *l, const struct binding *binding)
{
	*l = (struct learn){.binding = binding};
}

/* false after a diagnostic */
static bool read_mode(struct learn *l, struct compile *c, enum family family)
{
	const struct learnable *row = &learnable[family];
	const struct parameter *p = parameter_find(&l->binding->parameter, str_of(row->control));
	struct learn_family *f = &l->of[family];
	struct diag *d;

	f->mode = p ? learn_mode_find(p->value.at[0]) : row->mode;
	if (f->mode == LEARN_DHCP && family == FAMILY_IPV6) {
		d = diag_report(&c->diag, DIAG_LEARN_MODE, p->value_span.at[0],
				"leases of DHCPv6 cannot be learned");
		diag_help(&c->diag, d,
			  "use CTRL_IPV6_LEARNING=any, which learns a lease when the interface "
			  "looks for a duplicate of it, or give the address");
		f->mode = LEARN_ANY;
		return false;
	}
	if (f->mode < LEARN_MODE_MAX)
		return true;
	d = diag_report(&c->diag, DIAG_LEARN_MODE, p->value_span.at[0],
			"%s is none of any, dhcp and none", row->control);
	diag_help(&c->diag, d, "leave it out for %s", learn_mode_word(row->mode));
	/* said once */
	f->mode = LEARN_ANY;
	return false;
}

static bool read_limit(struct learn *l, struct compile *c, struct learn_family *f)
{
	const struct parameter *p = parameter_find(&l->binding->parameter, STR(LIMIT_NAME));
	uint64_t max = default_max[f->mode];

	if (p && (!str_to_u64(p->value.at[0], 10, LIMIT_MAX, &max) || !max)) {
		diag_report(&c->diag, DIAG_LEARN_MODE, p->value_span.at[0],
			    LIMIT_NAME " is not a number from 1 to %d", LIMIT_MAX);
		return false;
	}
	f->max = (unsigned)max;
	return true;
}

static bool read_servers(struct learn *l, struct compile *c, struct learn_family *f)
{
	const struct parameter *p = parameter_find(&l->binding->parameter, STR(SERVER_NAME));

	for (size_t i = 0; p && f->mode == LEARN_DHCP && i < p->value.n; i++) {
		struct value *server = VEC_PUSH(c->arena, &f->server);

		if (i < SERVERS_MAX &&
		    type_parse(field(FIELD_SRCIP), NULL, p->value.at[i], server) == PARSE_OK)
			continue;
		diag_report(&c->diag, DIAG_LEARN_MODE, p->value_span.at[i],
			    SERVER_NAME " is not %s",
			    i < SERVERS_MAX ? "an IPv4 address" : "that many servers");
		return false;
	}
	return true;
}

static void make_parameter(struct learn *l, struct compile *c, enum family family)
{
	struct parameter *p = &l->of[family].parameter;

	p->name = str_of(learnable[family].variable);
	p->span = l->binding->span;
	*VEC_PUSH(c->arena, &p->value) = str_of(learnable[family].placeholder);
	*VEC_PUSH(c->arena, &p->value_span) = l->binding->span;
}

/* exactly $IP, which is $IP[@0]: other accesses are errors to libvirt as well */
static enum family family_of(const struct access *a)
{
	int family = FAMILY_IPV4;

	while (family < FAMILY_MAX && !str_is(a->name, learnable[family].variable))
		family++;
	return family == FAMILY_MAX || a->kind != ACCESS_ITERATOR || a->number
		       ? FAMILY_NONE
		       : (enum family)family;
}

const struct parameter *learn_find(struct learn *l, struct compile *c, const struct access *a,
				   bool *ret_reported)
{
	enum family family = family_of(a);
	struct learn_family *f = &l->of[family];

	if (!family)
		return NULL;
	if (!f->asked) {
		f->asked = true;
		*ret_reported =
			!read_mode(l, c, family) || !read_limit(l, c, f) || !read_servers(l, c, f);
		make_parameter(l, c, family);
	}
	if (f->mode == LEARN_NONE || *ret_reported)
		return NULL;
	f->used = true;
	return &f->parameter;
}

enum family learn_is(const struct learn *l, const struct parameter *p)
{
	int family = FAMILY_IPV4;

	while (family < FAMILY_MAX && p != &l->of[family].parameter)
		family++;
	return family < FAMILY_MAX ? (enum family)family : FAMILY_NONE;
}

/* the kernel compares an element with a field it knows by name, and RARP has none */
static bool fits(const struct compile *c, const struct filter_rule *rule, const struct match *m,
		 enum family family)
{
	return share_plain_test(c, rule, m, true) && rule->proto->ethertype != ETHERTYPE_RARP &&
	       type_of(field(m->field), rule->proto) == learnable[family].type;
}

const struct operand *learn_unfit(const struct compile *c, const struct filter_rule *rule,
				  const struct access *a, enum family family)
{
	for (size_t i = 0; i < rule->match.n; i++)
		for (int slot = 0; slot < SLOT_MAX; slot++) {
			const struct operand *o = &rule->match.at[i].operand[slot];

			if (o->kind == OPERAND_VARIABLE && access_equal(&o->access, a) &&
			    (slot != SLOT_VALUE || !fits(c, rule, &rule->match.at[i], family)))
				return o;
		}
	return NULL;
}

bool learn_used(const struct learn *l)
{
	return l->of[FAMILY_IPV4].used || l->of[FAMILY_IPV6].used;
}

bool learn_leases(const struct learn *l)
{
	return l->of[FAMILY_IPV4].used && l->of[FAMILY_IPV4].mode == LEARN_DHCP;
}
