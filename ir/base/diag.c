/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct diag_code codes[] = {
#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING
#define INFO SEVERITY_INFO
#define STYLE SEVERITY_STYLE
#define NONE SEVERITY_NONE
#define DIAG(id, num, in_default, in_compat, in_strict, ...)                                       \
	[DIAG_##id] = {.number = num,                                                              \
		       .word = #id,                                                                \
		       .severity = {in_default, in_compat, in_strict},                             \
		       __VA_ARGS__},
#include "ir/base/diag.def"
#undef DIAG
#undef ERROR
#undef WARNING
#undef INFO
#undef STYLE
#undef NONE
};

const struct diag_code *diag_code(enum diag_id id)
{
	return &codes[id];
}

const struct diag_code *diag_code_find(struct str text)
{
	uint64_t number;

	if (text.len > 3 && str_same_letters((struct str){text.ptr, 3}, STR("NWF")))
		text = (struct str){text.ptr + 3, text.len - 3};
	if (!str_to_u64(text, 10, 999, &number))
		return NULL;
	for (size_t i = 0; i < DIAG_MAX; i++)
		if (codes[i].number == number)
			return &codes[i];
	return NULL;
}

void diag_init(struct diag_list *list, struct arena *arena, enum mode mode)
{
	*list = (struct diag_list){.arena = arena, .mode = mode};
}

bool diag_counts(const struct diag *d)
{
	/* an error stops only those who reach its own file */
	unsigned n = d->severity == SEVERITY_ERROR ? 1 : d->nlabel;

	for (unsigned i = 0; i < n; i++)
		if (!d->label[i].span.source || d->label[i].span.source->reached)
			return true;
	return false;
}

/* records it unless an equal one is known */
static bool remember(struct diag_list *list, struct diag *d)
{
	struct span span = d->label[0].span;
	struct str key = str_printf(list->arena, "%u %u %u %.*s", codes[d->id].number,
				    span.source ? span.source->order + 1 : 0, span.start,
				    STR_ARG(d->message));

	if (table_get(&list->seen, key))
		return false;
	table_put(&list->seen, list->arena, key, d);
	*VEC_PUSH(list->arena, &list->diag) = d;
	return true;
}

struct diag *diag_report(struct diag_list *list, enum diag_id id, struct span span,
			 const char *format, ...)
{
	enum severity severity = codes[id].severity[list->mode];
	struct source *source = (struct source *)span.source;
	bool surplus = source && source->ndiag >= DIAG_SOURCE_LIMIT;
	struct diag *d = &list->surplus;
	va_list args;

	if (!surplus)
		d = ARENA_NEW(list->arena, struct diag);
	*d = (struct diag){.id = id, .severity = severity, .label = {{.span = span}}, .nlabel = 1};
	if (!surplus) {
		va_start(args, format);
		d->message = str_vprintf(list->arena, format, args);
		va_end(args);
		/* a second sight of the same thing gives its details to a throw-away */
		if (severity == SEVERITY_NONE || !remember(list, d)) {
			list->nraised += severity == SEVERITY_ERROR && diag_counts(d);
			return d;
		}
		if (source)
			source->ndiag++;
	}
	if (surplus && severity != SEVERITY_NONE)
		source->nsurplus++;
	if (severity != SEVERITY_ERROR)
		return d;
	if (source)
		source->nerror++;
	if (diag_counts(d)) {
		list->nerror++;
		list->nraised++;
	}
	return d;
}

void diag_also(struct diag_list *list, struct diag *d, struct span span, const char *format, ...)
{
	struct str text;
	va_list args;

	if (d == &list->surplus)
		return;
	va_start(args, format);
	text = str_vprintf(list->arena, format, args);
	va_end(args);
	if (!span.source || d->nlabel == DIAG_SPANS) {
		*VEC_PUSH(list->arena, &d->note) = text;
		return;
	}
	d->label[d->nlabel++] = (struct diag_label){span, text};
}

void diag_note(struct diag_list *list, struct diag *d, const char *format, ...)
{
	va_list args;

	if (d == &list->surplus)
		return;
	va_start(args, format);
	*VEC_PUSH(list->arena, &d->note) = str_vprintf(list->arena, format, args);
	va_end(args);
}

void diag_help(struct diag_list *list, struct diag *d, const char *format, ...)
{
	va_list args;

	if (d == &list->surplus)
		return;
	va_start(args, format);
	d->help = str_vprintf(list->arena, format, args);
	va_end(args);
}

void diag_fix(struct diag_list *list, struct diag *d, enum fix_kind kind, struct span span,
	      struct str text)
{
	if (d == &list->surplus || !span.source)
		return;
	d->fix = kind > d->fix ? kind : d->fix;
	*VEC_PUSH(list->arena, &d->edit) = (struct diag_edit){span, text};
}

void diag_adopt(struct diag_list *list, const struct diag *d)
{
	struct diag *copy = ARENA_NEW(list->arena, struct diag);

	*copy = *d;
	copy->severity = codes[d->id].severity[list->mode];
	remember(list, copy);
}

bool diag_is_error(const struct diag_list *list, enum diag_id id)
{
	return codes[id].severity[list->mode] == SEVERITY_ERROR;
}

void diag_reach(struct diag_list *list, const struct source *source)
{
	struct source *s = (struct source *)source;

	if (!s || s->reached)
		return;
	s->reached = true;
	list->nerror += s->nerror;
	list->nraised += s->nerror;
}

static int compare(const void *left, const void *right)
{
	const struct diag *a = *(struct diag *const *)left;
	const struct diag *b = *(struct diag *const *)right;
	const struct span *x = &a->label[0].span;
	const struct span *y = &b->label[0].span;
	unsigned xo = x->source ? x->source->order + 1 : 0;
	unsigned yo = y->source ? y->source->order + 1 : 0;

	if (xo != yo)
		return xo < yo ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (codes[a->id].number != codes[b->id].number)
		return codes[a->id].number < codes[b->id].number ? -1 : 1;
	return str_cmp(a->message, b->message);
}

static uint64_t hash(uint64_t h, struct str text)
{
	/* FNV-1a: no secret is kept by it, it only has to be the same everywhere */
	for (size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u;
}

/* code, file and the text of the line: what stays when lines are added above */
static uint64_t fingerprint(const struct diag *d)
{
	struct span span = d->label[0].span;
	unsigned number = codes[d->id].number;
	uint64_t h = 0xcbf29ce484222325u;

	h = hash(h, (struct str){(const char *)(const unsigned char[]){(unsigned char)(number >> 8),
								       (unsigned char)number},
				 2});
	if (!span.source)
		return hash(h, d->message);
	h = hash(h, span.source->name);
	return hash(h, str_trim(source_line(span.source, span_position(span).line)));
}

void diag_sort(struct diag_list *list)
{
	struct table count = {0};

	if (list->diag.n)
		qsort(list->diag.at, list->diag.n, sizeof(*list->diag.at), compare);
	for (size_t i = 0; i < list->diag.n; i++) {
		struct diag *d = list->diag.at[i];
		struct str key;
		const struct diag *before;

		d->fingerprint = fingerprint(d);
		key = str_printf(list->arena, "%016jx", (uintmax_t)d->fingerprint);
		before = table_get(&count, key);
		d->twin = before ? before->twin + 1 : 1;
		table_put(&count, list->arena, key, d);
	}
}

unsigned diag_count(const struct diag_list *list, enum severity severity)
{
	unsigned n = 0;

	for (size_t i = 0; i < list->diag.n; i++)
		n += diag_counts(list->diag.at[i]) && list->diag.at[i]->severity == severity;
	return n;
}
