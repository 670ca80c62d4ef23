/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse_interface.h"

bool interface_first(struct compile *c, const char *parent, struct span *first,
		     const struct xml_element *e)
{
	struct diag *d;

	if (!first->source) {
		*first = e->span;
		return true;
	}
	d = diag_report(&c->diag, DIAG_UNKNOWN_ELEMENT, e->span,
			"%s has one <%.*s>, this is a second", parent, STR_ARG(e->name));
	diag_also(&c->diag, d, *first, "the first one");
	return false;
}

/* the value of a required attribute, or NULL after a diagnostic */
static const struct xml_attribute *required(struct compile *c, const struct xml_element *e,
					    const char *name, const char *text)
{
	const struct xml_attribute *a = xml_attribute(e, name);

	if (a && a->value.len)
		return a;
	diag_report(&c->diag, DIAG_BINDING_INCOMPLETE, a ? a->name_span : e->span, "%s", text);
	return NULL;
}

void interface_tap(struct compile *c, struct binding *binding, const struct xml_element *e,
		   const char *name, const char *text)
{
	const struct xml_attribute *a = required(c, e, name, text);
	struct diag *d;

	if (!a)
		return;
	binding->tap = a->value;
	binding->tap_span = a->value_span;
	if (tap_name_ok(a->value))
		return;
	d = diag_report(&c->diag, DIAG_TAP_NAME, a->value_span,
			"this is no name of a network interface");
	diag_help(&c->diag, d, "1 to 15 letters, digits, '_', '.' and '-'");
}

void interface_mac(struct compile *c, struct binding *binding, const struct xml_element *e)
{
	const struct xml_attribute *a =
		required(c, e, "address", "<mac> needs address='...', that of the VM's interface");
	struct value value;

	if (!a)
		return;
	if (type_parse(field(FIELD_SRCMAC), NULL, a->value, &value) == PARSE_OK)
		memcpy(binding->mac, value.b, sizeof(binding->mac));
	else
		diag_report(&c->diag, DIAG_BINDING_MAC, a->value_span,
			    "expected a MAC address such as 52:54:00:12:34:56");
}

void interface_filter(struct compile *c, struct binding *binding, const struct xml_element *e)
{
	const struct xml_attribute *a =
		required(c, e, "filter", "<filterref> needs filter='...', the name of a filter");

	if (!a)
		return;
	binding->filter = intern(&c->names, a->value);
	binding->filter_span = a->value_span;
}
