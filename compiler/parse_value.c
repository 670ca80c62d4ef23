/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse_value.h"

#include "compiler/nearest.h"
#include "ir/base/buf.h"

#define PRINTED_MAX 64

struct literal {
	struct compile *compile;
	const struct proto *proto;
	const struct field *field;
	enum type_id type;
	struct operand *operand;
};

/* the greatest number of a type; 0 of those that are no numbers */
static uint32_t type_limit(enum type_id type)
{
	static const uint32_t limits[TYPE_MAX] = {
		[TYPE_U8] = UINT8_MAX,
		[TYPE_U16] = UINT16_MAX,
		[TYPE_DECIMAL] = UINT16_MAX,
		[TYPE_U32] = UINT32_MAX,
	};

	return limits[type];
}

/* "a number from 0 to 255 or one of tcp, udp": what the type says, with the field's limits */
static struct str expected(const struct literal *l)
{
	struct arena *a = l->compile->arena;
	uint32_t max = l->field->max ? l->field->max : type_limit(l->type);
	const struct symbol *names = l->field->names;
	struct str text;

	if (!type_limit(l->type))
		return str_of(type_expected(l->type));
	text = str_printf(a, "a %snumber from %u to %u", l->type == TYPE_DECIMAL ? "decimal " : "",
			  l->field->min, max);
	for (const struct symbol *s = names; s && s->name; s++)
		text = str_printf(a, "%.*s%s%s", STR_ARG(text), s == names ? ", or " : ", ",
				  s->name);
	return text;
}

/* a value as libvirt would print it; the arena comes first, since its jump would lose the buffer */
static struct str printed(const struct literal *l)
{
	char *copy = arena_alloc(l->compile->arena, PRINTED_MAX);
	struct buf b;
	size_t n;

	buf_init(&b);
	type_print(l->field, l->proto, &l->operand->value, &b);
	n = b.len < PRINTED_MAX ? b.len : PRINTED_MAX;
	if (n)
		memcpy(copy, b.bytes, n);
	buf_release(&b);
	return (struct str){copy, n};
}

/* the element that says the same of the other family, or NULL */
static const struct proto *twin(const struct proto *p)
{
	for (int i = 0; i < PROTO_MAX; i++) {
		const struct proto *other = proto((enum proto_id)i);

		if (other->family && other->family != p->family && other->layer == p->layer &&
		    other->l4proto == p->l4proto)
			return other;
	}
	return NULL;
}

static bool is_address(enum type_id type)
{
	return type == TYPE_IPV4 || type == TYPE_IPV6;
}

static bool has(struct str text, char c)
{
	return text.len && memchr(text.ptr, c, text.len);
}

static bool help_variable(const struct literal *l, struct diag *d)
{
	if (!has(l->operand->text, '$'))
		return false;
	diag_help(&l->compile->diag, d, "a variable can only be a whole value: $NAME");
	return true;
}

static bool help_prefix(const struct literal *l, struct diag *d)
{
	struct str mask = l->operand->text;
	struct str address = str_cut(&mask, '/');

	if (!is_address(l->type) || address.len == l->operand->text.len)
		return false;
	for (const enum field_id *f = l->proto->fields; *f; f++) {
		const struct field *other = field(*f);

		if (other->slot != SLOT_MASK || other->of != l->operand->field)
			continue;
		diag_help(&l->compile->diag, d, "write %s='%.*s' %s='%.*s'", l->field->xml,
			  STR_ARG(nearest_shown(l->compile->arena, address)), other->xml,
			  STR_ARG(nearest_shown(l->compile->arena, mask)));
		return true;
	}
	diag_help(&l->compile->diag, d, "this attribute has no mask; give one address");
	return true;
}

