/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/ruleset.h"

static struct stmt stmt_of(enum stmt_kind kind, struct key key, enum test_op op,
			   const struct value *value, const struct value *other)
{
	struct stmt s = {.kind = (uint8_t)kind, .op = (uint8_t)op, .key = key};

	memcpy(s.value, value->b, VALUE_BYTES);
	if (other)
		memcpy(s.other, other->b, VALUE_BYTES);
	return s;
}

static bool same_look_up(const struct stmt *a, const struct stmt *b)
{
	if (a->kind != STMT_LOOKUP || b->kind != STMT_LOOKUP || a->op != b->op ||
	    a->set != b->set || a->tuple->nkey != b->tuple->nkey)
		return false;
	for (unsigned i = 0; i < a->tuple->nkey; i++)
		if (memcmp(&a->tuple->key[i], &b->tuple->key[i], sizeof(struct key)) != 0)
			return false;
	return true;
}

bool stmt_equal(const struct stmt *a, const struct stmt *b)
{
	if (same_look_up(a, b))
		return true;
	return a->kind == b->kind && a->op == b->op && a->nlist == b->nlist &&
	       key_equal(a->key, b->key) && a->list == b->list && a->set == b->set &&
	       !memcmp(a->value, b->value, VALUE_BYTES) && !memcmp(a->other, b->other, VALUE_BYTES);
}

struct stmt stmt_test(struct key key, enum test_op op, struct value value)
{
	return stmt_of(STMT_TEST, key, op, &value, NULL);
}

struct stmt stmt_masked(struct key key, struct value mask, enum test_op op, struct value value)
{
	for (unsigned i = 0; i < VALUE_BYTES; i++)
		value.b[i] &= mask.b[i];
	return stmt_of(STMT_MASKED, key, op, &value, &mask);
}

struct stmt stmt_range(struct key key, enum test_op op, struct value low, struct value high)
{
	return stmt_of(STMT_RANGE, key, op, &low, &high);
}

struct stmt stmt_mark(struct value keep, struct value add)
{
	return stmt_of(STMT_MARK, (struct key)NAMED_KEY(MARK), OP_EQ, &keep, &add);
}

struct stmt stmt_dynamic(enum stmt_kind kind, struct key key, const struct nft_set *set,
			 uint32_t seconds)
{
	struct value v = value_of_number(seconds, STMT_SECONDS);
	struct stmt s = stmt_of(kind, key, OP_EQ, &v, NULL);

	s.set = set;
	return s;
}

bool stmt_acts(const struct stmt *s)
{
	return s->kind == STMT_COUNT || s->kind >= STMT_MARK;
}

struct stmt stmt_number(struct key key, enum test_op op, uint32_t number)
{
	return stmt_test(key, op, value_of_number(number, key_size(key)));
}

int stmt_prefix(const struct stmt *s)
{
	enum key_format format = key_info(s->key)->format;
	unsigned size = key_size(s->key);

	if (format != FORMAT_IPV4 && format != FORMAT_IPV6)
		return -1;
	/* bits outside the mask make the test false; nft would forget them */
	for (unsigned i = 0; i < size; i++)
		if (s->value[i] & ~s->other[i])
			return -1;
	return value_prefix(s->other, size);
}

unsigned stmt_bits(const struct stmt *s)
{
	int prefix = s->kind == STMT_MASKED ? stmt_prefix(s) : -1;

	return prefix > 0 && prefix % 8 == 0 ? (unsigned)prefix : key_length(s->key);
}
