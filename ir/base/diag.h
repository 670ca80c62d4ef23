/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_BASE_DIAG_H
#define NWFC_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/base/source.h"
#include "ir/base/str.h"
#include "ir/base/table.h"
#include "ir/base/vec.h"

struct buf;

/*
 * Diagnostics are collected, not printed: a function that fails has reported
 * why, and its callers do not report again.  Every code is a row of diag.def
 * and keeps its number for ever; how severe it is depends on the mode alone.
 *
 * A diagnostic about a source counts only once that source was reached
 * (diag_reach): a broken file nobody refers to must not stop a compile.
 */
enum severity {
	SEVERITY_NONE, /* not reported in this mode */
	SEVERITY_STYLE,
	SEVERITY_INFO,
	SEVERITY_WARNING,
	SEVERITY_ERROR,
};

enum mode {
	MODE_DEFAULT, /* fail closed; compile what is written */
	MODE_COMPAT,  /* libvirt's verdict for every frame */
	MODE_STRICT,  /* warnings of meaning are errors */
	MODE_MAX,
};

enum diag_id {
#define DIAG(id, ...) DIAG_##id,
#include "ir/base/diag.def"
#undef DIAG
	DIAG_MAX,
};

/* who finds it */
enum diag_by {
	BY_ALL,     /* lint, and whatever compiles */
	BY_LINT,    /* lint alone: it must not change what compiles */
	BY_COMPILE, /* it needs a binding, a kernel or a store */
	BY_FRAMES,  /* explain and test */
};

struct diag_code {
	unsigned number;
	const char *word; /* the id in lower case with dashes is for readers of JSON */
	enum severity severity[MODE_MAX];
	enum diag_by by;
	const char *title;
	const char *why;
	const char *bad;
	const char *good;
};

#define DIAG_SPANS 3

/* a change of bytes that mends a finding; an empty text removes them */
struct diag_edit {
	struct span span;
	struct str text;
};

enum fix_kind {
	FIX_NONE,
	FIX_SAFE,   /* the filter does what it did, or what alone it can mean */
	FIX_UNSAFE, /* what the author probably meant */
};

struct diag_label {
	struct span span;
	struct str text;
};

struct diag {
	enum diag_id id;
	enum severity severity;
	struct str message;
	struct diag_label label[DIAG_SPANS]; /* the first is where it is */
	unsigned nlabel;
	struct str help; /* how to mend it; may be empty */
	VEC(struct str) note;
	enum fix_kind fix;
	VEC(struct diag_edit) edit; /* all of them or none; they do not overlap */
	/* the same for the same finding after lines before it have changed; set by diag_sort() */
	uint64_t fingerprint;
	unsigned twin; /* of those with this fingerprint the nth, from 1 */
};

struct diag_list {
	struct arena *arena;
	enum mode mode;
	VEC(struct diag *) diag;
	struct table seen; /* by code, place and text */
	unsigned nerror;   /* in reached sources, or in none */
	unsigned nraised;  /* the same, each repetition counted: did this step report one? */
	/* what is over DIAG_SOURCE_LIMIT is counted, not kept */
	struct diag surplus;
};

/* kept of one source: a hostile file must not fill the memory with complaints */
#define DIAG_SOURCE_LIMIT 1000

const struct diag_code *diag_code(enum diag_id id);
/* "NWF122", "nwf122" or "122"; NULL if there is no such code */
const struct diag_code *diag_code_find(struct str text);

void diag_init(struct diag_list *list, struct arena *arena, enum mode mode);

/*
 * Records one diagnostic and returns it so that labels, notes and help can be
 * added; equal ones (code, place and text) are recorded once.  Never NULL.
 */
struct diag *diag_report(struct diag_list *list, enum diag_id id, struct span span,
			 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* a second or third place; further ones become notes */
void diag_also(struct diag_list *list, struct diag *d, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void diag_note(struct diag_list *list, struct diag *d, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void diag_help(struct diag_list *list, struct diag *d, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* adds one edit to what mends it */
void diag_fix(struct diag_list *list, struct diag *d, enum fix_kind kind, struct span span,
	      struct str text);
/* takes over one of another list, unless an equal one is known */
void diag_adopt(struct diag_list *list, const struct diag *d);

/* would this code stop a compile in this list's mode? */
bool diag_is_error(const struct diag_list *list, enum diag_id id);
void diag_reach(struct diag_list *list, const struct source *source);
/* orders by source and offset; call before rendering */
void diag_sort(struct diag_list *list);
/* is its place, or of less than an error any place, in a source that was reached, or in none? */
bool diag_counts(const struct diag *d);
/* those that count, by severity */
unsigned diag_count(const struct diag_list *list, enum severity severity);

const char *severity_name(enum severity severity);
/* SEVERITY_NONE if there is no such word */
enum severity severity_find(struct str word);

enum diag_format {
	DIAG_TTY,
	DIAG_GCC,
	DIAG_JSON,
	DIAG_JSONL,
	DIAG_SARIF,  /* 2.1.0 */
	DIAG_GITHUB, /* workflow commands */
	DIAG_GITLAB, /* a code quality report */
	DIAG_JUNIT,
	DIAG_CHECKSTYLE,
	DIAG_FORMAT_MAX,
};
const char *diag_format_name(enum diag_format format);
/* DIAG_FORMAT_MAX if there is no such form */
enum diag_format diag_format_find(struct str name);
/* for people: may be cut short; a machine gets all there is */
bool diag_format_is_text(enum diag_format format);

struct diag_style {
	enum diag_format format;
	bool colour;
	unsigned limit; /* most to show; 0 is no limit */
};

void diag_render(const struct diag_list *list, struct diag_style style, struct buf *out);
void diag_explain(const struct diag_code *code, struct buf *out);
/* the source of nwfc-lint(7), for scdoc */
void diag_manual(struct buf *out);
/* all codes, one a line */
void diag_codes(struct buf *out);

/* text of hostile origin made fit for a terminal: no control bytes, no bad UTF-8 */
void diag_put_clean(struct buf *out, struct str text);
/* a JSON string with its quotes */
void diag_put_json(struct buf *out, struct str text);

#endif
