/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/coverage.h"

#define BUILTIN "<built-in>/"

/* the same file may have been read twice, for tests that search other folders */
static struct str place_key(struct arena *a, const struct filter_rule *rule)
{
	return str_printf(a, "%.*s:%u", STR_ARG(rule->span.source->name), rule->span.start);
}

static void add_rule(struct coverage *c, const struct filter *f, const struct filter_rule *rule)
{
	struct str key = place_key(c->arena, rule);
	struct covered *one;

	/* it decides nothing, anywhere */
	if (rule->action == ACTION_CONTINUE || table_get(&c->by_place, key))
		return;
	one = ARENA_NEW(c->arena, struct covered);
	*one = (struct covered){.filter = f, .rule = rule};
	table_put(&c->by_place, c->arena, key, one);
	*VEC_PUSH(c->arena, &c->rule) = one;
}

void coverage_filter(struct coverage *c, const struct filter *f)
{
	struct str name = f->source->name;

	if (table_get(&c->filters, name))
		return;
	table_put(&c->filters, c->arena, name, (void *)f);
	for (size_t i = 0; i < f->item.n; i++)
		if (f->item.at[i].kind == ITEM_RULE && !str_starts(name, STR(BUILTIN)))
			add_rule(c, f, f->item.at[i].rule);
	for (size_t i = 0; i < f->item.n; i++)
		if (f->item.at[i].kind == ITEM_FILTERREF && f->item.at[i].filterref->filter)
			coverage_filter(c, f->item.at[i].filterref->filter);
}

static struct covered *find(struct coverage *c, const struct filter_rule *rule)
{
	return table_get(&c->by_place, place_key(c->arena, rule));
}

static void note_match(void *context, const struct nft_rule *r)
{
	for (const struct origin *o = &r->origin; o && o->rule; o = o->more) {
		struct covered *one = find(context, o->rule);

		if (one)
			one->matched = true;
	}
}

static void note_decisions(struct coverage *c, const struct outcome_hook *hook)
{
	for (size_t i = 0; i < hook->step.n; i++) {
		const struct outcome_step *step = &hook->step.at[i];

		for (const struct origin *o = &step->rule->origin; !step->nfailed && o && o->rule;
		     o = o->more) {
			struct covered *one = find(c, o->rule);

			if (one)
				one->decided = true;
		}
	}
}

void coverage_frame(struct coverage *c, const struct ruleset *rs, const struct entry *entry,
		    const struct flow *flow, const struct outcome *outcome)
{
	for (unsigned i = 0; i < outcome->nhook; i++)
		note_decisions(c, &outcome->hook[i]);
	for (int id = 0; id < HOOK_MAX; id++)
		if (entry->program[id] && hook((enum hook_id)id)->direction == flow->direction &&
		    !(flow->from_host && id == HOOK_IN_L3))
			outcome_matching(rs, entry->program[id], &flow->packet, c, note_match);
}

size_t coverage_decided(const struct coverage *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->rule.n; i++)
		n += c->rule.at[i]->decided;
	return n;
}

unsigned coverage_percent(const struct coverage *c)
{
	return c->rule.n ? (unsigned)(coverage_decided(c) * 100 / c->rule.n) : 100;
}

static void put_rule(const struct covered *one, struct buf *out)
{
	const struct filter_rule *r = one->rule;

	buf_puts(out, "  ");
	diag_put_clean(out, r->span.source->name);
	buf_printf(out, ":%u: %s %s", span_position(r->span).line, action_name(r->action),
		   direction_name(r->direction));
	if (*r->proto->xml)
		buf_printf(out, " %s", r->proto->xml);
	buf_putc(out, '\n');
}

static void put_list(const struct coverage *c, const char *title, bool matched, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < c->rule.n; i++) {
		const struct covered *one = c->rule.at[i];

		if (one->decided || one->matched != matched)
			continue;
		if (!any)
			buf_puts(out, title);
		any = true;
		put_rule(one, out);
	}
}

void coverage_text(const struct coverage *c, struct buf *out)
{
	buf_printf(out, "coverage: %zu of %zu rules decided (%u %%)\n", coverage_decided(c),
		   c->rule.n, coverage_percent(c));
	put_list(c, "matched, but never decided:\n", true, out);
	put_list(c, "never matched:\n", false, out);
}

void coverage_json(const struct coverage *c, struct buf *out)
{
	buf_printf(out, "{\"rules\": %zu, \"decided\": %zu, \"percent\": %u, \"rule\": [",
		   c->rule.n, coverage_decided(c), coverage_percent(c));
	for (size_t i = 0; i < c->rule.n; i++) {
		const struct covered *one = c->rule.at[i];

		buf_puts(out, i ? ",\n   {\"filter\": " : "\n   {\"filter\": ");
		diag_put_json(out, one->filter->name);
		buf_puts(out, ", \"file\": ");
		diag_put_json(out, one->rule->span.source->name);
		buf_printf(out, ", \"line\": %u, \"matched\": %s, \"decided\": %s}",
			   span_position(one->rule->span).line, one->matched ? "true" : "false",
			   one->decided ? "true" : "false");
	}
	buf_puts(out, "]}");
}
