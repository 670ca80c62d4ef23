/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_BASE_DIAG_WRITER_H
#define NWFC_BASE_DIAG_WRITER_H

#include "ir/base/buf.h"
#include "ir/base/diag.h"

/*
 * A form of diagnostics: what comes before them, each of them, and what comes
 * after.  One row of the table in diag_render.c; the forms that machines read
 * are in diag_json.c, diag_sarif.c and diag_ci.c.
 */
struct render {
	const struct diag_list *list;
	struct diag_style style;
	struct buf *out;
	unsigned shown;            /* before the present one */
	unsigned hidden;           /* over the limits */
	const struct source *file; /* of the one before, for forms that group by file */
	bool listed;               /* one with a place was before, for forms that part the others */
};

typedef void diag_frame_fn(struct render *r);
typedef void diag_one_fn(struct render *r, const struct diag *d);

diag_frame_fn json_begin, json_end, sarif_begin, sarif_end, gitlab_begin, gitlab_end;
diag_frame_fn junit_begin, junit_end, checkstyle_begin, checkstyle_end;
diag_one_fn json_one, jsonl_one, sarif_one, github_one, gitlab_one, junit_one, checkstyle_one;

/* length of the valid UTF-8 sequence at s, 0 if there is none; RFC 3629 */
size_t diag_utf8_length(struct str s);
/* of the sequence of n bytes at s */
bool diag_is_control(struct str s, size_t n);
/* inside an attribute's double quotes, or between tags */
void diag_put_xml(struct buf *out, struct str text);
/* a path as a URI reference: relative if the path is */
void diag_put_uri(struct buf *out, struct str path);
/* the column counts characters, as machines do, not bytes */
struct position diag_character(const struct source *source, uint32_t offset);
/* the place of a diagnostic; its source may be NULL */
static inline struct span diag_span(const struct diag *d)
{
	return d->label[0].span;
}
/* "NWF401" */
void diag_put_code(struct buf *out, enum diag_id id);

#endif
