/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint.h"

#include "compiler/parse.h"

void lint_add(struct lint *l, struct filter *filter)
{
	for (size_t i = 0; i < l->filter.n; i++)
		if (l->filter.at[i] == filter)
			return;
	*VEC_PUSH(l->compile->arena, &l->filter) = filter;
}

void lint_add_binding(struct lint *l, const struct source *source)
{
	struct diag_list kept = l->compile->diag;
	struct binding *b;

	if (!source)
		return;
	diag_init(&l->compile->diag, l->compile->arena, kept.mode);
	b = parse_binding(l->compile, source);
	l->compile->diag = kept;
	if (b)
		*VEC_PUSH(l->compile->arena, &l->binding) = b;
}

static void note_reference(struct lint *l, struct str name, const struct span *span,
			   const struct parameter_list *given)
{
	table_put(&l->referenced, l->compile->arena, name, (void *)span);
	for (size_t i = 0; i < given->n; i++)
		table_put(&l->given, l->compile->arena, given->at[i].name, (void *)span);
}

static void note_references(struct lint *l)
{
	for (size_t i = 0; i < l->binding.n; i++) {
		const struct binding *b = l->binding.at[i];

		note_reference(l, b->filter, &b->filter_span, &b->parameter);
	}
	for (size_t i = 0; i < l->filter.n; i++)
		for (size_t k = 0; k < l->filter.at[i]->item.n; k++) {
			const struct filter_item *item = &l->filter.at[i]->item.at[k];
			const struct filterref *ref = item->filterref;

			if (item->kind == ITEM_FILTERREF)
				note_reference(l, ref->name, &ref->name_span, &ref->parameter);
		}
}

static void each_rule(struct lint *l, const struct filter *f)
{
	static lint_rule_fn *const checks[] = {
		lint_values,
		lint_meaning,
		lint_security,
		lint_portable,
	};

	for (size_t i = 0; i < f->item.n; i++)
		for (size_t k = 0;
		     f->item.at[i].kind == ITEM_RULE && k < sizeof(checks) / sizeof(checks[0]); k++)
			checks[k](l, f, f->item.at[i].rule);
}

void lint_run(struct lint *l)
{
	note_references(l);
	for (size_t i = 0; i < l->filter.n; i++) {
		const struct filter *f = l->filter.at[i];

		if (f->broken)
			continue;
		lint_markup(l, f);
		each_rule(l, f);
		lint_shape(l, f);
		if (f->link == LINK_DONE)
			lint_tree(l, f);
	}
	lint_flow(l);
}
