/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse_domain.h"

#include "compiler/document.h"
#include "compiler/nearest.h"
#include "compiler/parse.h"
#include "compiler/parse_interface.h"
#include "compiler/parse_parameter.h"

struct domain_parse {
	struct compile *compile;
	struct domain *domain;
	/* the interface being read, and the start tags of its parts */
	struct domain_interface interface;
	struct span mac;
	struct span target;
	struct span filterref;
};

static void text_name(void *context, struct str text, struct span span)
{
	struct domain_parse *p = context;

	(void)span;
	p->domain->name = str_trim(text);
}

static void text_uuid(void *context, struct str text, struct span span)
{
	struct domain_parse *p = context;

	(void)span;
	p->domain->uuid = str_trim(text);
}

static bool is_first(struct domain_parse *p, struct span *first, const struct xml_element *e)
{
	return interface_first(p->compile, "an interface", first, e);
}

static bool start_interface(void *context, const struct xml_element *e)
{
	struct domain_parse *p = context;
	const struct xml_attribute *type = xml_attribute(e, "type");

	p->interface.type = type ? type->value : (struct str){0};
	p->interface.binding = ARENA_NEW(p->compile->arena, struct binding);
	p->interface.binding->span = e->span;
	p->mac = p->target = p->filterref = (struct span){0};
	return true;
}

static bool start_mac(void *context, const struct xml_element *e)
{
	struct domain_parse *p = context;

	if (is_first(p, &p->mac, e))
		interface_mac(p->compile, p->interface.binding, e);
	return false;
}

static bool start_target(void *context, const struct xml_element *e)
{
	struct domain_parse *p = context;

	/* some targets have other attributes only */
	if (xml_attribute(e, "dev") && is_first(p, &p->target, e))
		interface_tap(p->compile, p->interface.binding, e, "dev",
			      "<target> needs dev='...', the interface on the host");
	return false;
}

static bool start_filterref(void *context, const struct xml_element *e)
{
	struct domain_parse *p = context;

	if (!is_first(p, &p->filterref, e))
		return false;
	interface_filter(p->compile, p->interface.binding, e);
	return true;
}

static bool start_parameter(void *context, const struct xml_element *e)
{
	struct domain_parse *p = context;

	parameter_element(p->compile, &p->interface.binding->parameter, e);
	return true;
}

static struct diag *leave_out(struct domain_parse *p, const char *why)
{
	const struct binding *b = p->interface.binding;
	struct diag_list *list = &p->compile->diag;
	struct diag *d = diag_report(list, DIAG_INTERFACE_LEFT_OUT, b->span,
				     "an interface with filter '%.*s' is left out: %s",
				     STR_ARG(nearest_shown(p->compile->arena, b->filter)), why);

	diag_also(list, d, p->filterref, "the filter");
	return d;
}

static bool filtered_type(struct str type)
{
	static const char *const types[] = {"network", "bridge", "ethernet", "direct"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_is(type, types[i]))
			return true;
	return false;
}

static void end_interface(void *context)
{
	struct domain_parse *p = context;
	struct diag *d;

	if (!p->filterref.source)
		return;
	if (!filtered_type(p->interface.type)) {
		d = leave_out(p, "nothing of its type can be filtered");
		diag_note(&p->compile->diag, d,
			  "those that can be are network, bridge, ethernet and direct");
	} else if (!p->target.source) {
		d = leave_out(p, "it has no <target dev='...'/>, so the VM does not run");
		diag_help(&p->compile->diag, d, "take the output of virsh dumpxml while it runs");
	} else if (!p->mac.source) {
		d = leave_out(p, "it has no <mac address='...'/>");
		diag_help(&p->compile->diag, d, "libvirt chooses one when the VM is defined");
	} else {
		/* a macvtap, which is no port of a bridge */
		if (str_is(p->interface.type, "direct"))
			p->interface.binding->attach = ATTACH_NETDEV;
		parameter_default_mac(p->compile, p->interface.binding, p->mac);
		*VEC_PUSH(p->compile->arena, &p->domain->interface) = p->interface;
	}
}

static const struct document_element filterref_children[] = {
	{.name = "parameter", .attribute = parameter_attributes, .start = start_parameter},
	{.name = NULL},
};

static const struct document_element interface_children[] = {
	{.name = "mac", .start = start_mac},
	{.name = "target", .start = start_target},
	{.name = "filterref",
	 .attribute = (const char *const[]){"filter", NULL},
	 .child = filterref_children,
	 .start = start_filterref},
	{.name = "*", .ignored = true},
	{.name = NULL},
};

static const struct document_element device_children[] = {
	{.name = "interface",
	 .child = interface_children,
	 .start = start_interface,
	 .end = end_interface},
	{.name = "*", .ignored = true},
	{.name = NULL},
};

static const struct document_element domain_children[] = {
	{.name = "name", .text = text_name},
	{.name = "uuid", .text = text_uuid},
	{.name = "devices", .child = device_children},
	{.name = "*", .ignored = true},
	{.name = NULL},
};

/* a disk is nested as deep as its chain of images is long */
static const struct document_element documents[] = {
	{.name = "domain", .child = domain_children, .deep = true},
	{.name = NULL},
};

struct domain *parse_domain(struct compile *c, const struct source *source)
{
	struct domain_parse p = {.compile = c, .domain = ARENA_NEW(c->arena, struct domain)};

	diag_reach(&c->diag, source);
	if (!document_parse(c, source, documents, &p) || source->nerror)
		return NULL;
	for (size_t i = 0; i < p.domain->interface.n; i++) {
		p.domain->interface.at[i].binding->owner_name = p.domain->name;
		p.domain->interface.at[i].binding->owner_uuid = p.domain->uuid;
	}
	return p.domain;
}
