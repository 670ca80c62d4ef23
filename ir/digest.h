/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_DIGEST_H
#define NWFC_IR_DIGEST_H

#include "ir/hash.h"
#include "ir/ruleset.h"

/* with its length, so that two strings cannot pass for others */
void digest_str(struct hash *h, struct str s);
/* what names the program by its content; the names of its chains take no part */
void digest_program(const struct program *p, unsigned char digest[HASH_BYTES]);

#endif
