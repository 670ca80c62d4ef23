/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/iterate.h"
#include "compiler/nearest.h"
#include "compiler/parse_rule.h"
#include "compiler/parse_value.h"
#include "compiler/value.h"

#define COMMENT_LIMIT 4096  /* what we read at all */
#define COMMENT_LIBVIRT 256 /* what libvirt keeps */
#define COMMENT_NFT 128     /* what nft keeps */
#define OWNERS_SHOWN 4

static bool read_sign(struct rule_parse *p, const struct xml_element *e)
{
	const struct xml_attribute *a = xml_attribute(e, "match");
	struct diag *d;

	if (!a || str_is(a->value, "yes"))
		return false;
	if (str_is(a->value, "no"))
		return true;
	d = diag_report(&p->compile->diag, DIAG_MATCH_WORD, a->value_span,
			"match of <%s>: expected yes or no, found '%.*s'", p->rule->proto->xml,
			STR_ARG(nearest_shown(p->compile->arena, a->value)));
	diag_note(&p->compile->diag, d, "libvirt takes every other word for yes");
	if (str_same_letters(a->value, STR("no")) || str_same_letters(a->value, STR("false")))
		diag_fix(&p->compile->diag, d, FIX_UNSAFE, a->value_span, STR("no"));
	return false;
}

/* the elements that do have an attribute, or an empty string */
static struct str owners(struct rule_parse *p, struct str name)
{
	struct str text = {0};
	unsigned n = 0;

	for (int i = PROTO_ANY + 1; i < PROTO_MAX && n < OWNERS_SHOWN; i++) {
		const struct proto *other = proto((enum proto_id)i);

		if (proto_field(other, name) == FIELD_NONE)
			continue;
		text = str_printf(p->compile->arena, "%.*s%s<%s>", STR_ARG(text), n ? ", " : "",
				  other->xml);
		n++;
	}
	return text;
}

static void report_unknown(struct rule_parse *p, const struct xml_element *e,
			   const struct xml_attribute *a)
{
	const struct proto *proto = p->rule->proto;
	struct diag_list *list = &p->compile->diag;
	struct str belongs = owners(p, a->name);
	struct nearest near;
	struct diag *d =
		diag_report(list, DIAG_UNKNOWN_MATCH, a->name_span, "<%s> has no attribute %.*s",
			    proto->xml, STR_ARG(nearest_shown(p->compile->arena, a->name)));

	nearest_init(&near, a->name);
	for (const enum field_id *f = proto->fields; *f; f++)
		nearest_offer(&near, str_of(field(*f)->xml));
	nearest_help(&near, list, d, "", "");
	if (near.best.len && !xml_attribute(e, str_c(p->compile->arena, near.best)))
		nearest_fix(&near, list, d, FIX_SAFE, a->name_span);
	if (belongs.len)
		diag_note(list, d, "it belongs to %.*s", STR_ARG(belongs));
	diag_note(list, d, "libvirt leaves it out, so the rule matches more than is written");
}

static void add_access(struct rule_parse *p, const struct access *a)
{
	struct filter_rule *rule = p->rule;

	for (size_t i = 0; i < rule->access.n; i++)
		if (access_equal(&rule->access.at[i], a))
			return;
	*VEC_PUSH(p->compile->arena, &rule->access) = *a;
}

static bool plain_text(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < ' ' || text.ptr[i] > '~' || text.ptr[i] == '"' ||
		    text.ptr[i] == '\\')
			return false;
	return true;
}

/* UTF-8 of at most that many bytes */
static struct str whole_characters(struct str text, size_t most)
{
	size_t n = most < text.len ? most : text.len;

	while (n < text.len && n && ((unsigned char)text.ptr[n] & 0xc0) == 0x80)
		n--;
	return (struct str){text.ptr, n};
}

static void read_comment(struct rule_parse *p, const struct operand *o)
{
	struct diag_list *list = &p->compile->diag;
	struct diag *d;

	if (o->text.len > COMMENT_LIMIT && !compat(p->compile)) {
		diag_report(list, DIAG_VALUE_RANGE, o->span,
			    "comment of <%s>: expected at most %d bytes, found %zu",
			    p->rule->proto->xml, COMMENT_LIMIT, o->text.len);
		return;
	}
	p->rule->comment = o->text;
	p->rule->comment_negated = p->attribute[FIELD_COMMENT].negated;
	if (o->text.len > COMMENT_LIMIT)
		p->rule->comment = whole_characters(o->text, COMMENT_LIBVIRT);
	if (o->text.len <= COMMENT_NFT && plain_text(o->text))
		return;
	d = diag_report(list, DIAG_COMMENT_CHANGED, o->span,
			"comment of <%s>: nft can keep %d bytes of plain ASCII without \" and \\",
			p->rule->proto->xml, COMMENT_NFT);
	diag_note(list, d, "the rule is complete; its comment is shortened or loses characters");
}

