/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt_test.h"

struct interval key_interval(struct key key)
{
	unsigned size = key_size(key);
	struct interval all = {0};

	memset(all.high, 0xff, size);
	all.high[0] = (unsigned char)(0xff >> (size * 8 - key_length(key)));
	return all;
}

/* the mask leaves the last bits free, and the value has none there */
static bool masked_interval(const struct stmt *s, struct interval *ret)
{
	struct interval all = key_interval(s->key);
	unsigned size = key_size(s->key);
	unsigned char whole[VALUE_BYTES];

	/* bits that the key does not have count as masked */
	for (unsigned i = 0; i < size; i++)
		whole[i] = (unsigned char)(s->other[i] | ~all.high[i]);
	if (value_prefix(whole, size) < 0)
		return false;
	for (unsigned i = 0; i < size; i++) {
		if (s->value[i] & ~s->other[i])
			return false;
		ret->low[i] = s->value[i];
		ret->high[i] = (unsigned char)(s->value[i] | (all.high[i] & ~s->other[i]));
	}
	return true;
}

static bool ordered(struct key key)
{
	enum key_format format = key_info(key)->format;

	/* a state test holds if any of its bits does */
	return format != FORMAT_STATE && format != FORMAT_EXISTS && format != FORMAT_NAME;
}

/* the interval of values that the test names, whatever it says of them */
static bool named_interval(const struct stmt *s, struct interval *ret)
{
	*ret = (struct interval){0};
	if (!ordered(s->key))
		return false;
	if (s->kind == STMT_MASKED)
		return masked_interval(s, ret);
	if (s->kind != STMT_TEST && s->kind != STMT_RANGE)
		return false;
	memcpy(ret->low, s->value, VALUE_BYTES);
	memcpy(ret->high, s->kind == STMT_RANGE ? s->other : s->value, VALUE_BYTES);
	return true;
}

bool test_interval(const struct stmt *s, struct interval *ret)
{
	return s->op == OP_EQ && named_interval(s, ret);
}

static bool within(const unsigned char *low, const unsigned char *high, const struct interval *in)
{
	return memcmp(low, in->low, VALUE_BYTES) >= 0 && memcmp(high, in->high, VALUE_BYTES) <= 0;
}

/* does the test hold for all values from low to high?  fails: does it fail for all? */
static bool holds_for(const struct stmt *s, const struct interval *values, bool fails)
{
	bool inside = (s->op == OP_EQ) != fails;
	bool point = !memcmp(values->low, values->high, VALUE_BYTES);
	struct interval named;
	unsigned met = 0;

	if (s->kind == STMT_LIST && ordered(s->key)) {
		for (unsigned i = 0; i < s->nlist; i++)
			met += within(s->list[i].b, s->list[i].b, values);
		return inside ? point && met : !met;
	}
	if (!named_interval(s, &named))
		return false;
	if (inside)
		return within(values->low, values->high, &named);
	return memcmp(values->high, named.low, VALUE_BYTES) < 0 ||
	       memcmp(values->low, named.high, VALUE_BYTES) > 0;
}

/* for every value that a holds for; fails: for none of them */
static bool covers(const struct stmt *a, const struct stmt *b, bool fails)
{
	struct interval values;

	if (!key_equal(a->key, b->key) || a->op != OP_EQ)
		return false;
	if (a->kind == STMT_LIST && ordered(a->key)) {
		for (unsigned i = 0; i < a->nlist; i++) {
			memcpy(values.low, a->list[i].b, VALUE_BYTES);
			memcpy(values.high, a->list[i].b, VALUE_BYTES);
			if (!holds_for(b, &values, fails))
				return false;
		}
		return true;
	}
	return named_interval(a, &values) && holds_for(b, &values, fails);
}

static struct stmt opposite(const struct stmt *s)
{
	struct stmt ret = *s;

	ret.op = s->op == OP_EQ ? OP_NE : OP_EQ;
	return ret;
}

static bool one_key(const struct stmt *s)
{
	return s->kind == STMT_TEST || s->kind == STMT_MASKED || s->kind == STMT_RANGE ||
	       s->kind == STMT_LIST;
}

