/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse_parameter.h"

#include "compiler/nearest.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define NAME_CHARS LETTERS "0123456789_"
#define XML_VALUE_CHARS NAME_CHARS ".:"

const char *const parameter_attributes[] = {"name", "value", NULL};

bool parameter_fits_xml(struct str value)
{
	return value.len && str_only(value, XML_VALUE_CHARS);
}

static bool from_command_line(struct span span)
{
	return span.source && str_is(span.source->name, COMMAND_LINE);
}

/* a command line is written for us: what is wrong there is an error in every mode */
static enum diag_id complaint(struct span span)
{
	return from_command_line(span) ? DIAG_PARAMETER_VALUE : DIAG_PARAMETER;
}

static bool name_ok(struct compile *c, struct str name, struct span span)
{
	struct str shown = nearest_shown(c->arena, name);
	struct diag *d;

	if (name.len && str_only(name, NAME_CHARS))
		return true;
	d = diag_report(&c->diag, complaint(span), span,
			"expected a variable's name of letters, digits and _, found '%.*s'",
			STR_ARG(shown));
	if (!from_command_line(span))
		diag_note(&c->diag, d, "libvirt skips such a parameter");
	return false;
}

/*
 * What libvirt would skip in a document.  A value of the command line is
 * anything: its type is checked where it is used, and nothing else is done with
 * it.
 */
static bool value_ok(struct compile *c, struct str name, struct str value, struct span span)
{
	struct str shown = nearest_shown(c->arena, value);
	struct diag *d;

	if (from_command_line(span) || parameter_fits_xml(value))
		return true;
	d = diag_report(&c->diag, DIAG_PARAMETER, span,
			"expected a value of \"%.*s\" of letters, digits and _.:, found '%.*s'",
			STR_ARG(name), STR_ARG(shown));
	diag_note(&c->diag, d, "libvirt skips such a parameter");
	if (memchr(value.ptr, '/', value.len))
		diag_help(&c->diag, d, "give the prefix length as a variable of its own");
	return false;
}

static struct parameter *find_or_add(struct compile *c, struct parameter_list *list,
				     struct str name, struct span span)
{
	struct parameter *p = (struct parameter *)parameter_find(list, name);

	if (p)
		return p;
	p = VEC_PUSH(c->arena, list);
	p->name = name;
	p->span = span;
	return p;
}

bool parameter_add(struct compile *c, struct parameter_list *list, struct str name,
		   struct span name_span, struct str value, struct span value_span)
{
	struct parameter *p;

	if (!name_ok(c, name, name_span) || !value_ok(c, name, value, value_span))
		return false;
	p = find_or_add(c, list, intern(&c->names, name), name_span);
	*VEC_PUSH(c->arena, &p->value) = str_dup(c->arena, value);
	*VEC_PUSH(c->arena, &p->value_span) = value_span;
	return true;
}

bool parameter_element(struct compile *c, struct parameter_list *list, const struct xml_element *e)
{
	const struct xml_attribute *name = xml_attribute(e, "name");
	const struct xml_attribute *value = xml_attribute(e, "value");
	struct diag *d;

	if (name && value)
		return parameter_add(c, list, name->value, name->value_span, value->value,
				     value->value_span);
	d = diag_report(&c->diag, DIAG_PARAMETER, e->span, "<parameter> needs a %s",
			name ? "value" : "name");
	diag_note(&c->diag, d, "libvirt skips such a parameter");
	return false;
}

void parameter_default_mac(struct compile *c, struct binding *binding, struct span span)
{
	const unsigned char *m = binding->mac;
	struct str text;

	if (parameter_find(&binding->parameter, STR("MAC")))
		return;
	text = str_printf(c->arena, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
			  m[5]);
	parameter_add(c, &binding->parameter, STR("MAC"), span, text, span);
}
