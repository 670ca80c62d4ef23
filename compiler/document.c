/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/document.h"

#include "compiler/nearest.h"

struct walk {
	struct compile *compile;
	const struct document_element *root;
	void *context;
	struct {
		const struct document_element *row;
		struct str name;
	} open[XML_DEPTH_LIMIT];
	unsigned depth;
	bool other_root;
};

static const struct document_element *find_row(const struct document_element *rows, struct str name)
{
	for (; rows && rows->name; rows++)
		if (str_is(name, rows->name) || !strcmp(rows->name, "*"))
			return rows;
	return NULL;
}

static void report_root(struct walk *w, const struct xml_element *e)
{
	diag_report(&w->compile->diag, DIAG_ROOT_ELEMENT, e->span,
		    "expected the root element <%s>, found <%.*s>", w->root->name,
		    STR_ARG(nearest_shown(w->compile->arena, e->name)));
	w->other_root = true;
}

static void report_element(struct walk *w, const struct document_element *rows,
			   const struct xml_element *e)
{
	struct diag_list *list = &w->compile->diag;
	struct nearest near;
	struct diag *d = diag_report(list, DIAG_UNKNOWN_ELEMENT, e->span,
				     "<%.*s> does not belong into <%.*s>",
				     STR_ARG(nearest_shown(w->compile->arena, e->name)),
				     STR_ARG(w->open[w->depth - 1].name));

	nearest_init(&near, e->name);
	for (; rows && rows->name; rows++)
		nearest_offer(&near, str_of(rows->name));
	nearest_help(&near, list, d, "<", ">");
}

static void check_attributes(struct walk *w, const char *const *known, const struct xml_element *e)
{
	struct diag_list *list = &w->compile->diag;

	for (size_t i = 0; i < e->nattribute; i++) {
		const struct xml_attribute *a = &e->attribute[i];
		const char *const *k = known;
		struct nearest near;
		struct diag *d;

		while (*k && !str_is(a->name, *k))
			k++;
		if (*k)
			continue;
		d = diag_report(list, DIAG_UNKNOWN_ATTRIBUTE, a->name_span,
				"<%.*s> has no attribute %.*s; it has no effect", STR_ARG(e->name),
				STR_ARG(nearest_shown(w->compile->arena, a->name)));
		nearest_init(&near, a->name);
		nearest_offer_all(&near, known);
		nearest_help(&near, list, d, "", "");
		if (near.best.len && !xml_attribute(e, str_c(w->compile->arena, near.best)))
			nearest_fix(&near, list, d, FIX_SAFE, a->name_span);
	}
}

static bool on_start(void *context, const struct xml_element *e)
{
	struct walk *w = context;
	const struct document_element *rows = w->depth ? w->open[w->depth - 1].row->child : w->root;
	const struct document_element *row = find_row(rows, e->name);

	if (!row && !w->depth)
		report_root(w, e);
	else if (!row)
		report_element(w, rows, e);
	if (!row)
		return false;
	if (row->attribute)
		check_attributes(w, row->attribute, e);
	if (row->ignored || (row->start && !row->start(w->context, e)))
		return false;
	w->open[w->depth].row = row;
	w->open[w->depth].name = e->name;
	w->depth++;
	return true;
}

static void on_text(void *context, struct str text, struct span span)
{
	struct walk *w = context;
	const struct document_element *row = w->open[w->depth - 1].row;

	if (row->text) {
		row->text(w->context, text, span);
		return;
	}
	diag_report(&w->compile->diag, DIAG_STRAY_TEXT, span,
		    "expected only elements in <%.*s>, found text, which has no effect: '%.*s'",
		    STR_ARG(w->open[w->depth - 1].name),
		    STR_ARG(nearest_shown(w->compile->arena, str_trim(text))));
}

static void on_end(void *context)
{
	struct walk *w = context;
	const struct document_element *row = w->open[--w->depth].row;

	if (row->end)
		row->end(w->context);
}

bool document_parse(struct compile *c, const struct source *source,
		    const struct document_element *root, void *context)
{
	const struct xml_handler handler = {on_start, on_text, on_end,
					    root->deep ? XML_DEPTH_MOST : 0};
	struct walk w = {.compile = c, .root = root, .context = context};

	return xml_parse(c, source, &handler, &w) && !w.other_root;
}

bool document_integer(struct str text, int min, int max, int *ret)
{
	struct str s = str_trim(text);
	bool minus = s.len && s.ptr[0] == '-';
	uint64_t n;
	int value;

	/* blanks may lead, not follow */
	if (s.ptr + s.len != text.ptr + text.len)
		return false;
	if (s.len && (s.ptr[0] == '+' || minus))
		s = (struct str){s.ptr + 1, s.len - 1};
	if (!str_to_u64(s, 10, INT32_MAX, &n))
		return false;
	value = minus ? -(int)n : (int)n;
	if (value < min || value > max)
		return false;
	*ret = value;
	return true;
}
