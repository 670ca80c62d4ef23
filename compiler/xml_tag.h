/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_XML_TAG_H
#define NWFC_COMPILER_XML_TAG_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/base/str.h"

/*
 * The bytes of one tag: where its name, its attributes and their values are.
 * libxml2 tells where a tag ends and what its values are, not where they stand.
 * Works on any bytes: a tag that is cut off or malformed ends the scan early.
 */
struct range {
	uint32_t start;
	uint32_t end;
};

struct tag {
	struct str bytes;
	struct range name;
	uint32_t at;
};

/* at: the offset of the tag's < */
struct tag tag_open(struct str bytes, uint32_t at);
/* the next attribute; the value is without its quotes; false after the last */
bool tag_next(struct tag *tag, struct range *name, struct range *value);

static inline struct str range_str(struct str bytes, struct range r)
{
	return (struct str){bytes.ptr + r.start, r.end - r.start};
}

/* the nearest byte c before the offset, or 0 */
uint32_t tag_back_to(struct str bytes, uint32_t before, char c);
/* past blanks, comments and processing instructions, but not over the limit */
uint32_t tag_skip_misc(struct str bytes, uint32_t at, uint32_t limit);

#endif
