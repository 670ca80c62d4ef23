/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse_rule.h"

/*
 * Attributes to matches: those that complete another one join it, with its
 * sign (semantics.md 1.5); those without their partner, and those that libvirt
 * drops or turns round, are reported and, with --compat, treated like that.
 */
#define PROTOCOL_ICMPV6 58

static struct match *find_match(const struct rule_parse *p, enum field_id id)
{
	for (size_t i = 0; i < p->rule->match.n; i++)
		if (p->rule->match.at[i].field == id)
			return &p->rule->match.at[i];
	return NULL;
}

static bool has(const struct match *m, enum slot slot)
{
	return m && m->operand[slot].kind != OPERAND_ABSENT;
}

static void remove_match(struct rule_parse *p, struct match *m)
{
	struct filter_rule *rule = p->rule;
	size_t i = (size_t)(m - rule->match.at);

	rule->match.n--;
	memmove(m, m + 1, (rule->match.n - i) * sizeof(*m));
}

/* the element and attribute a message is about */
#define ABOUT(p, o) field((o)->field)->xml, (p)->rule->proto->xml

/* libvirt takes the sign of the attribute that is absent, which is never negated */
static void report_lone_sign(struct rule_parse *p, struct match *m, const struct operand *o)
{
	struct diag_list *list = &p->compile->diag;
	struct diag *d;

	if (!m->negated)
		return;
	d = diag_report(list, DIAG_PORT_NEGATION, o->name,
			"match='no' without %s: libvirt reads %s of <%s> as not negated",
			field(m->field)->xml, ABOUT(p, o));
	diag_note(list, d, compat(p->compile) ? "it is not negated" : "it is compiled as written");
	if (compat(p->compile))
		m->negated = false;
}

static void report_partner(struct rule_parse *p, const struct operand *o)
{
	struct diag_list *list = &p->compile->diag;
	const char *partner = field(field(o->field)->of)->xml;
	struct diag *d = diag_report(list, DIAG_PARTNER_MISSING, o->name,
				     "%s of <%s> has no effect without %s", ABOUT(p, o), partner);

	diag_help(list, d, "add %s, or remove %s", partner, field(o->field)->xml);
}

static void fold_attribute(struct rule_parse *p, enum field_id id)
{
	const struct field *f = field(id);
	const struct attribute *a = &p->attribute[id];
	enum field_id of = field_match(id);
	struct match *m = find_match(p, of);

	if (a->operand.kind == OPERAND_ABSENT)
		return;
	if (!m && of != id && !f->alone) {
		if (!p->attribute[of].given)
			report_partner(p, &a->operand);
		return;
	}
	if (!m) {
		m = VEC_PUSH(p->compile->arena, &p->rule->match);
		*m = (struct match){.field = of, .negated = a->negated};
		if (of != id)
			report_lone_sign(p, m, &a->operand);
	}
	m->operand[f->slot] = a->operand;
}

/*
 * Words of an empty list are no state, as if the attribute were absent.  NONE
 * wipes the words of other elements as it does those of its own.
 */
static void fold_state(struct rule_parse *p)
{
	struct match *m = find_match(p, FIELD_STATE);
	unsigned char *states = m ? &m->operand[SLOT_VALUE].value.b[0] : NULL;
	struct diag *d;

	if (m && *states & STATE_NONE)
		*states = STATE_NONE;
	if (!m || *states)
		return;
	d = diag_report(&p->compile->diag, DIAG_VALUE_ODD, m->operand[SLOT_VALUE].span,
			"state of <%s>: expected at least one word, found none",
			p->rule->proto->xml);
	diag_help(&p->compile->diag, d, "remove it; libvirt treats it as absent");
	remove_match(p, m);
}

