/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/document.h"
#include "compiler/nearest.h"
#include "compiler/parse.h"
#include "compiler/parse_parameter.h"

struct binding_parse {
	struct compile *compile;
	struct binding *binding;
	/* start tags of the elements there is one of */
	struct span portdev;
	struct span mac;
	struct span filterref;
};

static struct diag *refuse(struct binding_parse *p, enum diag_id id, struct span span,
			   const char *text)
{
	return diag_report(&p->compile->diag, id, span, "%s", text);
}

/* libvirt reads the first of each kind only */
static bool is_first(struct binding_parse *p, struct span *first, const struct xml_element *e)
{
	struct diag *d;

	if (!first->source) {
		*first = e->span;
		return true;
	}
	d = diag_report(&p->compile->diag, DIAG_UNKNOWN_ELEMENT, e->span,
			"a binding has one <%.*s>, this is a second", STR_ARG(e->name));
	diag_also(&p->compile->diag, d, *first, "the first one");
	return false;
}

static bool start_binding(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;

	p->binding->span = e->span;
	return true;
}

/* the value of a required attribute, or NULL after a diagnostic */
static const struct xml_attribute *required(struct binding_parse *p, const struct xml_element *e,
					    const char *name, const char *text)
{
	const struct xml_attribute *a = xml_attribute(e, name);

	if (a && a->value.len)
		return a;
	refuse(p, DIAG_BINDING_INCOMPLETE, a ? a->name_span : e->span, text);
	return NULL;
}

static bool start_portdev(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;
	const struct xml_attribute *a;
	struct diag *d;

	if (!is_first(p, &p->portdev, e))
		return false;
	a = required(p, e, "name", "<portdev> needs name='...', the interface on the host");
	if (!a)
		return true;
	p->binding->tap = a->value;
	p->binding->tap_span = a->value_span;
	if (tap_name_ok(a->value))
		return true;
	d = refuse(p, DIAG_TAP_NAME, a->value_span, "this is no name of a network interface");
	diag_help(&p->compile->diag, d, "1 to 15 letters, digits, '_', '.' and '-'");
	return true;
}

static bool start_mac(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;
	const struct xml_attribute *a;
	struct value value;

	if (!is_first(p, &p->mac, e))
		return false;
	a = required(p, e, "address", "<mac> needs address='...', that of the VM's interface");
	if (!a)
		return true;
	if (type_parse(field(FIELD_SRCMAC), NULL, a->value, &value) == PARSE_OK)
		memcpy(p->binding->mac, value.b, sizeof(p->binding->mac));
	else
		refuse(p, DIAG_BINDING_MAC, a->value_span,
		       "expected a MAC address such as 52:54:00:12:34:56");
	return true;
}

static bool start_filterref(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;
	const struct xml_attribute *a;

	if (!is_first(p, &p->filterref, e))
		return false;
	a = required(p, e, "filter", "<filterref> needs filter='...', the name of a filter");
	if (!a)
		return true;
	p->binding->filter = intern(&p->compile->names, a->value);
	p->binding->filter_span = a->value_span;
	return true;
}

static bool start_parameter(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;

	parameter_element(p->compile, &p->binding->parameter, e);
	return true;
}

static const struct document_element filterref_children[] = {
	{.name = "parameter", .attribute = parameter_attributes, .start = start_parameter},
	{.name = NULL},
};

/* owner and linkdev say whose the interface is, which is of no concern to filtering */
static const struct document_element binding_children[] = {
	{.name = "owner", .ignored = true},
	{.name = "linkdev", .ignored = true},
	{.name = "portdev",
	 .attribute = (const char *const[]){"name", NULL},
	 .start = start_portdev},
	{.name = "mac", .attribute = (const char *const[]){"address", NULL}, .start = start_mac},
	{.name = "filterref",
	 .attribute = (const char *const[]){"filter", NULL},
	 .child = filterref_children,
	 .start = start_filterref},
	{.name = NULL},
};

static const struct document_element documents[] = {
	{.name = "filterbinding",
	 .attribute = (const char *const[]){NULL},
	 .child = binding_children,
	 .start = start_binding},
	{.name = NULL},
};

static void check_complete(struct binding_parse *p)
{
	struct span span = p->binding->span;

	if (!p->portdev.source)
		refuse(p, DIAG_BINDING_INCOMPLETE, span,
		       "<filterbinding> needs <portdev name='...'/>");
	if (!p->mac.source)
		refuse(p, DIAG_BINDING_MAC, span, "<filterbinding> needs <mac address='...'/>");
	if (!p->filterref.source)
		refuse(p, DIAG_BINDING_INCOMPLETE, span,
		       "<filterbinding> needs <filterref filter='...'/>");
}

struct binding *parse_binding(struct compile *c, const struct source *source)
{
	struct binding_parse p = {.compile = c, .binding = ARENA_NEW(c->arena, struct binding)};

	diag_reach(&c->diag, source);
	if (!document_parse(c, source, documents, &p))
		return NULL;
	check_complete(&p);
	if (source->nerror)
		return NULL;
	parameter_default_mac(c, p.binding, p.mac);
	return p.binding;
}
