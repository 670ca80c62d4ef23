/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint.h"
#include "ir/base/buf.h"

/* How values are written, and values that say nothing or not what they seem to. */

#define PRINTED_MAX 64

/* as libvirt prints it; empty if it is longer than any value of these types */
static struct str printed(struct lint *l, const struct filter_rule *r, const struct operand *o,
			  const struct value *v)
{
	char *copy = arena_alloc(l->compile->arena, PRINTED_MAX);
	struct buf b;
	size_t n;

	buf_init(&b);
	type_print(field(o->field), r->proto, v, &b);
	n = b.len <= PRINTED_MAX ? b.len : 0;
	if (n)
		memcpy(copy, b.bytes, n);
	buf_release(&b);
	return (struct str){copy, n};
}

/* no entity stands in it, so that what was read is what is written */
static bool verbatim(const struct operand *o)
{
	return o->span.end - o->span.start == o->text.len;
}

static void spelling(struct lint *l, const struct filter_rule *r, const struct operand *o)
{
	enum type_id type = type_of(field(o->field), r->proto);
	bool mask = type == TYPE_IPV4_MASK || type == TYPE_IPV6_MASK;
	struct str text;
	struct diag *d;

	if (type != TYPE_MAC && type != TYPE_MAC_MASK && type != TYPE_IPV6 && !mask)
		return;
	text = printed(l, r, o, &o->value);
	/* leading zeros of a prefix length are too rare to be a habit */
	if (!text.len || str_eq(text, o->text) || (mask && str_only(o->text, "0123456789")))
		return;
	d = diag_report(&l->compile->diag, mask ? DIAG_MASK_SPELLING : DIAG_VALUE_SPELLING, o->span,
			"%s='%.*s' is '%.*s' as libvirt prints it", field(o->field)->xml,
			STR_ARG(o->text), STR_ARG(text));
	if (verbatim(o))
		diag_fix(&l->compile->diag, d, FIX_SAFE, o->span, text);
}

/* the attribute of an operand with the white space before it */
static struct span whole_attribute(const struct operand *o)
{
	struct span span = {o->name.source, o->name.start, o->span.end + 1};

	while (span.start && memchr(" \t\r\n", span.source->bytes.ptr[span.start - 1], 4))
		span.start--;
	return span;
}

static bool all_bytes(const struct value *v, unsigned char byte)
{
	for (unsigned i = 0; i < v->len; i++)
		if (v->b[i] != byte)
			return false;
	return v->len > 0;
}

static void mask_says_nothing(struct lint *l, const struct match *m)
{
	const struct operand *mask = &m->operand[SLOT_MASK];
	struct diag *d;

	if (!lint_literal(m, SLOT_MASK))
		return;
	if (all_bytes(&mask->value, 0xff)) {
		d = diag_report(&l->compile->diag, DIAG_ATTRIBUTE_DEFAULT, mask->name,
				"%s='%.*s' is what holds without it", field(mask->field)->xml,
				STR_ARG(mask->text));
		/* in libvirt the target of ARP takes the mask of the source (fix F6) */
		if (m->field != FIELD_ARP_SRCIP && m->field != FIELD_ARP_DSTIP)
			diag_fix(&l->compile->diag, d, FIX_SAFE, whole_attribute(mask),
				 (struct str){0});
	}
	if (!all_bytes(&mask->value, 0) || m->negated)
		return;
	/* 0.0.0.0/0 is how many write "any" */
	if (lint_literal(m, SLOT_VALUE) && all_bytes(&m->operand[SLOT_VALUE].value, 0))
		diag_report(&l->compile->diag, DIAG_RANGE_WHOLE, m->operand[SLOT_VALUE].name,
			    "%s and %s allow every value", field(m->field)->xml,
			    field(mask->field)->xml);
	else
		diag_report(&l->compile->diag, DIAG_MASK_EMPTY, mask->span,
			    "no bit of %s counts: every address matches", field(m->field)->xml);
}

static void host_bits(struct lint *l, const struct filter_rule *r, const struct match *m)
{
	const struct operand *o = &m->operand[SLOT_VALUE];
	struct value masked = o->value;
	struct str text;
	struct diag *d;

	if (!lint_literal(m, SLOT_VALUE) || !lint_literal(m, SLOT_MASK) ||
	    all_bytes(&m->operand[SLOT_MASK].value, 0))
		return;
	for (unsigned i = 0; i < masked.len; i++)
		masked.b[i] &= m->operand[SLOT_MASK].value.b[i];
	if (!value_compare(&masked, &o->value))
		return;
	text = printed(l, r, o, &masked);
	d = diag_report(&l->compile->diag, DIAG_HOST_BITS, o->span,
			"%s='%.*s' has bits that its mask takes away: it is %.*s",
			field(o->field)->xml, STR_ARG(o->text), STR_ARG(text));
	diag_also(&l->compile->diag, d, m->operand[SLOT_MASK].span, "the mask");
	if (verbatim(o))
		diag_fix(&l->compile->diag, d, FIX_SAFE, o->span, text);
}

static void range(struct lint *l, const struct match *m)
{
	const struct operand *low = &m->operand[SLOT_VALUE];
	const struct operand *high = &m->operand[SLOT_END];
	struct diag *d;

	if (!lint_literal(m, SLOT_VALUE) || !lint_literal(m, SLOT_END))
		return;
	if (!value_compare(&low->value, &high->value) && field(m->field)->type != TYPE_ADDRESS) {
		d = diag_report(&l->compile->diag, DIAG_RANGE_SINGLE, high->name,
				"%s is the same as %s: without it the rule says the same",
				field(high->field)->xml, field(low->field)->xml);
		diag_fix(&l->compile->diag, d, FIX_SAFE, whole_attribute(high), (struct str){0});
	}
	if (!all_bytes(&low->value, 0) || !all_bytes(&high->value, 0xff) || m->negated)
		return;
	d = diag_report(&l->compile->diag, DIAG_RANGE_WHOLE, low->name,
			"%s and %s allow every value", field(low->field)->xml,
			field(high->field)->xml);
	diag_also(&l->compile->diag, d, high->name, "the end");
}

void lint_values(struct lint *l, const struct filter *f, const struct filter_rule *r)
{
	(void)f;
	for (size_t i = 0; i < r->match.n; i++) {
		const struct match *m = &r->match.at[i];

		for (int s = 0; s < SLOT_MAX; s++)
			if (lint_literal(m, (enum slot)s))
				spelling(l, r, &m->operand[s]);
		mask_says_nothing(l, m);
		host_bits(l, r, m);
		range(l, m);
	}
}
