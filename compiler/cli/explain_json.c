/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/reason.h"

static void put_place(struct span span, struct buf *out)
{
	struct position at = span_position(span);

	buf_puts(out, "\"file\": ");
	diag_put_json(out, span.source->name);
	buf_printf(out, ", \"line\": %u, \"column\": %u", at.line, at.column);
}

static void put_references(const struct path *path, struct buf *out)
{
	buf_puts(out, "\"path\": [");
	for (const char *separator = ""; path && path->up; path = path->up) {
		buf_printf(out, "%s{\"filter\": ", separator);
		diag_put_json(out, path->filter->name);
		buf_puts(out, ", ");
		put_place(path->ref->span, out);
		buf_putc(out, '}');
		separator = ", ";
	}
	buf_putc(out, ']');
}

/* the members of an object; those of the filter are there if it has one */
static void put_rule(const struct nft_rule *r, struct arm arm, const struct nft_chain *chain,
		     struct buf *out)
{
	const struct origin *o = &r->origin;

	buf_printf(out,
		   "\"verdict\": \"%s\", \"chain\": ", verdict_word((enum verdict)arm.verdict));
	diag_put_json(out, chain->name);
	if (arm.target) {
		buf_puts(out, ", \"target\": ");
		diag_put_json(out, arm.target->name);
	}
	buf_puts(out, ", \"origins\": [");
	for (; o && o->rule; o = o->more) {
		buf_puts(out, o == &r->origin ? "{\"filter\": " : ", {\"filter\": ");
		diag_put_json(out, o->path->filter->name);
		buf_puts(out, ", ");
		put_place(o->rule->span, out);
		buf_puts(out, ", ");
		put_references(o->path, out);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_hook(const struct outcome_hook *h, struct buf *out)
{
	const char *separator = "";

	buf_printf(out, "{\"hook\": \"%s\", \"verdict\": \"%s\", \"rules\": %zu, \"matched\": [",
		   hook(h->id)->name, verdict_word(h->evaluation.verdict), h->step.n);
	for (size_t i = 0; i < h->step.n; i++) {
		if (h->step.at[i].nfailed)
			continue;
		buf_printf(out, "%s\n      {", separator);
		put_rule(h->step.at[i].rule, h->step.at[i].arm, h->step.at[i].chain, out);
		buf_putc(out, '}');
		separator = ",";
	}
	buf_puts(out, "]}");
}

static void put_text(const char *name, const struct buf *text, struct buf *out)
{
	buf_printf(out, ", \"%s\": ", name);
	if (text->len)
		diag_put_json(out, buf_str(text));
	else
		buf_puts(out, "null");
}

static void put_near(const struct explanation *e, const struct near_miss *n, struct buf *out)
{
	struct buf text;

	buf_printf(out, "{\"hook\": \"%s\", ", hook(n->hook)->name);
	put_rule(n->rule, (struct arm){n->rule->verdict, n->rule->target}, n->chain, out);
	buf_init(&text);
	reason_attribute(n, &text);
	put_text("attribute", &text, out);
	buf_puts(out, ", \"wanted\": [");
	for (size_t i = 0; i < n->wanted.n; i++) {
		text.len = 0;
		reason_wanted(n, i, e->target, &text);
		buf_puts(out, i ? ", " : "");
		diag_put_json(out, buf_str(&text));
	}
	buf_putc(out, ']');
	text.len = 0;
	reason_found(n, e->flow, &text);
	put_text("found", &text, out);
	buf_putc(out, '}');
	buf_release(&text);
}

static void put_frame(const struct flow *f, struct buf *out)
{
	buf_printf(out,
		   "\"direction\": \"%s\", \"from_host\": %s, \"state\": \"%s\", \"reply\": %s",
		   direction_name(f->direction), f->from_host ? "true" : "false",
		   state_word(f->packet.state), f->packet.reply ? "true" : "false");
	buf_puts(out, ",\n   \"frame\": \"");
	for (size_t i = 0; i < f->packet.len; i++)
		buf_puthex(out, f->packet.bytes[i], 2);
	buf_putc(out, '"');
}

void explain_json(const struct explanation *e, struct buf *out)
{
	const struct outcome *o = e->outcome;
	const char *separator = "";

	buf_puts(out, "  {\"tap\": ");
	diag_put_json(out, e->binding->tap);
	buf_puts(out, ", \"flow\": ");
	diag_put_json(out, e->title);
	buf_puts(out, ", ");
	put_frame(e->flow, out);
	buf_printf(out, ",\n   \"verdict\": \"%s\", \"decided_by\": [", verdict_word(o->verdict));
	for (unsigned i = 0; i < o->nhook; i++) {
		if (!outcome_rule(o, i))
			continue;
		buf_printf(out, "%s{", separator);
		put_rule(outcome_rule(o, i), (struct arm){(uint8_t)o->verdict, NULL},
			 o->hook[i].evaluation.chain, out);
		buf_putc(out, '}');
		separator = ", ";
	}
	buf_puts(out, "],\n   \"hooks\": [");
	for (unsigned i = 0; i < o->nhook; i++) {
		buf_puts(out, i ? ",\n     " : "\n     ");
		put_hook(&o->hook[i], out);
	}
	buf_puts(out, "],\n   \"near_misses\": [");
	for (size_t i = 0; i < o->near.n; i++) {
		buf_puts(out, i ? ",\n     " : "\n     ");
		put_near(e, &o->near.at[i], out);
	}
	buf_puts(out, "]}");
}
