/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/same.h"

#include "compiler/iterate.h"

static const char *operand_difference(const struct operand *a, const struct operand *b)
{
	if (a->kind != b->kind)
		return "kind of an operand";
	if (a->kind == OPERAND_ABSENT)
		return NULL;
	if (a->field != b->field)
		return "attribute of an operand";
	if (a->implied != b->implied)
		return "what is implied";
	if (a->kind == OPERAND_VARIABLE)
		return access_equal(&a->access, &b->access) ? NULL : "access";
	if (value_compare(&a->value, &b->value) || a->value.len != b->value.len ||
	    !str_eq(a->value.text, b->value.text))
		return "value";
	return NULL;
}

static const char *match_difference(const struct match *a, const struct match *b)
{
	if (a->field != b->field)
		return "field";
	if (a->negated != b->negated)
		return "sign";
	for (int s = 0; s < SLOT_MAX; s++) {
		const char *what = operand_difference(&a->operand[s], &b->operand[s]);

		if (what)
			return what;
	}
	return NULL;
}

static const char *rule_difference(const struct filter_rule *a, const struct filter_rule *b)
{
	if (a->action != b->action || a->direction != b->direction || a->priority != b->priority ||
	    a->statematch != b->statematch)
		return "attribute of a rule";
	if (a->proto != b->proto)
		return "protocol";
	if (!str_eq(a->comment, b->comment))
		return "comment";
	if (a->match.n != b->match.n)
		return "number of matches";
	for (size_t i = 0; i < a->match.n; i++) {
		const char *what = match_difference(&a->match.at[i], &b->match.at[i]);

		if (what)
			return what;
	}
	if (a->access.n != b->access.n)
		return "number of accesses";
	for (size_t i = 0; i < a->access.n; i++)
		if (!access_equal(&a->access.at[i], &b->access.at[i]))
			return "order of accesses";
	return NULL;
}

static const char *list_difference(const struct parameter_list *a, const struct parameter_list *b)
{
	if (a->n != b->n)
		return "number of parameters";
	for (size_t i = 0; i < a->n; i++) {
		const struct parameter *x = &a->at[i];
		const struct parameter *y = parameter_find(b, x->name);

		if (!y || x->value.n != y->value.n)
			return "values of a parameter";
		for (size_t k = 0; k < x->value.n; k++)
			if (!str_eq(x->value.at[k], y->value.at[k]))
				return "value of a parameter";
	}
	return NULL;
}

static const char *item_difference(const struct filter_item *a, const struct filter_item *b)
{
	if (a->kind != b->kind)
		return "kind of an item";
	if (a->kind == ITEM_RULE)
		return rule_difference(a->rule, b->rule);
	if (!str_eq(a->filterref->name, b->filterref->name))
		return "name of a reference";
	return list_difference(&a->filterref->parameter, &b->filterref->parameter);
}

const char *filter_difference(const struct filter *a, const struct filter *b)
{
	if (!str_eq(a->name, b->name) || !str_eq(a->chain, b->chain) || !str_eq(a->uuid, b->uuid))
		return "name, chain or UUID";
	if (a->priority != b->priority)
		return "priority of the chain";
	if (a->item.n != b->item.n)
		return "number of items";
	for (size_t i = 0; i < a->item.n; i++) {
		const char *what = item_difference(&a->item.at[i], &b->item.at[i]);

		if (what)
			return what;
	}
	return NULL;
}
