/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_BYTECODE_H
#define NWFC_TESTSUITE_BYTECODE_H

#include "ir/base/buf.h"
#include "testsuite/unit/sample_ruleset.h"

/*
 * What nft would tell the kernel, as `nft -c --debug=netlink` shows it: a block
 * of instructions for each rule.
 */
struct case_of {
	struct stmt stmt;
	unsigned nguard;
	unsigned nkey;
	char name[96];
};

/* the output for a ruleset in text or (flags "-j") JSON; a refusal is printed, and NULL */
char *bytecode_of(struct arena *arena, const struct buf *ruleset, const char *flags);
/*
 * Loads the text and has nft list it, as text and as JSON.  nft 1.0.6 dies of
 * some rules when it lists them: a raw key after the test of a protocol whose
 * header it knows in part.
 */
bool bytecode_lists(const struct buf *ruleset);
/* the next block, in arena memory; NULL at the end */
char *bytecode_next(struct arena *arena, char **rest);

/* prints what is wrong with a block for a case; true if nothing is */
bool bytecode_check(const struct case_of *c, const char *block);
bool bytecode_fail(const struct case_of *c, const char *why, const char *block);

#endif
