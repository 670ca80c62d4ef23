/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt_passes.h"
#include "compiler/opt_test.h"

/* nlist counts no further */
#define ROWS_MAX 255
#define COLUMNS 2
/*
 * A look-up takes as long as 5 rules of one test, or 3 of three or four
 * (doc/architecture.md): tests and rules together, about so many of them.
 */
#define WORTH 12

/* the tests in which rules differ */
struct columns {
	unsigned at[COLUMNS];
	unsigned n;
};

struct rows {
	struct tuple tuple[ROWS_MAX];
	struct arm arm[ROWS_MAX];
	unsigned n;
};

static bool is_constant(const struct stmt *s)
{
	bool whole = s->key.id != KEY_RAW_NETWORK && key_length(s->key) % 8 == 0;

	return whole && s->op == OP_EQ && (s->kind == STMT_TEST || s->kind == STMT_LIST);
}

static unsigned count_values(const struct stmt *s)
{
	return s->kind == STMT_LIST ? s->nlist : 1;
}

static struct value value_at(const struct stmt *s, unsigned i)
{
	struct value v = {.len = (uint8_t)key_size(s->key)};

	if (s->kind == STMT_LIST)
		return s->list[i];
	memcpy(v.b, s->value, VALUE_BYTES);
	return v;
}

/* columns in which the rules differ join those there are; false: too many, or no constants */
static bool add_columns(struct columns *c, const struct nft_rule *a, const struct nft_rule *b)
{
	if (a->nstmt != b->nstmt)
		return false;
	for (unsigned i = 0; i < a->nstmt; i++) {
		unsigned k = 0;

		if (test_same(&a->stmt[i], &b->stmt[i]))
			continue;
		while (k < c->n && c->at[k] != i)
			k++;
		if (k == COLUMNS || !is_constant(&a->stmt[i]) || !is_constant(&b->stmt[i]) ||
		    !key_equal(a->stmt[i].key, b->stmt[i].key) || !test_merges(a, i))
			return false;
		c->at[k] = i;
		c->n += k == c->n;
	}
	return true;
}

static bool may_be_arm(const struct nft_rule *r)
{
	return rule_is_pure(r) && r->verdict != VERDICT_NONE && r->verdict != VERDICT_REJECT;
}

/* how many rules from the first on differ in few enough columns */
static size_t find_rules(const struct nft_rule *r, size_t most, struct columns *ret)
{
	size_t n = 1;

	ret->n = 0;
	if (!may_be_arm(r))
		return 1;
	for (; n < most && may_be_arm(&r[n]); n++) {
		struct columns with = *ret;

		if (!add_columns(&with, r, &r[n]))
			break;
		*ret = with;
	}
	return n;
}

static const struct arm *find_row(const struct rows *rows, const struct tuple *t)
{
	for (unsigned i = 0; i < rows->n; i++) {
		unsigned k = 0;

		while (k < t->nkey && !value_compare(&rows->tuple[i].low[k], &t->low[k]))
			k++;
		if (k == t->nkey)
			return &rows->arm[i];
	}
	return NULL;
}

/* a frame meets the first of two equal rows; what comes back from a jump goes on to the second */
static bool add_row(struct rows *rows, const struct nft_rule *r, const struct columns *c,
		    const unsigned index[COLUMNS])
{
	struct tuple t = {.nkey = c->n};
	const struct arm *known;

	for (unsigned k = 0; k < c->n; k++) {
		t.key[k] = r->stmt[c->at[k]].key;
		t.low[k] = t.high[k] = value_at(&r->stmt[c->at[k]], index[k]);
	}
	known = find_row(rows, &t);
	if (known)
		return known->verdict != VERDICT_JUMP;
	if (rows->n == ROWS_MAX)
		return false;
	rows->tuple[rows->n] = t;
	rows->arm[rows->n++] = (struct arm){r->verdict, r->target};
	return true;
}