/* where a variable has no effect in libvirt; true if the attribute counts as absent */
static void report_variable(struct rule_parse *p, const struct operand *o)
{
	const struct proto *proto = p->rule->proto;
	struct diag_list *list = &p->compile->diag;
	/* the one case in which libvirt fails, when it makes the rule */
	bool fails = o->field == FIELD_COMMENT && proto->layer == LAYER_L3;
	enum diag_id id = compat(p->compile) && fails ? DIAG_VALUE_ILLEGAL : DIAG_VARIABLE_NOT_HERE;
	struct diag *d = diag_report(list, id, o->span,
				     "%s of <%s>: expected a literal, found the variable '%.*s'",
				     field(o->field)->xml, proto->xml,
				     STR_ARG(nearest_shown(p->compile->arena, o->text)));

	diag_note(list, d,
		  fails ? "libvirt cannot make such a rule"
			: "libvirt reads the variable and then leaves the attribute out");
}

static void read_literal(struct rule_parse *p, struct attribute *slot, struct operand *o)
{
	const struct proto *proto = p->rule->proto;
	struct operand *before = &slot->operand;

	if (o->field == FIELD_COMMENT) {
		read_comment(p, o);
		return;
	}
	if (!literal_read(p->compile, proto, o)) {
		before->kind = OPERAND_ABSENT;
		return;
	}
	/* the states of all elements of a rule count, of other attributes the last */
	if (o->field == FIELD_STATE && before->kind == OPERAND_LITERAL)
		o->value.b[0] |= before->value.b[0];
	if (o->field == FIELD_DSTIP_TO && proto->family == FAMILY_IPV6)
		diag_report(&p->compile->diag, DIAG_IPV6_DSTIPTO, o->span,
			    "libvirt refuses IPv6 addresses in dstipto");
	*before = *o;
}

static void read_attribute(struct rule_parse *p, enum field_id id, const struct xml_attribute *a,
			   bool negated)
{
	struct attribute *slot = &p->attribute[id];
	struct operand o = {
		.field = id,
		.name = a->name_span,
		.span = a->value_span,
		.text = a->value,
	};

	slot->given = true;
	slot->negated = negated;
	if (!value_parse(p->compile, &o)) {
		slot->operand.kind = OPERAND_ABSENT;
		return;
	}
	if (o.kind == OPERAND_LITERAL) {
		read_literal(p, slot, &o);
		return;
	}
	/* libvirt wants a value even for a variable that has no effect */
	add_access(p, &o.access);
	if (!field(id)->literal) {
		slot->operand = o;
		return;
	}
	report_variable(p, &o);
	if (id != FIELD_STATE)
		slot->operand.kind = OPERAND_ABSENT;
}

/* an attribute that libvirt's parser does not have for this element alone (F9) */
static bool left_out(struct rule_parse *p, enum field_id id, const struct xml_attribute *a)
{
	struct diag *d;

	if (id != FIELD_TCP_FLAGS || p->rule->proto->family != FAMILY_IPV6)
		return false;
	d = diag_report(&p->compile->diag, DIAG_TCP_IPV6_FLAGS, a->name_span,
			"libvirt ignores flags of <%s>", p->rule->proto->xml);
	diag_note(&p->compile->diag, d,
		  compat(p->compile) ? "they are left out" : "they are compiled as written");
	return compat(p->compile);
}

/* protocols that have ports, as libvirt's parser knows them: TCP, UDP, DCCP, SCTP */
static bool has_ports(const struct operand *o)
{
	static const unsigned char protocols[] = {6, 17, 33, 132};

	return o->kind == OPERAND_LITERAL && memchr(protocols, o->value.b[0], sizeof(protocols));
}

/* after each element, so that the order of two elements matters (semantics.md 1.8) */
static void check_ports(struct rule_parse *p)
{
	static const enum field_id ports[] = {FIELD_SRCPORT, FIELD_SRCPORT_END, FIELD_DSTPORT,
					      FIELD_DSTPORT_END};
	const struct attribute *protocol = &p->attribute[FIELD_IP_PROTOCOL];
	struct diag *d;

	if (!proto_has(p->rule->proto, FIELD_IP_PROTOCOL) || has_ports(&protocol->operand) ||
	    (protocol->given && protocol->operand.kind == OPERAND_ABSENT))
		return;
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		const struct operand *o = &p->attribute[ports[i]].operand;

		if (o->kind == OPERAND_ABSENT)
			continue;
		d = diag_report(&p->compile->diag, DIAG_PORTS_PROTOCOL, o->name,
				"%s needs a protocol that has ports in the same <%s>",
				field(o->field)->xml, p->rule->proto->xml);
		if (protocol->given)
			diag_also(&p->compile->diag, d, protocol->operand.span,
				  "expected tcp, udp, sctp or 33");
		diag_help(&p->compile->diag, d, "add protocol='tcp', 'udp', 'sctp' or '33'");
		return;
	}
}

void attributes_read(struct rule_parse *p, const struct xml_element *e)
{
	const struct proto *proto = p->rule->proto;
	bool negated = read_sign(p, e);

	for (const enum field_id *f = proto->fields; *f; f++) {
		const struct xml_attribute *a = xml_attribute(e, field(*f)->xml);

		if (a && !left_out(p, *f, a))
			read_attribute(p, *f, a, negated);
	}
	for (size_t i = 0; i < e->nattribute; i++)
		if (proto_field(proto, e->attribute[i].name) == FIELD_NONE &&
		    !str_is(e->attribute[i].name, "match"))
			report_unknown(p, e, &e->attribute[i]);
	check_ports(p);
}
