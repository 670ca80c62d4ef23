/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/canonical_rule.h"

#include "compiler/iterate.h"
#include "compiler/xml_put.h"

/*
 * The matches of a rule as protocol elements: first what is as written, then
 * what is negated, each in table order.  A reader numbers the iterators of
 * variables in the order in which it meets them, and with several elements of
 * one protocol the author may have written another order, or have overwritten
 * a variable, which then still counts (semantics.md 1.4, 2.4).  Such a rule is
 * printed with as many elements as its accesses need.
 */
struct writer {
	const struct filter_rule *rule;
	struct buf *out;
	bool open, negated; /* the present element */
	const enum field_id *last;
};

static const struct match *find_match(const struct filter_rule *rule, enum field_id id)
{
	for (size_t i = 0; i < rule->match.n; i++)
		if (rule->match.at[i].field == id)
			return &rule->match.at[i];
	return NULL;
}

/* the operand of an attribute, if it was written; *ret_negated: the sign of its match */
static const struct operand *find_operand(const struct filter_rule *rule, enum field_id id,
					  bool *ret_negated)
{
	const struct match *m = find_match(rule, field_match(id));
	const struct operand *o = m ? &m->operand[field(id)->slot] : NULL;

	if (!o || o->kind == OPERAND_ABSENT || o->implied)
		return NULL;
	*ret_negated = m->negated;
	return o;
}

static void close_element(struct writer *w)
{
	if (w->open)
		buf_puts(w->out, "/>\n");
	w->open = false;
}

/* in the present element if sign and order allow, else in a new one */
static void start_attribute(struct writer *w, const enum field_id *f, bool negated)
{
	if (w->open && (w->negated != negated || f <= w->last))
		close_element(w);
	if (!w->open) {
		buf_printf(w->out, "    <%s%s", w->rule->proto->xml, negated ? " match='no'" : "");
		w->open = true;
		w->negated = negated;
	}
	w->last = f;
	buf_printf(w->out, " %s='", field(*f)->xml);
}

static void put_access(const struct access *a, struct buf *out)
{
	buf_printf(out, "$%.*s", STR_ARG(a->name));
	if (a->kind == ACCESS_INDEX)
		buf_printf(out, "[%u]", a->number);
	else if (a->number)
		buf_printf(out, "[@%u]", a->number);
}

/* libvirt tries decimal first, and remembers which it was */
static bool is_hexadecimal(struct str text)
{
	while (text.len && memchr(" \t\n\v\f\r+-", text.ptr[0], 8))
		text = (struct str){text.ptr + 1, text.len - 1};
	return !str_only(text, "0123456789");
}

static bool has_name(const struct field *f, uint32_t number)
{
	for (const struct symbol *s = f->names; s && s->name; s++)
		if (s->value == number)
			return true;
	return false;
}

static void put_literal(const struct writer *w, const struct operand *o)
{
	const struct field *f = field(o->field);
	uint32_t number = value_number(&o->value);

	if ((f->type == TYPE_U8 || f->type == TYPE_U16 || f->type == TYPE_U32) &&
	    !has_name(f, number) && is_hexadecimal(o->text))
		buf_printf(w->out, "0x%x", number);
	else
		type_print(f, w->rule->proto, &o->value, w->out);
}

static void put_operand(struct writer *w, const enum field_id *f, const struct operand *o,
			bool negated)
{
	start_attribute(w, f, negated);
	if (o->kind == OPERAND_VARIABLE)
		put_access(&o->access, w->out);
	else
		put_literal(w, o);
	buf_putc(w->out, '\'');
}

static void put_sign(struct writer *w, bool negated, bool literals)
{
	for (const enum field_id *f = w->rule->proto->fields; *f; f++) {
		bool sign;
		const struct operand *o = find_operand(w->rule, *f, &sign);

		if (o && sign == negated && (!literals || o->kind == OPERAND_LITERAL))
			put_operand(w, f, o, negated);
	}
}

