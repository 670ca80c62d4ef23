/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint.h"

/*
 * Rules that mean something else than a reader would think, although libvirt
 * and nwfc agree on what they mean (semantics.md 8.1).
 */
static const struct operand *value_of(const struct match *m)
{
	return &m->operand[SLOT_VALUE];
}

/* a test that only the written direction has (semantics.md 5.4 to 5.7) */
static bool one_sided(const struct filter_rule *r)
{
	return lint_match(r, FIELD_ICMP_TYPE) || lint_match(r, FIELD_CONNLIMIT) ||
	       (lint_match(r, FIELD_STATE) && r->statematch);
}

static void negated_variable(struct lint *l, const struct filter *f, const struct filter_rule *r)
{
	(void)f;
	for (size_t i = 0; i < r->match.n; i++) {
		const struct match *m = &r->match.at[i];
		const struct operand *o = value_of(m);
		struct diag *d;

		if (!m->negated || o->kind != OPERAND_VARIABLE || o->access.kind == ACCESS_INDEX ||
		    str_is(o->access.name, "MAC"))
			continue;
		d = diag_report(&l->compile->diag, DIAG_NEGATED_VARIABLE, o->span,
				"with a list in $%.*s, match='no' holds for every packet",
				STR_ARG(o->access.name));
		diag_help(&l->compile->diag, d,
			  "write a rule that returns for $%.*s, then one for the rest",
			  STR_ARG(o->access.name));
	}
}

/* K3: what is dropped one way is dropped the other way too, turned round */
static void cuts_replies(struct lint *l, const struct filter *f, const struct filter_rule *r)
{
	bool in = r->direction == DIRECTION_IN;
	struct diag *d;

	(void)f;
	if (!lint_refuses(r) || r->proto->layer != LAYER_L3 || r->direction == DIRECTION_INOUT ||
	    one_sided(r) || lint_match(r, FIELD_SRCMAC))
		return;
	d = diag_report(&l->compile->diag, DIAG_CUTS_REPLIES, r->span,
			"this rule also refuses what the VM %s, with source and destination "
			"exchanged",
			in ? "sends" : "gets");
	diag_help(&l->compile->diag, d,
		  "write direction='inout' if that is meant, or accept the replies before it");
}

static bool is_variable(const struct match *m, const char *name)
{
	return m && !m->negated && value_of(m)->kind == OPERAND_VARIABLE &&
	       str_is(value_of(m)->access.name, name);
}

/* K2: inout is written as traffic to the VM has it */
static void own_address(struct lint *l, const struct filter *f, const struct filter_rule *r)
{
	static const struct {
		enum field_id source, destination;
		const char *variable;
	} own[] = {
		{FIELD_SRCMAC, FIELD_DSTMAC, "MAC"},
		{FIELD_SRCIP, FIELD_DSTIP, "IP"},
	};
	bool out = r->direction == DIRECTION_OUT;

	(void)f;
	/* what is forged or reflected is a reason to refuse */
	if (lint_refuses(r))
		return;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		const struct match *m = lint_match(r, out ? own[i].destination : own[i].source);
		const struct match *peer = lint_match(r, out ? own[i].source : own[i].destination);
		struct diag *d;

		/* who announces an address has it on both sides */
		if (!is_variable(m, own[i].variable) || is_variable(peer, own[i].variable))
			continue;
		/* the MAC of an inout rule is left out where it would be turned round (5.4) */
		if (r->direction == DIRECTION_INOUT && r->proto->layer == LAYER_L3 &&
		    m->field == FIELD_SRCMAC)
			continue;
		d = diag_report(&l->compile->diag, DIAG_OWN_ADDRESS, value_of(m)->span,
				"what is %s the VM does not have $%s as its %s",
				out ? "sent by" : "delivered to", own[i].variable,
				out ? "destination" : "source");
		diag_help(&l->compile->diag, d,
			  r->direction == DIRECTION_INOUT
				  ? "inout is written as traffic to the VM has it: the VM is the "
				    "destination"
				  : "exchange source and destination, or the direction");
	}
}

static bool lets_back(const struct filter_rule *back, const struct filter_rule *r)
{
	return back->proto->layer == LAYER_L3 && back->proto->family == r->proto->family &&
	       back->action == ACTION_ACCEPT && back->direction != r->direction &&
	       (back->proto == r->proto || back->proto->l4proto < 0);
}

/* K5: with states written, nothing is made for the replies */
static void state_without_replies(struct lint *l, const struct filter *f,
				  const struct filter_rule *r)
{
	const struct match *state = lint_match(r, FIELD_STATE);
	unsigned char bits;
	struct diag *d;

	if (!state || !r->statematch || r->action != ACTION_ACCEPT ||
	    r->direction == DIRECTION_INOUT || value_of(state)->kind != OPERAND_LITERAL)
		return;
	bits = value_of(state)->value.b[0];
	if (!(bits & STATE_NEW))
		return;
	for (size_t i = 0; i < f->item.n; i++)
		if (f->item.at[i].kind == ITEM_FILTERREF || lets_back(f->item.at[i].rule, r))
			return;
	d = diag_report(&l->compile->diag, DIAG_STATE_REPLIES, value_of(state)->name,
			"with state written, this rule accepts no replies, and no other rule of "
			"this filter does");
	diag_help(&l->compile->diag, d,
		  "remove state, which lets replies through, or accept "
		  "state='ESTABLISHED' the other way");
}

/* F32: a test of what a frame does not have fails, negated or not */
static void absent_field(struct lint *l, const struct filter *f, const struct filter_rule *r)
{
	(void)f;
	if (!lint_refuses(r))
		return;
	for (size_t i = 0; i < r->match.n; i++) {
		const struct match *m = &r->match.at[i];
		enum guard guard = field(m->field)->guard;
		struct diag *d;

		if (!m->negated || (guard != GUARD_ARP_MAC && guard != GUARD_ARP_IP))
			continue;
		d = diag_report(&l->compile->diag, DIAG_ABSENT_FIELD, value_of(m)->name,
				"an ARP packet that has no %s passes this rule",
				field(m->field)->xml);
		diag_help(&l->compile->diag, d,
			  "write a rule that returns for the value, then one that drops the rest");
		return;
	}
}

static void action_words(struct lint *l, const struct filter *f, const struct filter_rule *r)
{
	bool l2 = r->proto->layer == LAYER_L2;
	struct diag *d;

	if (r->action == ACTION_RETURN && (!l2 || lint_in_root(f))) {
		d = diag_report(&l->compile->diag, DIAG_RETURN_ACCEPTS, r->span,
				"there is nothing to return to: this accepts");
		diag_help(&l->compile->diag, d, "write action='accept', which says so");
	}
	if (r->action == ACTION_REJECT && l2) {
		d = diag_report(&l->compile->diag, DIAG_REJECT_SILENT, r->span,
				"a rule of <%s> can answer nothing: this drops",
				*r->proto->xml ? r->proto->xml : "no protocol");
		diag_help(&l->compile->diag, d, "write action='drop', which says so");
	}
}

void lint_meaning(struct lint *l, const struct filter *f, const struct filter_rule *r)
{
	static lint_rule_fn *const checks[] = {
		negated_variable,      cuts_replies, own_address,
		state_without_replies, absent_field, action_words,
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](l, f, r);
}
