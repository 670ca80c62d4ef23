/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/share.h"

#include "compiler/expand.h"
#include "ir/ruleset.h"

/* whole bytes of the frame, of types whose sets lower_lift.c can name */
static bool set_can_hold(const struct filter_rule *rule, const struct field *f)
{
	enum type_id type = type_of(f, rule->proto);

	return f->handler == HANDLER_PORT ||
	       (f->handler == HANDLER_TEST &&
		(type == TYPE_MAC || type == TYPE_IPV4 || type == TYPE_IPV6));
}

static bool has_mask(const struct filter_rule *rule, enum field_id id)
{
	for (size_t i = 0; i < rule->match.n; i++)
		if (rule->match.at[i].field == id)
			return rule->match.at[i].operand[SLOT_MASK].kind != OPERAND_ABSENT;
	return false;
}

/* what --compat makes of it is no plain test (lower_match.c, special.c) */
static bool odd_in_compat(const struct filter_rule *rule, const struct match *m)
{
	enum guard guard = field(m->field)->guard;

	return guard == GUARD_STP || guard == GUARD_STP_CONFIG ||
	       (m->field == FIELD_ARP_DSTIP && has_mask(rule, FIELD_ARP_SRCIP)) ||
	       (field(m->field)->handler == HANDLER_PORT && m->negated);
}

bool share_plain_test(const struct compile *c, const struct filter_rule *rule,
		      const struct match *m, bool single)
{
	const struct field *f = field(m->field);

	for (int slot = 0; slot < SLOT_MAX; slot++)
		if (slot != SLOT_VALUE && m->operand[slot].kind != OPERAND_ABSENT)
			return false;
	return set_can_hold(rule, f) && (single || !m->negated) &&
	       !(compat(c) && odd_in_compat(rule, m));
}

static bool is_single(const struct iteration_access *a)
{
	return a->iterator < 0 || a->parameter->value.n == 1;
}

/* do all uses of the access in the rule bear a look-up in the place of the value? */
static bool uses_are_plain(const struct share *s, const struct filter_rule *rule,
			   const struct iteration_access *a, unsigned *nuse)
{
	for (size_t i = 0; i < rule->match.n; i++)
		for (int slot = 0; slot < SLOT_MAX; slot++) {
			const struct operand *o = &rule->match.at[i].operand[slot];

			if (o->kind != OPERAND_VARIABLE || !access_equal(&o->access, a->access))
				continue;
			++*nuse;
			if (slot != SLOT_VALUE ||
			    !share_plain_test(s->compile, rule, &rule->match.at[i], is_single(a)))
				return false;
		}
	return true;
}

static bool of_binding(const struct share *s, const struct iteration_access *a)
{
	return parameter_find(&s->binding->parameter, a->access->name) == a->parameter;
}

static bool together(const struct iteration_access *a, const struct iteration_access *b)
{
	return a == b || (a->iterator >= 0 && a->iterator == b->iterator);
}

bool share_lifts(const struct share *s, const struct filter_rule *rule, const struct iteration *it,
		 size_t access)
{
	const struct iteration_access *a = &it->access.at[access];
	unsigned nuse = 0;

	for (size_t i = 0; i < it->access.n; i++) {
		const struct iteration_access *b = &it->access.at[i];

		if (together(a, b) && (!of_binding(s, b) || table_get(&s->exact, b->access->name) ||
				       !uses_are_plain(s, rule, b, &nuse)))
			return false;
	}
	/* what advances together has to fit one look-up */
	return is_single(a) || nuse < TUPLE_MAX;
}

/* the values of what is not lifted here are in the rules, so nothing is gained elsewhere */
static bool visit_rule(struct share *s, const struct environment *env,
		       const struct filter_rule *rule)
{
	struct iteration it;
	bool changed = false;

	if (!rule->access.n)
		return false;
	iteration_init(&it, s->arena);
	for (size_t i = 0; i < rule->access.n; i++) {
		const struct access *a = &rule->access.at[i];
		const struct parameter *p = environment_find(env, a->name);

		/* what is missing, and lists that do not fit, are reported by expand */
		if (p && (a->kind != ACCESS_INDEX || a->number < p->value.n))
			iteration_add(&it, a, p);
	}
	for (size_t i = 0; i < it.access.n; i++) {
		struct str name = it.access.at[i].access->name;

		if (!of_binding(s, &it.access.at[i]) || table_get(&s->exact, name) ||
		    share_lifts(s, rule, &it, i))
			continue;
		table_put(&s->exact, s->arena, name, s);
		changed = true;
	}
	return changed;
}

static bool visit_filter(struct share *s, const struct environment *up, const struct filter *filter)
{
	bool changed = false;

	for (size_t i = 0; i < filter->item.n; i++) {
		const struct filter_item *item = &filter->item.at[i];
		struct environment env = {.up = up};

		if (item->kind == ITEM_RULE) {
			changed |= visit_rule(s, up, item->rule);
			continue;
		}
		if (!item->filterref->filter || !item->filterref->filter->nrule)
			continue;
		env.parameter = &item->filterref->parameter;
		changed |= visit_filter(s, &env, item->filterref->filter);
	}
	return changed;
}

struct share *share_new(struct arena *arena, const struct compile *c, const struct filter *top,
			const struct binding *binding)
{
	struct share *s = ARENA_NEW(arena, struct share);
	struct environment env = {.parameter = &binding->parameter};

	*s = (struct share){.arena = arena, .compile = c, .binding = binding};
	/* one that is exact makes those exact that advance with it elsewhere */
	while (visit_filter(s, &env, top))
		;
	return s;
}

static void visit_variables(struct arena *arena, const struct filter *f, struct table *seen,
			    struct table *names, struct variables *ret)
{
	if (table_get(seen, f->name))
		return;
	table_put(seen, arena, f->name, (void *)f);
	for (size_t i = 0; i < f->item.n; i++) {
		const struct filter_item *item = &f->item.at[i];

		if (item->kind == ITEM_FILTERREF && item->filterref->filter)
			visit_variables(arena, item->filterref->filter, seen, names, ret);
		for (size_t k = 0; item->kind == ITEM_RULE && k < item->rule->access.n; k++) {
			struct str name = item->rule->access.at[k].name;

			if (table_get(names, name))
				continue;
			table_put(names, arena, name, names);
			*VEC_PUSH(arena, &ret->at) = name;
		}
	}
}

void variables_below(struct arena *arena, const struct filter *top, struct variables *ret)
{
	struct table seen = {0}, names = {0};

	*ret = (struct variables){0};
	visit_variables(arena, top, &seen, &names, ret);
}

void share_signature(const struct variables *variables, const struct binding *binding,
		     const struct share *s, struct buf *out)
{
	for (size_t i = 0; i < variables->at.n; i++) {
		const struct parameter *p =
			parameter_find(&binding->parameter, variables->at.at[i]);

		buf_putu(out, p ? p->value.n : 0);
		buf_putc(out, ';');
		if (!s || !p || !table_get(&s->exact, p->name))
			continue;
		/* lengths in front: no text can pass for two */
		for (size_t k = 0; k < p->value.n; k++) {
			buf_putu(out, p->value.at[k].len);
			buf_putc(out, ':');
			buf_put(out, p->value.at[k]);
		}
	}
}
