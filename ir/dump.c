/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/dump.h"

#include "ir/base/buf.h"
#include "ir/base/diag.h"

static const char *const slot_words[SLOT_MAX] = {
	[SLOT_VALUE] = "",        [SLOT_MASK] = "/",       [SLOT_END] = "-",
	[SLOT_SECOND] = " with ", [SLOT_SECOND_END] = "-",
};

static void put_operand(const struct operand *o, struct buf *out)
{
	diag_put_clean(out, o->text);
}

static void put_match(const struct match *m, struct buf *out)
{
	buf_printf(out, " %s%s", field(m->field)->xml, m->negated ? "!=" : "=");
	for (int s = 0; s < SLOT_MAX; s++)
		if (m->operand[s].kind != OPERAND_ABSENT) {
			buf_puts(out, slot_words[s]);
			put_operand(&m->operand[s], out);
		}
}

static void put_rule_head(const struct filter_rule *r, struct buf *out)
{
	buf_printf(out, "%s %s %d", action_name(r->action), direction_name(r->direction),
		   r->priority);
	if (!r->statematch)
		buf_puts(out, " stateless");
	buf_printf(out, " %s", r->proto->xml[0] ? r->proto->xml : "any");
}

static void put_position(struct span span, struct buf *out)
{
	buf_printf(out, "%u", span_position(span).line);
}

void dump_filter(const struct filter *filter, struct buf *out)
{
	buf_puts(out, "filter ");
	diag_put_clean(out, filter->name);
	buf_printf(out, " chain %.*s priority %d\n", STR_ARG(filter->chain), filter->priority);
	for (size_t i = 0; i < filter->item.n; i++) {
		const struct filter_item *item = &filter->item.at[i];

		buf_putc(out, '\t');
		if (item->kind == ITEM_FILTERREF) {
			buf_puts(out, "filterref ");
			diag_put_clean(out, item->filterref->name);
			for (size_t k = 0; k < item->filterref->parameter.n; k++)
				buf_printf(out, " %.*s(%zu)",
					   STR_ARG(item->filterref->parameter.at[k].name),
					   item->filterref->parameter.at[k].value.n);
			buf_putc(out, '\n');
			continue;
		}
		put_position(item->rule->span, out);
		buf_puts(out, ": ");
		put_rule_head(item->rule, out);
		for (size_t k = 0; k < item->rule->match.n; k++)
			put_match(&item->rule->match.at[k], out);
		buf_putc(out, '\n');
	}
}

static void put_links(const struct filter *filter, unsigned depth, struct buf *out)
{
	buf_pad(out, '\t', depth);
	diag_put_clean(out, filter->name);
	buf_printf(out, " (%llu rules)\n", (unsigned long long)filter->nrule);
	for (size_t i = 0; i < filter->item.n; i++)
		if (filter->item.at[i].kind == ITEM_FILTERREF &&
		    filter->item.at[i].filterref->filter)
			put_links(filter->item.at[i].filterref->filter, depth + 1, out);
}

void dump_links(const struct filter *top, struct buf *out)
{
	put_links(top, 0, out);
}

void dump_binding(const struct binding *binding, struct buf *out)
{
	buf_printf(out, "binding %.*s filter ", STR_ARG(binding->tap));
	diag_put_clean(out, binding->filter);
	buf_putc(out, '\n');
	for (size_t i = 0; i < binding->parameter.n; i++) {
		const struct parameter *p = &binding->parameter.at[i];

		buf_printf(out, "\t%.*s =", STR_ARG(p->name));
		for (size_t k = 0; k < p->value.n; k++) {
			buf_putc(out, ' ');
			diag_put_clean(out, p->value.at[k]);
		}
		buf_putc(out, '\n');
	}
}

static void put_bound(const struct rule *r, struct buf *out)
{
	put_rule_head(r->source, out);
	for (size_t i = 0; i < r->match.n; i++) {
		const struct bound_match *m = &r->match.at[i];

		buf_printf(out, " %s%s", field(m->field)->xml, m->negated ? "!=" : "=");
		/* what is looked up stands for all its values */
		if (m->lift) {
			put_operand(&m->source->operand[SLOT_VALUE], out);
			continue;
		}
		for (int s = 0; s < SLOT_MAX; s++)
			if (m->given[s]) {
				buf_puts(out, slot_words[s]);
				type_print(field(m->source->operand[s].field), r->source->proto,
					   &m->value[s], out);
			}
	}
	buf_puts(out, "  <");
	diag_put_clean(out, r->path->filter->name);
	buf_putc(out, ':');
	put_position(r->source->span, out);
	buf_puts(out, ">\n");
}

void dump_rules(const struct rule_list *rules, struct buf *out)
{
	for (size_t i = 0; i < rules->rule.n; i++)
		put_bound(rules->rule.at[i], out);
}

void dump_order(const struct rule_order *order, struct buf *out)
{
	for (int way = DIRECTION_OUT; way >= DIRECTION_IN; way--) {
		if (!order->l2[way].exists)
			continue;
		buf_printf(out, "l2 %s\n", direction_name((enum direction)way));
		for (size_t i = 0; i < order->l2[way].step.n; i++) {
			const struct chain_step *step = &order->l2[way].step.at[i];

			buf_putc(out, '\t');
			if (step->rule) {
				put_bound(step->rule, out);
				continue;
			}
			buf_printf(out, "chain %.*s %d\n", STR_ARG(step->chain->name),
				   step->chain->priority);
			for (size_t k = 0; k < step->chain->rule.n; k++) {
				buf_puts(out, "\t\t");
				put_bound(step->chain->rule.at[k], out);
			}
		}
	}
	if (!order->has_l3)
		return;
	buf_puts(out, "l3\n");
	for (size_t i = 0; i < order->l3.n; i++) {
		buf_putc(out, '\t');
		put_bound(order->l3.at[i], out);
	}
}
