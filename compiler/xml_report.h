/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_XML_REPORT_H
#define NWFC_COMPILER_XML_REPORT_H

#include "compiler/compile.h"

/*
 * What is said about bytes that are not the XML we take: checks made before
 * libxml2 sees them, and defects whose place is another than where libxml2
 * noticed them.
 */
struct xml_place {
	struct compile *compile;
	const struct source *source;
	const struct span *open; /* start tags of the open elements */
	unsigned depth;
	uint32_t at;
};

/*
 * Refuses what libxml2 would convert, cut short at a NUL, or not put into
 * words.  *ret_start: where the document starts, past a byte order mark.
 */
bool xml_check_bytes(struct compile *c, const struct source *source, uint32_t *ret_start);

/* an end tag that is not that of the innermost element */
void xml_report_mismatch(const struct xml_place *place);
/* the end of the file inside an element */
void xml_report_unclosed(const struct xml_place *place);
/* one attribute twice */
void xml_report_repeated(const struct xml_place *place);
/* a character that XML does not allow, as it is or as a reference */
void xml_report_character(const struct xml_place *place);

/* one byte, or none at the end */
static inline struct span xml_span_at(const struct source *source, uint32_t at)
{
	return (struct span){source, at, at < source->bytes.len ? at + 1 : at};
}

#endif
