/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint.h"

/* References and what is handed on with them. */

struct search {
	struct arena *arena;
	struct table seen; /* filters, so that a wide tree is walked once */
	bool (*here)(const struct filter *f, struct str name);
	struct str name;
};

static bool found_below(struct search *s, const struct filter *f)
{
	if (!f || table_get(&s->seen, f->name))
		return false;
	table_put(&s->seen, s->arena, f->name, (void *)f);
	if (s->here(f, s->name))
		return true;
	for (size_t i = 0; i < f->item.n; i++)
		if (f->item.at[i].kind == ITEM_FILTERREF &&
		    found_below(s, f->item.at[i].filterref->filter))
			return true;
	return false;
}

static bool uses_here(const struct filter *f, struct str name)
{
	for (size_t i = 0; i < f->item.n; i++) {
		const struct filter_rule *r = f->item.at[i].rule;

		for (size_t k = 0; f->item.at[i].kind == ITEM_RULE && k < r->access.n; k++)
			if (str_eq(r->access.at[k].name, name))
				return true;
	}
	return false;
}

static bool is_here(const struct filter *f, struct str name)
{
	return str_eq(f->name, name);
}

static bool below(struct lint *l, const struct filter *f, struct str name,
		  bool (*here)(const struct filter *f, struct str name))
{
	struct search s = {.arena = l->compile->arena, .here = here, .name = name};

	return found_below(&s, f);
}

static void parameters(struct lint *l, const struct filterref *ref)
{
	struct diag_list *list = &l->compile->diag;

	for (size_t i = 0; i < ref->parameter.n; i++) {
		const struct parameter *p = &ref->parameter.at[i];
		struct diag *d;

		if (str_is(p->name, "MAC")) {
			d = diag_report(list, DIAG_PARAMETER_RESERVED, p->span,
					"MAC is the address of the interface, whatever is given "
					"here");
			diag_help(list, d, "give another name to it, there and where it is used");
		} else if (!below(l, ref->filter, p->name, uses_here)) {
			d = diag_report(list, DIAG_PARAMETER_UNUSED, p->span,
					"neither \"%.*s\" nor what it refers to uses $%.*s",
					STR_ARG(ref->name), STR_ARG(p->name));
			diag_also(list, d, ref->name_span, "the filter");
		}
	}
}

static bool same_parameters(const struct filterref *a, const struct filterref *b)
{
	if (a->parameter.n != b->parameter.n)
		return false;
	for (size_t i = 0; i < a->parameter.n; i++) {
		const struct parameter *p = &a->parameter.at[i];
		const struct parameter *q = parameter_find(&b->parameter, p->name);

		if (!q || p->value.n != q->value.n)
			return false;
		for (size_t k = 0; k < p->value.n; k++)
			if (!str_eq(p->value.at[k], q->value.at[k]))
				return false;
	}
	return true;
}

/* what of the earlier reference makes the later one superfluous */
static bool covers(struct lint *l, const struct filterref *earlier, const struct filterref *later)
{
	if (earlier->name.ptr == later->name.ptr)
		return same_parameters(earlier, later);
	return !earlier->parameter.n && !later->parameter.n &&
	       below(l, earlier->filter, later->name, is_here);
}

static void references(struct lint *l, const struct filter *f, size_t at)
{
	const struct filterref *ref = f->item.at[at].filterref;
	struct diag *d;

	for (size_t i = 0; i < f->item.n; i++) {
		const struct filterref *other = f->item.at[i].filterref;

		if (i == at || f->item.at[i].kind != ITEM_FILTERREF || !covers(l, other, ref) ||
		    (other->name.ptr == ref->name.ptr && i > at))
			continue;
		d = diag_report(&l->compile->diag, DIAG_REFERENCE_TWICE, ref->name_span,
				other->name.ptr == ref->name.ptr
					? "filter \"%.*s\" is referred to twice: its rules are "
					  "there twice"
					: "filter \"%.*s\" is part of another one that is "
					  "referred to: its rules are there twice",
				STR_ARG(ref->name));
		diag_also(&l->compile->diag, d, other->name_span, "the other reference");
		return;
	}
}

/* names that bindings give, or that have a value of their own (semantics.md 2.3) */
static bool comes_from_binding(struct str name)
{
	static const char *const names[] = {"MAC", "IP", "IPV6", "DHCPSERVER", "DHCPSERVERV6"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

/* each name once a filter is enough */
static void variables(struct lint *l, const struct filter *f, const struct filter_rule *r,
		      struct table *said)
{
	for (size_t i = 0; i < r->match.n; i++)
		for (int s = 0; s < SLOT_MAX; s++) {
			const struct operand *o = &r->match.at[i].operand[s];
			const struct span *by;
			struct diag *d;

			if (o->kind != OPERAND_VARIABLE || comes_from_binding(o->access.name) ||
			    table_get(said, o->access.name) || table_get(&l->given, o->access.name))
				continue;
			table_put(said, l->compile->arena, o->access.name, (void *)o);
			by = table_get(&l->referenced, f->name);
			d = diag_report(&l->compile->diag, DIAG_VARIABLE_UNSET, o->span,
					"no reference in these files gives $%.*s: every binding "
					"has to",
					STR_ARG(o->access.name));
			diag_also(&l->compile->diag, d, *by, "a reference to this filter");
		}
}

void lint_tree(struct lint *l, const struct filter *f)
{
	bool referenced = table_get(&l->referenced, f->name);
	bool refers = false;
	struct table said = {0};

	for (size_t i = 0; i < f->item.n; i++) {
		if (f->item.at[i].kind == ITEM_FILTERREF) {
			refers = true;
			parameters(l, f->item.at[i].filterref);
			references(l, f, i);
		} else if (referenced) {
			variables(l, f, f->item.at[i].rule, &said);
		}
	}
	/* without bindings, one that refers to others is for interfaces, as are those that come
	 * with us */
	if (!referenced && (l->binding.n || (!refers && l->referenced.used)) &&
	    !library_is_builtin(&l->job->library, f->source))
		diag_report(&l->compile->diag, DIAG_FILTER_UNUSED, f->name_span,
			    "no %s in these files refers to \"%.*s\"",
			    l->binding.n ? "filter and no binding" : "filter", STR_ARG(f->name));
}
