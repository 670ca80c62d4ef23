/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/link.h"

/* the filters from the top to the one being looked at */
struct step {
	const struct step *up;
	struct filter *filter;
	const struct filterref *ref; /* leads from up->filter to filter */
	unsigned depth;
};

static bool visit(struct library *lib, const struct step *step);

/* references from a filter down to the farthest one below it */
static unsigned height(struct library *lib, const struct filter *f)
{
	const unsigned *known = table_get(&lib->height, f->source->name);

	return known ? *known : 0;
}

static void raise_height(struct library *lib, const struct filter *f, unsigned n)
{
	unsigned *known = table_get(&lib->height, f->source->name);

	if (!known) {
		known = ARENA_NEW(lib->compile->arena, unsigned);
		table_put(&lib->height, lib->compile->arena, f->source->name, known);
	}
	if (*known < n)
		*known = n;
}

/* "b" -> "c" -> "b", where the last step's filter refers to an earlier one */
static void report_cycle(struct library *lib, const struct step *last, const struct filterref *ref)
{
	struct diag_list *list = &lib->compile->diag;
	struct arena *a = lib->compile->arena;
	struct str path = ref->name;
	const struct step *s = last;
	struct diag *d;

	for (; s->filter->name.ptr != ref->name.ptr; s = s->up)
		path = str_printf(a, "%.*s -> %.*s", STR_ARG(s->filter->name), STR_ARG(path));
	path = str_printf(a, "%.*s -> %.*s", STR_ARG(ref->name), STR_ARG(path));
	d = diag_report(list, DIAG_FILTER_CYCLE, ref->name_span, "filters refer in a circle: %.*s",
			STR_ARG(path));
	for (const struct step *t = last; t != s; t = t->up)
		diag_also(list, d, t->ref->name_span, "\"%.*s\" is referred to here",
			  STR_ARG(t->filter->name));
	diag_help(list, d, "remove one of the references");
}

static bool too_deep(struct library *lib, const struct filterref *ref, unsigned depth)
{
	if (depth <= REFERENCE_DEPTH_LIMIT)
		return false;
	diag_report(&lib->compile->diag, DIAG_REFERENCE_DEPTH, ref->name_span,
		    "references are nested more than %d deep", REFERENCE_DEPTH_LIMIT);
	return true;
}

static uint64_t add_saturating(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* false if the reference leads nowhere, or to something unsound */
static bool follow(struct library *lib, const struct step *from, struct filterref *ref)
{
	struct filter *target = library_find(lib, ref->name);
	struct step step = {from, target, ref, from->depth + 1};

	if (!target) {
		library_report_unknown(lib, ref->name, ref->name_span);
		return false;
	}
	diag_reach(&lib->compile->diag, target->source);
	if (target->link == LINK_OPEN) {
		report_cycle(lib, from, ref);
		return false;
	}
	if (too_deep(lib, ref, step.depth) || !visit(lib, &step) ||
	    too_deep(lib, ref, step.depth + height(lib, target)))
		return false;
	ref->filter = target;
	raise_height(lib, from->filter, height(lib, target) + 1);
	from->filter->nrule = add_saturating(from->filter->nrule, target->nrule);
	return true;
}

/*
 * Depth first; a filter is looked at once, however many references lead to it.
 * One with something unsound below it is marked broken, so that later visits
 * know without a second report.
 */
static bool visit(struct library *lib, const struct step *step)
{
	struct filter *f = step->filter;

	if (f->link == LINK_DONE)
		return !f->broken;
	f->link = LINK_OPEN;
	for (size_t i = 0; i < f->item.n; i++) {
		struct filter_item *item = &f->item.at[i];

		if (item->kind == ITEM_RULE)
			f->nrule = add_saturating(f->nrule, 1);
		else if (!follow(lib, step, item->filterref))
			f->broken = true;
	}
	f->link = LINK_DONE;
	return !f->broken;
}

bool link_filter(struct library *lib, struct filter *top)
{
	struct step step = {.filter = top};

	diag_reach(&lib->compile->diag, top->source);
	return visit(lib, &step);
}
