/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/reason.h"

#include "emit/nft_stmt.h"
#include "emit/spell.h"

#define WANTED_SHOWN 6

const char *verdict_word(enum verdict verdict)
{
	static const char *const words[] = {
		[VERDICT_NONE] = "nothing",  [VERDICT_ACCEPT] = "accept", [VERDICT_DROP] = "drop",
		[VERDICT_REJECT] = "reject", [VERDICT_RETURN] = "return", [VERDICT_JUMP] = "jump",
		[VERDICT_GOTO] = "goto",     [VERDICT_MAP] = "map",
	};

	return words[verdict];
}

const char *state_word(unsigned state)
{
	static const struct symbol words[] = {
		{"new", STATE_NEW},         {"established", STATE_ESTABLISHED},
		{"related", STATE_RELATED}, {"invalid", STATE_INVALID},
		{"untracked", 0},
	};
	size_t i = 0;

	while (words[i].value && words[i].value != state)
		i++;
	return words[i].name;
}

void reason_place(const struct nft_rule *rule, const struct nft_chain *chain, struct buf *out)
{
	struct span span;

	if (rule && rule->origin.rule) {
		span = rule->origin.rule->span;
		diag_put_clean(out, span.source->name);
		buf_printf(out, ":%u", span_position(span).line);
	} else if (rule && rule->comment.len) {
		/* of the rules that learn, which no rule of the XML stands behind */
		buf_printf(out, "\"%.*s\" of chain %.*s", STR_ARG(rule->comment),
			   STR_ARG(chain->label));
	} else if (rule && chain->label.len) {
		buf_printf(out, "the end of chain %.*s", STR_ARG(chain->label));
	} else {
		buf_puts(out, "nothing");
	}
}

void reason_verdict(const struct outcome *o, struct buf *out)
{
	const char *separator = " by ";
	bool any = false;

	buf_puts(out, verdict_word(o->verdict));
	for (unsigned i = 0; i < o->nhook; i++) {
		const struct nft_rule *r = outcome_rule(o, i);

		if (!r)
			continue;
		buf_puts(out, separator);
		reason_place(r, o->hook[i].evaluation.chain, out);
		separator = " and ";
		any = true;
	}
	if (!any)
		buf_puts(out, ", no rule decided");
}

void reason_attribute(const struct near_miss *n, struct buf *out)
{
	const struct operand *o = n->match ? &n->match->operand[SLOT_VALUE] : NULL;

	if (!o || o->kind == OPERAND_ABSENT || o->implied)
		return;
	buf_printf(out, "%s='", field(o->field)->xml);
	diag_put_clean(out, o->text);
	buf_putc(out, '\'');
	if (n->match->negated)
		buf_puts(out, " with match='no'");
}

/* states in words: a mark says nothing to a reader */
static bool is_state(const struct stmt *s)
{
	return s->key.id == KEY_CT_STATE || s->key.id == KEY_CT_DIRECTION || s->key.id == KEY_MARK;
}

static void put_marked(const struct stmt *s, const struct target *t, struct buf *out)
{
	static const struct {
		enum mark_bit bit;
		const char *word;
	} bits[] = {
		{MARK_NEW, "new"},
		{MARK_ESTABLISHED, "established"},
		{MARK_RELATED, "related"},
		{MARK_INVALID, "invalid"},
	};
	uint32_t mask = stmt_number_of(s->other, 4);
	const char *separator = "";

	if (mask & target_mark_bit(t, MARK_REPLY)) {
		buf_puts(out, s->op == OP_NE ? "direction reply" : "direction original");
		return;
	}
	buf_puts(out, "state ");
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		if (!(mask & target_mark_bit(t, bits[i].bit)))
			continue;
		buf_printf(out, "%s%s", separator, bits[i].word);
		separator = ",";
	}
}

/* nft has no word for a raw key, but the XML has: the attribute that reads it */
static const struct field *raw_field(const struct near_miss *n)
{
	const struct proto *p = n->rule->origin.rule->proto;

	if (n->key.id != KEY_RAW_NETWORK || n->wanted.at[0]->kind == STMT_MASKED)
		return NULL;
	for (const enum field_id *id = p->fields; *id; id++) {
		struct key key = field(*id)->key[p->keys];

		if (key.id == n->key.id && key.offset == n->key.offset &&
		    key.length == n->key.length)
			return field(*id);
	}
	return NULL;
}

static void put_raw(const struct near_miss *n, const struct field *f, const unsigned char *bytes,
		    struct buf *out)
{
	struct value v = {.len = (uint8_t)key_size(n->key)};

	memcpy(v.b, bytes, v.len);
	type_print(f, n->rule->origin.rule->proto, &v, out);
}

void reason_wanted(const struct near_miss *n, size_t i, const struct target *target,
		   struct buf *out)
{
	const struct stmt *s = n->wanted.at[i];
	const struct field *raw = raw_field(n);
	struct buf text;

	if (s->key.id == KEY_MARK && s->kind == STMT_MASKED) {
		put_marked(s, target, out);
		return;
	}
	if (raw && (s->kind == STMT_TEST || s->kind == STMT_RANGE)) {
		buf_printf(out, "%s %s", raw->xml, s->op == OP_NE ? "!= " : "");
		put_raw(n, raw, s->value, out);
		buf_puts(out, s->kind == STMT_RANGE ? "-" : "");
		if (s->kind == STMT_RANGE)
			put_raw(n, raw, s->other, out);
		return;
	}
	buf_init(&text);
	nft_stmt(&text, s);
	buf_put(out, str_trim(buf_str(&text)));
	buf_release(&text);
}

void reason_found(const struct near_miss *n, const struct flow *flow, struct buf *out)
{
	const struct stmt *s = n->wanted.at[0];

	if (s->kind == STMT_COUNT)
		buf_printf(out, "%u connections", flow->packet.connections);
	else if (is_state(s))
		buf_printf(out, "state %s%s", state_word(flow->packet.state),
			   flow->packet.reply ? " reply" : "");
	else if (s->kind == STMT_EXISTS)
		buf_puts(out, s->op == OP_NE ? "one" : "none");
	else if (!n->present)
		buf_puts(out, "nothing of the kind");
	else if (raw_field(n))
		put_raw(n, raw_field(n), n->found.b, out);
	else
		spell_plain(out, n->key, n->found.b);
}

void reason_near(const struct near_miss *n, const struct flow *flow, const struct target *target,
		 struct buf *out)
{
	size_t shown = n->wanted.n > WANTED_SHOWN ? WANTED_SHOWN : n->wanted.n;

	buf_puts(out, "wants ");
	for (size_t i = 0; i < shown; i++) {
		buf_puts(out, i ? " or " : "");
		reason_wanted(n, i, target, out);
	}
	if (shown < n->wanted.n)
		buf_printf(out, " or one of %zu others", n->wanted.n - shown);
	buf_puts(out, ", the frame has ");
	reason_found(n, flow, out);
}