/* libvirt takes the sign of another attribute for some (F1) */
static void fold_signs(struct rule_parse *p)
{
	struct diag_list *list = &p->compile->diag;

	for (size_t i = 0; i < p->rule->match.n; i++) {
		struct match *m = &p->rule->match.at[i];
		const struct operand *o = &m->operand[SLOT_VALUE];
		const struct match *from = find_match(p, field(m->field)->sign_of);
		bool theirs = from && from->negated;
		struct diag *d;

		if (p->rule->proto->layer != LAYER_L3 || !field(m->field)->sign_of ||
		    m->negated == theirs)
			continue;
		d = diag_report(list, DIAG_PORT_NEGATION, o->name,
				"%s of <%s> is %s, but libvirt takes match= of %s for it",
				ABOUT(p, o), m->negated ? "negated" : "not negated",
				field(field(m->field)->sign_of)->xml);
		diag_note(list, d,
			  !compat(p->compile) ? "it is compiled as written"
			  : theirs            ? "it is negated, as in libvirt"
					      : "it is not negated, as in libvirt");
		if (compat(p->compile))
			m->negated = theirs;
	}
}

static void fold_ranges(struct rule_parse *p)
{
	struct diag_list *list = &p->compile->diag;
	struct diag *d;

	for (size_t i = 0; i < p->rule->match.n; i++) {
		struct match *m = &p->rule->match.at[i];
		const struct operand *o = &m->operand[SLOT_VALUE];
		const struct match *address = find_match(p, field(m->field)->unless);

		if (!field(m->field)->unless)
			continue;
		if (!has(m, SLOT_END)) {
			d = diag_report(list, DIAG_RANGE_HALF, o->name,
					"%s of <%s> has no end; libvirt takes it for one address",
					ABOUT(p, o));
			diag_help(list, d, "write %s='...' for one address, or give the end",
				  field(field(m->field)->unless)->xml);
		}
		if (!address)
			continue;
		d = diag_report(list, DIAG_ADDRESS_AND_RANGE, o->name,
				"%s of <%s> beside %s: a packet has one address", ABOUT(p, o),
				field(address->field)->xml);
		diag_also(list, d, address->operand[SLOT_VALUE].name, "the address");
		diag_note(list, d,
			  compat(p->compile) ? "the range is left out, as in libvirt"
					     : "both must match; libvirt ignores the range");
		if (compat(p->compile)) {
			remove_match(p, m);
			i--;
		}
	}
}

/* match='no' has no effect on these in libvirt, and no meaning here */
static void fold_unsigned(struct rule_parse *p)
{
	static const enum field_id without_sign[] = {FIELD_STATE, FIELD_IPSET};
	struct diag *d;

	for (size_t i = 0; i < sizeof(without_sign) / sizeof(without_sign[0]); i++) {
		struct match *m = find_match(p, without_sign[i]);
		const struct operand *o = m ? &m->operand[SLOT_VALUE] : NULL;

		if (!m || !m->negated)
			continue;
		m->negated = false;
		d = diag_report(&p->compile->diag, DIAG_VALUE_ODD, o->name,
				"%s of <%s> cannot be negated; libvirt ignores match='no' for it",
				ABOUT(p, o));
		diag_help(&p->compile->diag, d, "put %s into an element without match='no'",
			  field(o->field)->xml);
	}
}

static void default_flags(struct rule_parse *p, struct match *m)
{
	struct operand *flags = &m->operand[SLOT_SECOND];

	*flags = m->operand[SLOT_VALUE];
	flags->kind = OPERAND_LITERAL;
	flags->implied = true;
	flags->field = FIELD_IPSET_FLAGS;
	flags->text = STR("src");
	type_parse(field(FIELD_IPSET_FLAGS), p->rule->proto, flags->text, &flags->value);
}

