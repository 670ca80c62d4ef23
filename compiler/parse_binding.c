/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/document.h"
#include "compiler/nearest.h"
#include "compiler/parse.h"
#include "compiler/parse_interface.h"
#include "compiler/parse_parameter.h"

struct binding_parse {
	struct compile *compile;
	struct binding *binding;
	/* start tags of the elements there is one of */
	struct span owner;
	struct span portdev;
	struct span mac;
	struct span filterref;
};

static void refuse(struct binding_parse *p, enum diag_id id, struct span span, const char *text)
{
	diag_report(&p->compile->diag, id, span, "%s", text);
}

static bool is_first(struct binding_parse *p, struct span *first, const struct xml_element *e)
{
	return interface_first(p->compile, "a binding", first, e);
}

static bool start_binding(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;

	p->binding->span = e->span;
	return true;
}

static bool start_owner(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;

	return is_first(p, &p->owner, e);
}

static void text_owner_name(void *context, struct str text, struct span span)
{
	struct binding_parse *p = context;

	(void)span;
	p->binding->owner_name = str_trim(text);
}

static void text_owner_uuid(void *context, struct str text, struct span span)
{
	struct binding_parse *p = context;

	(void)span;
	p->binding->owner_uuid = str_trim(text);
}

static bool start_portdev(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;

	const struct xml_attribute *hook = xml_attribute(e, "hook");

	if (!is_first(p, &p->portdev, e))
		return false;
	if (hook)
		p->binding->attach = attach_find(hook->value);
	if (hook && p->binding->attach == ATTACH_UNSAID)
		refuse(p, DIAG_BINDING_INCOMPLETE, hook->value_span,
		       "expected hook='bridge' or hook='netdev'");
	interface_tap(p->compile, p->binding, e, "name",
		      "<portdev> needs name='...', the interface on the host");
	return true;
}

static bool start_mac(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;

	if (!is_first(p, &p->mac, e))
		return false;
	interface_mac(p->compile, p->binding, e);
	return true;
}

static bool start_filterref(void *context, const struct xml_element *e)
{
	struct binding_parse *p = context;

	if (!is_first(p, &p->filterref, e))
		return false;
	interface_filter(p->compile, p->binding, e);
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

static const struct document_element owner_children[] = {
	{.name = "name", .text = text_owner_name},
	{.name = "uuid", .text = text_owner_uuid},
	{.name = "*", .ignored = true},
	{.name = NULL},
};

/* owner and linkdev say whose the interface is, which is of no concern to filtering */
static const struct document_element binding_children[] = {
	{.name = "owner", .child = owner_children, .start = start_owner},
	{.name = "linkdev", .ignored = true},
	{.name = "portdev",
	 .attribute = (const char *const[]){"name", "hook", NULL},
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