static bool same_tuples(const struct tuple *a, const struct tuple *b)
{
	if (a->nkey != b->nkey)
		return false;
	for (unsigned i = 0; i < a->nkey; i++)
		if (!key_equal(a->key[i], b->key[i]) || value_compare(&a->low[i], &b->low[i]) ||
		    value_compare(&a->high[i], &b->high[i]))
			return false;
	return true;
}

bool test_same(const struct stmt *a, const struct stmt *b)
{
	struct stmt x = *a;

	if (a->kind != b->kind || a->nlist != b->nlist)
		return false;
	if (a->kind == STMT_CONCAT || a->kind == STMT_LOOKUP) {
		for (unsigned i = 0; i < (a->kind == STMT_CONCAT ? a->nlist : 1); i++)
			if (!same_tuples(&a->tuple[i], &b->tuple[i]))
				return false;
		x.tuple = b->tuple;
	}
	if (a->kind == STMT_LIST) {
		for (unsigned i = 0; i < a->nlist; i++)
			if (value_compare(&a->list[i], &b->list[i]))
				return false;
		x.list = b->list;
	}
	return stmt_equal(&x, b);
}

bool test_implies(const struct stmt *a, const struct stmt *b)
{
	struct stmt not_a, not_b;

	if (stmt_acts(a))
		return false;
	if (test_same(a, b))
		return true;
	/* a frame may end behind what a reads of the key */
	if (!one_key(a) || !one_key(b) || stmt_bits(a) < stmt_bits(b))
		return false;
	if (covers(a, b, false))
		return true;
	/* what b does not hold for, a does not either */
	not_a = opposite(a);
	not_b = opposite(b);
	return a->op == OP_NE && b->op == OP_NE && covers(&not_b, &not_a, false);
}

bool test_excludes(const struct stmt *a, const struct stmt *b)
{
	struct stmt not_b = opposite(b);

	if (stmt_acts(a))
		return false;
	/* a state is one bit or none: what is any of these bits is not none of them */
	if (test_same(a, &not_b))
		return true;
	if (!one_key(a) || !one_key(b))
		return false;
	return covers(a, b, true) || covers(b, a, true);
}

bool rule_is_pure(const struct nft_rule *r)
{
	for (unsigned i = 0; i < r->nstmt; i++)
		if (stmt_acts(&r->stmt[i]))
			return false;
	return true;
}

bool rules_same_tests(const struct nft_rule *a, const struct nft_rule *b)
{
	if (a->nstmt != b->nstmt)
		return false;
	for (unsigned i = 0; i < a->nstmt; i++)
		if (!test_same(&a->stmt[i], &b->stmt[i]))
			return false;
	return true;
}

/* tests on different keys say nothing of each other, and most are on different ones */
static bool may_tell(const struct stmt *a, const struct stmt *b)
{
	return a->key.id == b->key.id;
}

static bool implies(const struct stmt *a, const struct stmt *b)
{
	if (!may_tell(a, b))
		return false;
	/* most are of this kind, and the answer is the same */
	if (a->kind == STMT_TEST && b->kind == STMT_TEST && a->op == OP_EQ && b->op == OP_EQ &&
	    memcmp(a->value, b->value, VALUE_BYTES) != 0)
		return false;
	return test_implies(a, b);
}

bool rule_is_sure(const struct nft_rule *r, const struct stmt *known, unsigned n)
{
	/* the last ones are the most particular */
	for (unsigned i = r->nstmt; i > 0; i--) {
		unsigned k = 0;

		while (k < n && !implies(&known[k], &r->stmt[i - 1]))
			k++;
		if (k == n)
			return false;
	}
	return true;
}

bool rule_is_out(const struct nft_rule *r, const struct stmt *known, unsigned n)
{
	for (unsigned i = 0; i < r->nstmt; i++)
		for (unsigned k = 0; k < n; k++)
			if (may_tell(&known[k], &r->stmt[i]) &&
			    test_excludes(&known[k], &r->stmt[i]))
				return true;
	return false;
}
