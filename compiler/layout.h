/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LAYOUT_H
#define NWFC_COMPILER_LAYOUT_H

#include "compiler/compile.h"

struct buf;

/*
 * A document laid out anew: two blanks a level, an element a line, attributes
 * in single quotes behind one blank each, at most one empty line between two
 * elements.  Comments, processing instructions and what is in quotes stay byte
 * by byte, and attributes in their order.  Doing it again changes nothing.
 *
 * False after a diagnostic if the bytes are not acceptable XML.
 */
bool layout(struct compile *c, const struct source *source, struct buf *out);

#endif
