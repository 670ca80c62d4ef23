/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_NAME_H
#define NWFC_IR_NAME_H

#include "ir/ruleset.h"

/*
 * Names of objects for nft, which takes letters, digits and few other characters,
 * and 127 bytes.  Those of interfaces and groups are in ir/ruleset.h.
 */

/* digits of a hash that a name shows; the whole hash is in the chain's comment */
#define NAME_DIGITS 16

/* FILTER.HOOK.HASH */
struct str program_name(struct ruleset *rs, const struct program *p, int digits);
/* of all chains of a program that has its own */
void name_chains(struct ruleset *rs, struct program *p);

#endif
