/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/reason.h"

#define LINE_SHOWN 100
#define NEAR_SHOWN 8

/* the line of a span with marks below it, in the form of diagnostics */
static void put_line(struct span span, struct buf *out)
{
	struct position at = span_position(span);
	struct str line = source_line(span.source, at.line);
	size_t indent = 0;
	size_t width;

	while (indent < line.len && indent + 1 < at.column &&
	       (line.ptr[indent] == ' ' || line.ptr[indent] == '\t'))
		indent++;
	line = (struct str){line.ptr + indent, line.len - indent};
	at.column -= (unsigned)indent;
	width = span.end > span.start ? span.end - span.start : 1;
	if (line.len > LINE_SHOWN)
		line.len = LINE_SHOWN;
	buf_printf(out, "%5u | ", at.line);
	diag_put_clean(out, line);
	if (at.column > line.len) {
		buf_putc(out, '\n');
		return;
	}
	if (at.column + width > line.len)
		width = line.len - at.column + 1;
	buf_puts(out, "\n      | ");
	buf_pad(out, ' ', at.column - 1);
	buf_pad(out, '^', width);
	buf_putc(out, '\n');
}

static void put_path(const struct path *path, struct buf *out)
{
	for (; path && path->up; path = path->up) {
		buf_puts(out, "      = \"");
		diag_put_clean(out, path->filter->name);
		buf_puts(out, "\" is referred to at ");
		diag_put_clean(out, path->ref->span.source->name);
		buf_printf(out, ":%u\n", span_position(path->ref->span).line);
	}
}

/* one of several that were merged may be any of them */
static void put_origins(const struct nft_rule *r, struct buf *out)
{
	for (const struct origin *o = r ? &r->origin : NULL; o && o->rule; o = o->more) {
		put_line(o->rule->span, out);
		put_path(o->path, out);
	}
}

static void put_decision(const struct explanation *e, struct buf *out)
{
	buf_printf(out, "%.*s, state %s%s: ", STR_ARG(e->binding->tap),
		   state_word(e->flow->packet.state), e->flow->packet.reply ? " reply" : "");
	reason_verdict(e->outcome, out);
	buf_putc(out, '\n');
	for (unsigned i = 0; i < e->outcome->nhook; i++)
		put_origins(outcome_rule(e->outcome, i), out);
}

static void put_step(const struct outcome_step *step, struct buf *out)
{
	buf_printf(out, "    %-7s ", verdict_word((enum verdict)step->arm.verdict));
	if (step->arm.target)
		diag_put_clean(out, step->arm.target->label);
	else
		reason_place(step->rule, step->chain, out);
	buf_putc(out, '\n');
}

static void put_hook(const struct outcome_hook *h, struct buf *out)
{
	buf_printf(out, "  %s: %s, %zu rule%s looked at\n", hook(h->id)->name,
		   verdict_word(h->evaluation.verdict), h->step.n, h->step.n == 1 ? "" : "s");
	for (size_t i = 0; i < h->step.n; i++)
		if (!h->step.at[i].nfailed && h->step.at[i].rule->verdict != VERDICT_NONE)
			put_step(&h->step.at[i], out);
}

static void put_near(const struct explanation *e, const struct near_miss *n, struct buf *out)
{
	const struct filter_rule *rule = n->rule->origin.rule;
	bool points = n->match && n->match->operand[SLOT_VALUE].kind != OPERAND_ABSENT;

	buf_puts(out, "  ");
	reason_place(n->rule, n->chain, out);
	buf_printf(out, " would %s: it ", verdict_word((enum verdict)n->rule->verdict));
	reason_near(n, e->flow, e->target, out);
	buf_putc(out, '\n');
	if (points && !n->match->operand[SLOT_VALUE].implied)
		put_line(n->match->operand[SLOT_VALUE].span, out);
	else
		put_line(rule->proto_span.source ? rule->proto_span : rule->span, out);
}

void explain_text(const struct explanation *e, struct buf *out)
{
	const struct outcome *o = e->outcome;

	diag_put_clean(out, e->title);
	buf_putc(out, '\n');
	put_decision(e, out);
	buf_puts(out, "path:\n");
	for (unsigned i = 0; i < o->nhook; i++)
		put_hook(&o->hook[i], out);
	if (o->near.n)
		buf_puts(out, "near misses:\n");
	for (size_t i = 0; i < o->near.n && i < NEAR_SHOWN; i++)
		put_near(e, &o->near.at[i], out);
	if (o->near.n > NEAR_SHOWN)
		buf_printf(out, "  ... and %zu more\n", o->near.n - NEAR_SHOWN);
}