/* libvirt keeps sets in <all> and <all-ipv6> only, and only with flags (F2) */
static void fold_ipset(struct rule_parse *p)
{
	struct match *m = find_match(p, FIELD_IPSET);
	bool in_all = p->rule->proto->l4proto < 0;
	bool flagged = has(m, SLOT_SECOND);
	struct diag_list *list = &p->compile->diag;
	const char *theirs = flagged  ? "drops it together with its flags"
			     : in_all ? "ignores it without ipsetflags"
				      : "cannot make a rule of it without ipsetflags";
	struct diag *d;

	if (!m || (in_all && flagged))
		return;
	d = diag_report(list, DIAG_IPSET_KEPT, m->operand[SLOT_VALUE].name,
			"ipset of <%s>: libvirt %s", p->rule->proto->xml, theirs);
	diag_note(list, d,
		  compat(p->compile) ? "the set is left out: the rule matches every address"
		  : flagged          ? "it is compiled as written"
				     : "it is compiled with ipsetflags='src'");
	if (compat(p->compile))
		remove_match(p, m);
	else if (!flagged)
		default_flags(p, m);
}

/* what ebtables refuses whatever the values are (semantics.md 4.5) */
static void check_protocol(struct rule_parse *p)
{
	static const enum field_id needing[] = {FIELD_SRCPORT, FIELD_DSTPORT, FIELD_IP6_TYPE};
	const struct match *protocol = find_match(p, FIELD_IP_PROTOCOL);
	const struct match *type = find_match(p, FIELD_IP6_TYPE);
	struct diag_list *list = &p->compile->diag;
	const struct operand *o = protocol ? &protocol->operand[SLOT_VALUE] : NULL;
	struct diag *d;

	for (size_t i = 0; protocol && protocol->negated && i < 3; i++) {
		if (!find_match(p, needing[i]))
			continue;
		d = diag_report(list, DIAG_PORTS_NEGATED, o->name,
				"%s of <%s> needs the protocol itself, not every other one",
				field(needing[i])->xml, p->rule->proto->xml);
		diag_help(list, d, "put protocol into an element without match='no'");
		return;
	}
	if (!type || (p->attribute[FIELD_IP_PROTOCOL].given && !protocol) ||
	    (o && (o->kind == OPERAND_VARIABLE || o->value.b[0] == PROTOCOL_ICMPV6)))
		return;
	for (int s = SLOT_MAX - 1; s >= 0; s--)
		if (has(type, (enum slot)s))
			o = &type->operand[s];
	d = diag_report(list, DIAG_ICMP_PROTOCOL, o->name,
			"%s of <%s> needs protocol='icmpv6' in the same rule", ABOUT(p, o));
	diag_help(list, d, "add protocol='icmpv6'");
}

static void check_stp(struct rule_parse *p)
{
	const struct match *m = find_match(p, FIELD_SRCMAC);
	struct diag *d;

	if (!p->rule->proto->bpdu || p->rule->direction != DIRECTION_INOUT || !m)
		return;
	d = diag_report(&p->compile->diag, DIAG_STP_INOUT, m->operand[SLOT_VALUE].name,
			"srcmacaddr of <%s> cannot be turned round for direction 'inout'",
			p->rule->proto->xml);
	diag_help(&p->compile->diag, d,
		  "write one rule with direction='in' and one with direction='out'");
}

/* matches are large and rules many, so that room for just those is worth counting them */
static void reserve_matches(struct rule_parse *p)
{
	struct filter_rule *rule = p->rule;
	size_t n = 0;

	for (const enum field_id *f = rule->proto->fields; *f; f++)
		if (p->attribute[*f].operand.kind != OPERAND_ABSENT)
			n += field_match(*f) == *f || field(*f)->alone;
	rule->match.at = ARENA_ARRAY(p->compile->arena, struct match, n);
	rule->match.cap = n;
}

void attributes_fold(struct rule_parse *p)
{
	static void (*const steps[])(struct rule_parse *) = {
		fold_state, fold_unsigned,  fold_signs, fold_ranges,
		fold_ipset, check_protocol, check_stp,
	};

	reserve_matches(p);
	for (const enum field_id *f = p->rule->proto->fields; *f; f++)
		fold_attribute(p, *f);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		steps[i](p);
}
