/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_OPT_TEST_H
#define NWFC_OPT_TEST_H

#include "ir/ruleset.h"

/*
 * What one test says about another.  A test on a key holds only where the frame
 * has the key, negated or not; so nothing is told of tests on different keys,
 * and a test that holds for every value still says that the key is there.
 * False is always the safe answer.
 */

/* values that a test holds for, if they are one interval; unused bytes are 0 */
struct interval {
	unsigned char low[VALUE_BYTES];
	unsigned char high[VALUE_BYTES];
};
/* false: it is negated, a list, or not about the order of values */
bool test_interval(const struct stmt *s, struct interval *ret);
/* all values of a key */
struct interval key_interval(struct key key);

/* the same statement, lists and tuples by what they hold */
bool test_same(const struct stmt *a, const struct stmt *b);
/* wherever a holds, b does */
bool test_implies(const struct stmt *a, const struct stmt *b);
/* wherever a holds, b does not */
bool test_excludes(const struct stmt *a, const struct stmt *b);

/* does nothing but test: evaluating it more or less often is not seen */
bool rule_is_pure(const struct nft_rule *r);
bool rules_same_tests(const struct nft_rule *a, const struct nft_rule *b);
/*
 * Wherever the known tests hold, those of the rule do; so do they of a rule without any.
 * Rules are pure.
 */
bool rule_is_sure(const struct nft_rule *r, const struct stmt *known, unsigned n);
/* wherever the known tests hold, one of the rule's does not */
bool rule_is_out(const struct nft_rule *r, const struct stmt *known, unsigned n);

#endif
