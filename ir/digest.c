/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/digest.h"

/*
 * The canonical form of a program for its hash: everything that reaches nft,
 * comments with origins included, so that what a counter or a trace shows is
 * true for every tap that shares the program.
 */
static void digest_number(struct hash *h, uint64_t n)
{
	unsigned char b[8];

	for (unsigned i = 0; i < sizeof(b); i++)
		b[i] = (unsigned char)(n >> 8 * i);
	hash_update(h, b, sizeof(b));
}

void digest_str(struct hash *h, struct str s)
{
	digest_number(h, s.len);
	hash_update(h, s.ptr, s.len);
}

static void digest_key(struct hash *h, struct key key)
{
	/* by its words, so that a new row of key.def does not rename every program */
	digest_str(h, str_of(key_info(key)->spelling));
	digest_number(h, (uint64_t)key.offset | (uint64_t)key.length << 16);
}

static void digest_tuple(struct hash *h, const struct tuple *t)
{
	digest_number(h, t->nkey);
	for (unsigned i = 0; i < t->nkey; i++) {
		digest_key(h, t->key[i]);
		hash_update(h, t->low[i].b, VALUE_BYTES);
		hash_update(h, t->high[i].b, VALUE_BYTES);
	}
}

static void digest_stmt(struct hash *h, const struct stmt *s)
{
	digest_number(h, (uint64_t)s->kind | (uint64_t)s->op << 8 | (uint64_t)s->nlist << 16);
	digest_key(h, s->key);
	hash_update(h, s->value, VALUE_BYTES);
	hash_update(h, s->other, VALUE_BYTES);
	if (s->kind == STMT_LIST)
		for (unsigned i = 0; i < s->nlist; i++)
			hash_update(h, s->list[i].b, VALUE_BYTES);
	if (s->kind == STMT_CONCAT || s->kind == STMT_LOOKUP)
		for (unsigned i = 0; i < (s->kind == STMT_CONCAT ? s->nlist : 1); i++)
			digest_tuple(h, &s->tuple[i]);
	if (s->set)
		digest_str(h, s->set->name);
}

static void digest_rule(struct hash *h, const struct nft_rule *r)
{
	digest_number(h, r->nstmt);
	for (unsigned i = 0; i < r->nstmt; i++)
		digest_stmt(h, &r->stmt[i]);
	digest_number(h, r->verdict);
	if (r->target)
		digest_str(h, r->target->label);
	for (unsigned i = 0; r->arm && i < r->stmt[r->nstmt - 1].nlist; i++) {
		digest_number(h, r->arm[i].verdict);
		digest_str(h, r->arm[i].target ? r->arm[i].target->label : (struct str){0});
	}
	digest_str(h, r->comment);
	for (const struct origin *o = &r->origin; o && o->rule; o = o->more) {
		digest_str(h, o->path->filter->name);
		digest_number(h, span_position(o->rule->span).line);
	}
}

void digest_program(const struct program *p, unsigned char digest[HASH_BYTES])
{
	struct hash h;

	hash_init(&h);
	digest_number(&h, p->hook);
	for (size_t i = 0; i < p->chain.n; i++) {
		const struct nft_chain *chain = p->chain.at[i];

		digest_str(&h, chain->label);
		digest_number(&h, chain->rule.n);
		for (size_t j = 0; j < chain->rule.n; j++)
			digest_rule(&h, &chain->rule.at[j]);
	}
	hash_final(&h, digest);
}
