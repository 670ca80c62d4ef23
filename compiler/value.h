/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_VALUE_H
#define NWFC_COMPILER_VALUE_H

#include "ir/filter.h"

struct compile;

/*
 * The language of attribute values (semantics.md 2.1): a variable access or a
 * literal.  Fills kind, and access or text, of the operand; its field, span and
 * text are set by the caller.  Reports and returns false if it starts with $
 * and is no access.  The grammar is value.y, the scanner value.l.
 */
bool value_parse(struct compile *c, struct operand *operand);

#endif