static bool help_family(const struct literal *l, struct diag *d)
{
	struct str text = l->operand->text;
	bool other = (l->type == TYPE_IPV4 && has(text, ':')) ||
		     (l->type == TYPE_IPV6 && has(text, '.') && !has(text, ':'));
	const struct proto *p = other && l->proto->family ? twin(l->proto) : NULL;

	if (!p)
		return false;
	diag_help(&l->compile->diag, d, "%s addresses belong into <%s>",
		  p->family == FAMILY_IPV6 ? "IPv6" : "IPv4", p->xml);
	return true;
}

static bool help_mac(const struct literal *l, struct diag *d)
{
	if (l->type != TYPE_MAC || !has(l->operand->text, '-'))
		return false;
	diag_help(&l->compile->diag, d, "separate the bytes by colons");
	return true;
}

static bool help_names(const struct literal *l, struct diag *d)
{
	struct nearest near;

	nearest_init(&near, l->operand->text);
	for (const struct symbol *s = l->field->names; s && s->name; s++)
		nearest_offer(&near, str_of(s->name));
	nearest_help(&near, &l->compile->diag, d, "'", "'");
	return near.best.len;
}

static bool help_number(const struct literal *l, struct diag *d)
{
	struct str text = l->operand->text;

	if (!type_limit(l->type) || l->field->names)
		return false;
	if (has(text, ',') || has(text, ':') || str_only(text, "0123456789-"))
		diag_help(
			&l->compile->diag, d,
			"one number only; more values need more rules, or a variable with a list");
	else
		diag_help(&l->compile->diag, d, "names of services are not looked up");
	return true;
}

static void help(const struct literal *l, struct diag *d)
{
	static bool (*const helpers[])(const struct literal *, struct diag *) = {
		help_variable, help_prefix, help_family, help_mac, help_names, help_number,
	};

	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		if (helpers[i](l, d))
			return;
}

static bool refuse(const struct literal *l, enum diag_id id)
{
	struct diag_list *list = &l->compile->diag;
	struct diag *d =
		diag_report(list, id, l->operand->span, "%s of <%s>: expected %.*s, found '%.*s'",
			    l->field->xml, l->proto->xml, STR_ARG(expected(l)),
			    STR_ARG(nearest_shown(l->compile->arena, l->operand->text)));

	if (id == DIAG_VALUE_ILLEGAL)
		help(l, d);
	return false;
}

static bool accept_odd(const struct literal *l, enum diag_id id)
{
	struct diag_list *list = &l->compile->diag;
	struct str read = printed(l);
	struct diag *d = diag_report(
		list, id, l->operand->span,
		"%s of <%s>: expected %.*s, found '%.*s', which libvirt reads as "
		"'%.*s'",
		l->field->xml, l->proto->xml, STR_ARG(expected(l)),
		STR_ARG(nearest_shown(l->compile->arena, l->operand->text)), STR_ARG(read));

	diag_help(list, d, "write '%.*s' if that is meant", STR_ARG(read));
	/* an entity in the value is not what was read */
	if (l->operand->span.end - l->operand->span.start == l->operand->text.len && read.len)
		diag_fix(list, d, id == DIAG_VALUE_LOOSE ? FIX_SAFE : FIX_UNSAFE, l->operand->span,
			 read);
	return !diag_is_error(list, id);
}

bool literal_read(struct compile *c, const struct proto *p, struct operand *operand)
{
	const struct field *f = field(operand->field);
	struct literal l = {c, p, f, type_of(f, p), operand};

	switch (type_parse(f, p, operand->text, &operand->value)) {
	case PARSE_OK:
		return true;
	case PARSE_LOOSE:
		return accept_odd(&l, DIAG_VALUE_LOOSE);
	case PARSE_ODD:
		return accept_odd(&l, DIAG_VALUE_ODD);
	case PARSE_RANGE:
		return refuse(&l, DIAG_VALUE_RANGE);
	case PARSE_ILLEGAL:
		break;
	}
	return refuse(&l, DIAG_VALUE_ILLEGAL);
}
