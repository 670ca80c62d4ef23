/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/buf.h"
#include "ir/dump.h"

static const char *const verdict_words[] = {
	[VERDICT_NONE] = "",         [VERDICT_ACCEPT] = "accept", [VERDICT_DROP] = "drop",
	[VERDICT_REJECT] = "reject", [VERDICT_RETURN] = "return", [VERDICT_JUMP] = "jump",
	[VERDICT_GOTO] = "goto",     [VERDICT_MAP] = "map",
};

static void put_key(struct key key, struct buf *out)
{
	const struct key_info *info = key_info(key);

	buf_puts(out, info->spelling);
	if (!info->length)
		buf_printf(out, ",%u,%u", key.offset, key.length);
	else if (info->base == BASE_TCPOPTION)
		buf_printf(out, " %u", key.offset);
}

static void put_bytes(const unsigned char *b, unsigned n, struct buf *out)
{
	buf_puts(out, "0x");
	for (unsigned i = 0; i < n; i++)
		buf_puthex(out, b[i], 2);
}

static void put_keys(const struct tuple *t, struct buf *out)
{
	for (unsigned i = 0; i < t->nkey; i++) {
		buf_puts(out, i ? " . " : "");
		put_key(t->key[i], out);
	}
}

static void put_tuple(const struct tuple *t, struct buf *out)
{
	for (unsigned i = 0; i < t->nkey; i++) {
		buf_puts(out, i ? " . " : " ");
		put_bytes(t->low[i].b, key_size(t->key[i]), out);
		buf_putc(out, '-');
		put_bytes(t->high[i].b, key_size(t->key[i]), out);
	}
}

static void put_dynamic(const struct stmt *s, struct buf *out)
{
	struct value seconds = {.len = STMT_SECONDS};

	memcpy(seconds.b, s->value, STMT_SECONDS);
	buf_printf(out, "%s@%.*s",
		   s->kind == STMT_LEARN   ? " into "
		   : s->kind == STMT_RENEW ? " again into "
					   : " out of ",
		   STR_ARG(s->set->name));
	if (value_number(&seconds))
		buf_printf(out, " for %us", value_number(&seconds));
}

static void put_stmt(const struct stmt *s, struct buf *out)
{
	const char *op = s->op == OP_NE ? " != " : " == ";
	unsigned n = key_size(s->key);

	if (s->kind == STMT_CONCAT || s->kind == STMT_LOOKUP)
		put_keys(s->tuple, out);
	else if (s->kind != STMT_COUNTER)
		put_key(s->key, out);
	switch ((enum stmt_kind)s->kind) {
	case STMT_MASKED:
		buf_puts(out, " & ");
		put_bytes(s->other, n, out);
		/* fallthrough */
	case STMT_TEST:
		buf_puts(out, op);
		put_bytes(s->value, n, out);
		break;
	case STMT_RANGE:
		buf_puts(out, op);
		put_bytes(s->value, n, out);
		buf_putc(out, '-');
		put_bytes(s->other, n, out);
		break;
	case STMT_EXISTS:
		buf_puts(out, s->op == OP_NE ? " missing" : " exists");
		break;
	case STMT_LIST:
		buf_puts(out, s->op == OP_NE ? " not in" : " in");
		for (unsigned i = 0; i < s->nlist; i++) {
			buf_putc(out, ' ');
			put_bytes(s->list[i].b, n, out);
		}
		break;
	case STMT_CONCAT:
		buf_puts(out, s->op == OP_NE ? " not in" : " in");
		for (unsigned i = 0; i < s->nlist; i++) {
			buf_puts(out, i ? "," : "");
			put_tuple(&s->tuple[i], out);
		}
		break;
	case STMT_LOOKUP:
		buf_printf(out, "%s@%.*s", s->op == OP_NE ? " not in " : " in ",
			   STR_ARG(s->set->name));
		break;
	case STMT_COUNT:
		buf_printf(out, " connections %s %u", s->op == OP_NE ? "at most" : "over",
			   (unsigned)(s->value[0] << 8 | s->value[1]));
		break;
	case STMT_MARK:
		buf_puts(out, " = mark & ");
		put_bytes(s->value, n, out);
		buf_puts(out, " | ");
		put_bytes(s->other, n, out);
		break;
	case STMT_LEARN:
	case STMT_RENEW:
	case STMT_FORGET:
		put_dynamic(s, out);
		break;
	case STMT_COUNTER:
		buf_puts(out, "counter");
		break;
	}
}

static void put_verdict(uint8_t verdict, const struct nft_chain *target, struct buf *out)
{
	buf_puts(out, verdict_words[verdict]);
	if (target)
		buf_printf(out, " %.*s", STR_ARG(target->label));
}

static void put_rule(const struct nft_rule *r, struct buf *out)
{
	buf_puts(out, "\t\t");
	for (unsigned i = 0; i < r->nstmt; i++) {
		put_stmt(&r->stmt[i], out);
		buf_puts(out, "; ");
	}
	put_verdict(r->verdict, r->target, out);
	for (unsigned i = 0; r->arm && i < r->stmt[r->nstmt - 1].nlist; i++) {
		buf_puts(out, i ? ", " : " ");
		put_verdict(r->arm[i].verdict, r->arm[i].target, out);
	}
	for (const struct origin *o = &r->origin; o && o->rule; o = o->more)
		buf_printf(out, "  <%.*s:%u>", STR_ARG(o->path->filter->name),
			   span_position(o->rule->span).line);
	buf_putc(out, '\n');
}

static void put_values(const struct entry *entry, struct buf *out)
{
	for (size_t i = 0; i < entry->values.at.n; i++) {
		const struct element *e = &entry->values.at.at[i];

		buf_printf(out, "@%.*s", STR_ARG(e->set->name));
		for (unsigned k = 1; k < e->set->nkey; k++) {
			buf_putc(out, ' ');
			put_bytes(e->value[k - 1], key_size(e->set->key[k]), out);
		}
		buf_putc(out, '\n');
	}
}

void dump_entry(const struct entry *entry, struct buf *out)
{
	put_values(entry, out);
	for (int id = 0; id < HOOK_MAX; id++) {
		const struct program *p = entry->program[id];

		if (!p)
			continue;
		buf_printf(out, "%s\n", hook((enum hook_id)id)->name);
		for (size_t i = 0; i < p->chain.n; i++) {
			const struct nft_chain *chain = p->chain.at[i];

			buf_printf(out, "\t%.*s\n",
				   STR_ARG(chain->label.len ? chain->label : STR("(root)")));
			for (size_t k = 0; k < chain->rule.n; k++)
				put_rule(&chain->rule.at[k], out);
		}
	}
}
