/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_PARSE_VALUE_H
#define NWFC_COMPILER_PARSE_VALUE_H

#include "compiler/compile.h"

/*
 * The literal of an operand, checked against the type of its field.  False
 * after a diagnostic that makes it unusable; odd spellings are reported and,
 * where the mode lets them pass, read as libvirt reads them.
 */
bool literal_read(struct compile *c, const struct proto *p, struct operand *operand);

#endif