/* all values of the rule's lists, each beside each */
static bool add_rule(struct rows *rows, const struct nft_rule *r, const struct columns *c)
{
	unsigned length[COLUMNS] = {1, 1}, index[COLUMNS];
	unsigned before = rows->n;

	for (unsigned k = 0; k < c->n; k++)
		length[k] = count_values(&r->stmt[c->at[k]]);
	for (index[0] = 0; index[0] < length[0]; index[0]++)
		for (index[1] = 0; index[1] < length[1]; index[1]++)
			if (!add_row(rows, r, c, index)) {
				rows->n = before;
				return false;
			}
	return true;
}

static bool is_column(const struct columns *c, unsigned at)
{
	for (unsigned k = 0; k < c->n; k++)
		if (c->at[k] == at)
			return true;
	return false;
}

static bool same_verdicts(const struct rows *rows)
{
	for (unsigned i = 1; i < rows->n; i++)
		if (rows->arm[i].verdict != rows->arm[0].verdict ||
		    rows->arm[i].target != rows->arm[0].target)
			return false;
	return true;
}

/* the tests that all have, and behind them the table */
static struct nft_rule make_rule(struct arena *arena, const struct nft_rule *r, size_t n,
				 const struct columns *c, const struct rows *rows)
{
	struct nft_rule ret = *r;
	struct stmt table = {.kind = STMT_CONCAT, .op = OP_EQ, .nlist = (uint8_t)rows->n};

	table.tuple = arena_copy(arena, rows->tuple, rows->n * sizeof(*rows->tuple));
	ret.stmt = ARENA_ARRAY(arena, struct stmt, r->nstmt);
	ret.nstmt = 0;
	for (unsigned i = 0; i < r->nstmt; i++)
		if (!is_column(c, i))
			ret.stmt[ret.nstmt++] = r->stmt[i];
	ret.stmt[ret.nstmt++] = table;
	if (!same_verdicts(rows)) {
		ret.verdict = VERDICT_MAP;
		ret.target = NULL;
		ret.arm = arena_copy(arena, rows->arm, rows->n * sizeof(*rows->arm));
	}
	for (size_t i = 1; i < n; i++)
		origin_add(arena, &ret, &r[i]);
	return ret;
}

/* how many rules became the one in *ret; 0: a table would not be faster */
static size_t tabulate(struct arena *arena, const struct nft_rule *r, size_t most,
		       struct rows *rows, struct nft_rule *ret)
{
	struct columns columns;
	size_t all = find_rules(r, most, &columns);
	size_t n = 0;

	rows->n = 0;
	while (columns.n && n < all && add_rule(rows, &r[n], &columns))
		n++;
	if (n < 2 || n * (r->nstmt + 1u) < WORTH)
		return 0;
	*ret = make_rule(arena, r, n, &columns, rows);
	return n;
}

/*
 * Safe: rules that stand together and differ in the values of one or two tests say
 * to a frame what the first says that has its values; the rest of their tests, which
 * are the same, hold for all or for none.  A frame that comes back from a jump passes
 * none of the rules behind, for these have other values.
 */
static size_t chain_tables(struct arena *arena, struct nft_chain *chain, struct rows *rows)
{
	size_t to = 0;
	size_t from = 0;

	while (from < chain->rule.n) {
		const struct nft_rule *r = &chain->rule.at[from];
		struct nft_rule table;
		size_t n = tabulate(arena, r, chain->rule.n - from, rows, &table);

		chain->rule.at[to++] = n ? table : *r;
		from += n ? n : 1;
	}
	chain->rule.n = to;
	return from - to;
}

size_t opt_tables(struct arena *arena, struct program *p)
{
	struct rows *rows = ARENA_NEW(arena, struct rows);
	size_t saved = 0;

	for (size_t i = 0; i < p->chain.n; i++)
		saved += chain_tables(arena, p->chain.at[i], rows);
	return saved;
}