static void put_comment(struct writer *w)
{
	const enum field_id *f = w->rule->proto->fields;

	while (*f != FIELD_COMMENT)
		f++;
	start_attribute(w, f, w->rule->comment_negated);
	xml_put_text(w->out, w->rule->comment);
	buf_putc(w->out, '\'');
}

static void put_elements(struct writer *w, bool literals)
{
	for (int negated = 0; negated < 2; negated++) {
		put_sign(w, negated, literals);
		if (w->rule->comment.len && w->rule->comment_negated == negated)
			put_comment(w);
	}
}

/* the place of an access in the order of the rule */
static size_t access_index(const struct filter_rule *rule, const struct access *a)
{
	size_t i = 0;

	while (i < rule->access.n && !access_equal(&rule->access.at[i], a))
		i++;
	return i;
}

/* does a reader of put_elements() meet the accesses in the order of the rule? */
static bool natural_order(const struct filter_rule *rule)
{
	size_t seen = 0;

	for (int negated = 0; negated < 2; negated++)
		for (const enum field_id *f = rule->proto->fields; *f; f++) {
			bool sign;
			const struct operand *o = find_operand(rule, *f, &sign);
			size_t i;

			if (!o || sign != (bool)negated || o->kind != OPERAND_VARIABLE)
				continue;
			i = access_index(rule, &o->access);
			if (i > seen)
				return false;
			seen += i == seen;
		}
	return seen == rule->access.n;
}

/*
 * An attribute that can hold an access nothing uses any more: one that a later
 * element overwrites, else a mask without its address, which has no effect.
 * Not the protocol beside ports: at no element may it be a variable then.
 */
static const enum field_id *carrier(const struct filter_rule *rule)
{
	enum field_id spare = rule->proto->layer == LAYER_L2 ? FIELD_SRCMAC_MASK : FIELD_SRCIP_MASK;
	bool ports = find_match(rule, FIELD_SRCPORT) || find_match(rule, FIELD_DSTPORT);
	const enum field_id *f;
	bool sign;

	for (f = rule->proto->fields; *f; f++)
		if (!field(*f)->literal && find_operand(rule, *f, &sign) &&
		    !(ports && *f == FIELD_IP_PROTOCOL))
			return f;
	for (f = rule->proto->fields; *f != spare;)
		f++;
	return f;
}

/* every use of an access; false if there is none */
static bool put_uses(struct writer *w, const struct access *a)
{
	bool used = false;

	for (const enum field_id *f = w->rule->proto->fields; *f; f++) {
		bool sign;
		const struct operand *o = find_operand(w->rule, *f, &sign);

		if (!o || o->kind != OPERAND_VARIABLE || !access_equal(&o->access, a))
			continue;
		put_operand(w, f, o, sign);
		used = true;
	}
	return used;
}

static void put_by_access(struct writer *w)
{
	const enum field_id *f = carrier(w->rule);
	bool sign;
	const struct operand *o = find_operand(w->rule, *f, &sign);
	bool carried = false;

	put_elements(w, true);
	for (size_t i = 0; i < w->rule->access.n; i++) {
		const struct access *a = &w->rule->access.at[i];

		if (put_uses(w, a))
			continue;
		carried = true;
		start_attribute(w, f, false);
		put_access(a, w->out);
		buf_putc(w->out, '\'');
	}
	if (carried && o)
		put_operand(w, f, o, sign);
}

void canonical_rule(const struct filter_rule *rule, struct buf *out)
{
	struct writer w = {.rule = rule, .out = out};

	buf_printf(out, "  <rule action='%s' direction='%s' priority='%d'%s",
		   action_name(rule->action), direction_name(rule->direction), rule->priority,
		   rule->statematch ? "" : " statematch='false'");
	if (proto_id(rule->proto) == PROTO_ANY) {
		buf_puts(out, "/>\n");
		return;
	}
	buf_puts(out, ">\n");
	if (natural_order(rule))
		put_elements(&w, false);
	else
		put_by_access(&w);
	if (!w.last)
		buf_printf(out, "    <%s", rule->proto->xml), w.open = true;
	close_element(&w);
	buf_puts(out, "  </rule>\n");
}
