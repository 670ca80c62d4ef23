/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/document.h"
#include "compiler/lint.h"
#include "compiler/xml.h"

/*
 * Attributes that say what holds without them, and those that do nothing where
 * they stand.  A parsed filter does not know them any more, so its text is read
 * once again.
 */
struct markup {
	struct lint *lint;
	const struct filter *filter;
	struct str protocol; /* the first protocol element of the present rule */
	struct span protocol_span;
	bool negated; /* it */
	bool in_rule;
};

static struct diag_list *list_of(struct markup *m)
{
	return &m->lint->compile->diag;
}

/* the attribute with the white space before it */
static void remove_attribute(struct markup *m, struct diag *d, const struct xml_attribute *a)
{
	struct span span = {a->name_span.source, a->name_span.start, a->value_span.end + 1};

	while (span.start && memchr(" \t\r\n", span.source->bytes.ptr[span.start - 1], 4))
		span.start--;
	diag_fix(list_of(m), d, FIX_SAFE, span, (struct str){0});
}

static void says_default(struct markup *m, const struct xml_element *e, const char *name,
			 const char *value)
{
	const struct xml_attribute *a = xml_attribute(e, name);
	struct diag *d;

	if (!a || !str_is(a->value, value))
		return;
	d = diag_report(list_of(m), DIAG_ATTRIBUTE_DEFAULT, a->name_span,
			"%s='%s' of <%.*s> is what holds without it", name, value,
			STR_ARG(e->name));
	remove_attribute(m, d, a);
}

static void is_idle(struct markup *m, const struct xml_element *e, const char *name,
		    const char *why)
{
	const struct xml_attribute *a = xml_attribute(e, name);
	struct diag *d;

	if (!a)
		return;
	d = diag_report(list_of(m), DIAG_ATTRIBUTE_IDLE, a->name_span,
			"%s of <%.*s> does nothing here: %s", name, STR_ARG(e->name), why);
	remove_attribute(m, d, a);
}

static void on_filter(struct markup *m, const struct xml_element *e)
{
	says_default(m, e, "chain", CHAIN_ROOT);
	if (lint_in_root(m->filter))
		is_idle(m, e, "priority", "rules of the root chain have their own");
	else if (xml_attribute(e, "priority") &&
		 m->filter->priority == chain_kind(m->filter->chain)->priority)
		says_default(m, e, "priority",
			     str_c(m->lint->compile->arena, xml_attribute(e, "priority")->value));
}

static void on_rule(struct markup *m, const struct xml_element *e)
{
	says_default(m, e, "priority", "500");
	says_default(m, e, "statematch", "1");
	says_default(m, e, "statematch", "true");
	m->protocol = (struct str){0};
}

static void on_protocol(struct markup *m, const struct xml_element *e)
{
	const struct proto *p = proto_find(e->name);
	const struct xml_attribute *gratuitous = xml_attribute(e, "gratuitous");
	const struct xml_attribute *match = xml_attribute(e, "match");
	bool negated = match && str_is(match->value, "no");
	struct diag *d;

	if (!p)
		return;
	says_default(m, e, "match", "yes");
	if (gratuitous && proto_has(p, FIELD_ARP_GRATUITOUS) &&
	    (str_is(gratuitous->value, "false") || str_is(gratuitous->value, "no") ||
	     str_is(gratuitous->value, "0")))
		is_idle(m, e, "gratuitous", "only true tests something");
	if (!m->protocol.len) {
		m->protocol = e->name;
		m->protocol_span = e->span;
		m->negated = negated;
		return;
	}
	/* the only way to negate some of the tests */
	if (negated != m->negated)
		return;
	d = diag_report(list_of(m), DIAG_PROTOCOL_TWICE, e->span,
			"second <%.*s> of one rule: both must match, and what both say, the last "
			"one says",
			STR_ARG(e->name));
	diag_also(list_of(m), d, m->protocol_span, "the first one");
}

static bool on_start(void *context, const struct xml_element *e)
{
	struct markup *m = context;

	if (!e->depth)
		on_filter(m, e);
	else if (e->depth == 1 && str_is(e->name, "rule"))
		on_rule(m, e);
	else if (e->depth == 2 && m->in_rule)
		on_protocol(m, e);
	if (e->depth == 1)
		m->in_rule = str_is(e->name, "rule");
	return true;
}

/* a test of states in a rule that has none */
static void idle_statematch(struct lint *l, const struct filter *f)
{
	for (size_t i = 0; i < f->item.n; i++) {
		const struct filter_rule *r = f->item.at[i].rule;
		const struct match *state;
		struct diag *d;

		if (f->item.at[i].kind != ITEM_RULE || r->statematch)
			continue;
		state = lint_match(r, FIELD_STATE);
		if (r->proto->layer == LAYER_L2)
			diag_report(&l->compile->diag, DIAG_ATTRIBUTE_IDLE, r->span,
				    "statematch='false' does nothing for <%s>, which knows no "
				    "states",
				    r->proto->xml);
		if (!state)
			continue;
		d = diag_report(&l->compile->diag, DIAG_STATE_OFF, state->operand[SLOT_VALUE].name,
				"statematch='false' of the rule turns this state off");
		diag_also(&l->compile->diag, d, r->span, "the rule");
	}
}

void lint_markup(struct lint *l, const struct filter *f)
{
	static const struct xml_handler handler = {.start = on_start};
	struct markup m = {.lint = l, .filter = f};

	xml_parse(l->compile, f->source, &handler, &m);
	idle_statematch(l, f);
}
