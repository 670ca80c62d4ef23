/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/nft_stmt.h"

#include "emit/spell.h"

static void put_key_op(struct buf *out, const struct stmt *s)
{
	buf_putc(out, ' ');
	spell_key(out, s->key);
	if (s->op == OP_NE)
		buf_puts(out, " !=");
	else if (key_lead(s->key))
		buf_puts(out, " ==");
	buf_putc(out, ' ');
}

/* `ct state != new,established` compares the whole word and would always hold */
static void none_of_states(struct buf *out, const struct stmt *s)
{
	buf_putc(out, ' ');
	spell_key(out, s->key);
	buf_puts(out, " & (");
	spell_states(out, stmt_number_of(s->value, key_size(s->key)), "|");
	buf_puts(out, ") == 0");
}

static void put_test(struct buf *out, const struct stmt *s)
{
	if (key_info(s->key)->format == FORMAT_STATE && s->op == OP_NE) {
		none_of_states(out, s);
		return;
	}
	put_key_op(out, s);
	if (s->op == OP_EQ && key_is_flags(s->key))
		buf_puts(out, "== ");
	spell_value(out, s->key, s->value);
}

static void put_masked(struct buf *out, const struct stmt *s)
{
	int prefix = stmt_prefix(s);

	if (prefix >= 0) {
		put_key_op(out, s);
		spell_plain(out, s->key, s->value);
		buf_putc(out, '/');
		buf_putu(out, (unsigned)prefix);
		return;
	}
	buf_putc(out, ' ');
	spell_key(out, s->key);
	buf_puts(out, " & ");
	spell_plain(out, s->key, s->other);
	buf_puts(out, s->op == OP_NE ? " != " : " == ");
	spell_plain(out, s->key, s->value);
}

static void put_range(struct buf *out, const struct stmt *s)
{
	put_key_op(out, s);
	spell_plain(out, s->key, s->value);
	buf_putc(out, '-');
	spell_plain(out, s->key, s->other);
}

static void put_exists(struct buf *out, const struct stmt *s)
{
	buf_putc(out, ' ');
	spell_key(out, s->key);
	buf_puts(out, s->op == OP_NE ? " missing" : " exists");
}

static void put_list(struct buf *out, const struct stmt *s)
{
	put_key_op(out, s);
	for (unsigned i = 0; i < s->nlist; i++) {
		buf_puts(out, i ? ", " : "{ ");
		spell_value(out, s->key, s->list[i].b);
	}
	buf_puts(out, " }");
}

static void put_keys_op(struct buf *out, const struct stmt *s)
{
	for (unsigned i = 0; i < s->tuple->nkey; i++) {
		buf_puts(out, i ? " . " : " ");
		spell_key(out, s->tuple->key[i]);
	}
	buf_puts(out, s->op == OP_NE ? " != " : " ");
}

static void put_tuple(struct buf *out, const struct tuple *t)
{
	for (unsigned i = 0; i < t->nkey; i++) {
		buf_puts(out, i ? " . " : "");
		if (!value_compare(&t->low[i], &t->high[i])) {
			spell_value(out, t->key[i], t->low[i].b);
			continue;
		}
		spell_plain(out, t->key[i], t->low[i].b);
		buf_putc(out, '-');
		spell_plain(out, t->key[i], t->high[i].b);
	}
}

static void put_concat(struct buf *out, const struct stmt *s)
{
	put_keys_op(out, s);
	for (unsigned i = 0; i < s->nlist; i++) {
		buf_puts(out, i ? ", " : "{ ");
		put_tuple(out, &s->tuple[i]);
	}
	buf_puts(out, " }");
}

static void put_lookup(struct buf *out, const struct stmt *s)
{
	put_keys_op(out, s);
	buf_putc(out, '@');
	buf_put(out, s->set->name);
}

static void put_count(struct buf *out, const struct stmt *s)
{
	buf_puts(out, " add @");
	buf_put(out, s->set->name);
	buf_puts(out, " { ");
	spell_key(out, s->key);
	buf_puts(out, s->op == OP_NE ? " ct count " : " ct count over ");
	buf_putu(out, stmt_count(s));
	buf_puts(out, " }");
}

static void put_mark(struct buf *out, const struct stmt *s)
{
	unsigned size = key_size(s->key);

	buf_putc(out, ' ');
	spell_key(out, s->key);
	buf_puts(out, " set ");
	spell_key(out, s->key);
	if (!all_bytes(s->value, size, 0xff)) {
		buf_puts(out, " & ");
		spell_plain(out, s->key, s->value);
	}
	if (!all_bytes(s->other, size, 0)) {
		buf_puts(out, " | ");
		spell_plain(out, s->key, s->other);
	}
}

static void put_dynamic(struct buf *out, const struct stmt *s)
{
	unsigned seconds = stmt_number_of(s->value, STMT_SECONDS);

	buf_puts(out, s->kind == STMT_LEARN   ? " add @"
		      : s->kind == STMT_RENEW ? " update @"
					      : " delete @");
	buf_put(out, s->set->name);
	buf_puts(out, " { ");
	spell_key(out, s->key);
	if (seconds) {
		buf_puts(out, " timeout ");
		spell_seconds(out, seconds);
	}
	buf_puts(out, " }");
}

static void put_counter(struct buf *out, const struct stmt *s)
{
	(void)s;
	buf_puts(out, " counter");
}

static void (*const stmt_put[])(struct buf *out, const struct stmt *s) = {
	[STMT_TEST] = put_test,       [STMT_MASKED] = put_masked, [STMT_RANGE] = put_range,
	[STMT_EXISTS] = put_exists,   [STMT_LIST] = put_list,     [STMT_CONCAT] = put_concat,
	[STMT_LOOKUP] = put_lookup,   [STMT_COUNT] = put_count,   [STMT_MARK] = put_mark,
	[STMT_LEARN] = put_dynamic,   [STMT_RENEW] = put_dynamic, [STMT_FORGET] = put_dynamic,
	[STMT_COUNTER] = put_counter,
};

void nft_stmt(struct buf *out, const struct stmt *s)
{
	stmt_put[s->kind](out, s);
}

void nft_verdict(struct buf *out, struct arm arm)
{
	static const char *const verdicts[] = {
		[VERDICT_ACCEPT] = "accept", [VERDICT_DROP] = "drop",  [VERDICT_REJECT] = "reject",
		[VERDICT_RETURN] = "return", [VERDICT_JUMP] = "jump ", [VERDICT_GOTO] = "goto ",
	};

	buf_puts(out, verdicts[arm.verdict]);
	if (arm.target)
		buf_put(out, arm.target->name);
}

void nft_verdict_map(struct buf *out, const struct stmt *s, const struct arm *arm)
{
	put_keys_op(out, s);
	buf_puts(out, "vmap { ");
	for (unsigned i = 0; i < s->nlist; i++) {
		buf_puts(out, i ? ", " : "");
		put_tuple(out, &s->tuple[i]);
		buf_puts(out, " : ");
		nft_verdict(out, arm[i]);
	}
	buf_puts(out, " }");
}
