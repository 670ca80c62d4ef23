/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse.h"

#include "compiler/document.h"
#include "compiler/nearest.h"
#include "compiler/parse_parameter.h"
#include "compiler/parse_rule.h"

#define PRIORITY_MIN (-1000)
#define PRIORITY_MAX 1000
#define UUID_DIGITS 32

struct filter_parse {
	struct compile *compile;
	struct filter *filter;
	struct filterref *ref; /* the one being read */
	bool named;
	struct span uuid_span;
	struct str uuid_text;
	bool uuid_seen;
	struct rule_parse rule;
};

static struct diag_list *diagnostics(struct filter_parse *p)
{
	return &p->compile->diag;
}

static struct str shown(struct filter_parse *p, struct str text)
{
	return nearest_shown(p->compile->arena, text);
}

/* what keeps a name from being a file name, a line of a listing, or a word of a comment */
static const char *name_defect(struct str name)
{
	if (name.len > FILTER_NAME_MAX)
		return "is too long";
	if (!str_trim(name).len)
		return "is blank";
	if (name.ptr[0] == '.')
		return "starts with a dot";
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];

		if (c < ' ' || c == 0x7f)
			return "has a control character";
		if (memchr("\"'`/\\", c, 5))
			return "has a quote or a slash";
	}
	return NULL;
}

static void read_name(struct filter_parse *p, const struct xml_element *e)
{
	const struct xml_attribute *a = xml_attribute(e, "name");
	const char *defect;
	struct diag *d;

	if (!a || !a->value.len) {
		diag_report(diagnostics(p), DIAG_FILTER_NAME_MISSING, a ? a->name_span : e->span,
			    "<filter> needs name='...'");
		return;
	}
	p->named = true;
	p->filter->name = intern(&p->compile->names, a->value);
	p->filter->name_span = a->value_span;
	defect = name_defect(a->value);
	if (!defect)
		return;
	d = diag_report(diagnostics(p), DIAG_FILTER_NAME, a->value_span,
			"the filter's name %s: '%.*s'", defect, STR_ARG(shown(p, a->value)));
	diag_help(diagnostics(p), d, "use letters, digits, '-', '_', '.' and ':', at most %d bytes",
		  FILTER_NAME_MAX);
}

/* what is known of a chain that has no such name */
static void report_chain(struct filter_parse *p, const struct xml_attribute *a)
{
	static const char *const names[] = {CHAIN_ROOT, "mac",  "vlan", "stp", "arp",
					    "rarp",     "ipv4", "ipv6", NULL};
	struct nearest near;
	struct diag *d =
		diag_report(diagnostics(p), DIAG_CHAIN_NAME, a->value_span,
			    "chain of <filter>: expected root, or a name of at most 12 "
			    "letters, digits and _.:- that begins with mac, vlan, stp, arp, "
			    "rarp, ipv4 or ipv6, found '%.*s'",
			    STR_ARG(shown(p, a->value)));

	nearest_init(&near, a->value);
	nearest_offer_all(&near, names);
	nearest_help(&near, diagnostics(p), d, "'", "'");
}

static void read_chain(struct filter_parse *p, const struct xml_element *e)
{
	const struct xml_attribute *chain = xml_attribute(e, "chain");
	const struct xml_attribute *priority = xml_attribute(e, "priority");
	bool in_chain = chain && chain->value.len;
	struct str name = in_chain ? chain->value : STR(CHAIN_ROOT);
	const struct chain_kind *kind = chain_kind(name);
	int number;

	if (!kind) {
		report_chain(p, chain);
		name = STR(CHAIN_ROOT);
		kind = chain_kind(name);
	}
	p->filter->chain = intern(&p->compile->names, name);
	p->filter->priority = kind->priority;
	if (!priority || !priority->value.len)
		return;
	if (!document_integer(priority->value, PRIORITY_MIN, PRIORITY_MAX, &number)) {
		diag_report(diagnostics(p), DIAG_CHAIN_PRIORITY, priority->value_span,
			    "priority of <filter>: expected a number from %d to %d, found '%.*s'",
			    PRIORITY_MIN, PRIORITY_MAX, STR_ARG(shown(p, priority->value)));
		return;
	}
	/* without a chain it is checked, but has no meaning */
	if (in_chain) {
		p->filter->priority = number;
		p->filter->priority_given = true;
	}
}

static bool start_filter(void *context, const struct xml_element *e)
{
	struct filter_parse *p = context;

	p->filter->span = e->span;
	read_name(p, e);
	read_chain(p, e);
	return true;
}

static bool start_uuid(void *context, const struct xml_element *e)
{
	struct filter_parse *p = context;
	struct diag *d;

	if (p->uuid_seen) {
		d = diag_report(diagnostics(p), DIAG_UUID_TWICE, e->span,
				"a filter has one <uuid>, this is a second");
		diag_also(diagnostics(p), d, p->uuid_span, "the first one");
		return false;
	}
	p->uuid_seen = true;
	p->uuid_span = e->span;
	return true;
}

static void text_uuid(void *context, struct str text, struct span span)
{
	struct filter_parse *p = context;

	p->uuid_text = str_trim(text);
	p->uuid_span = span;
}

/* 32 hexadecimal digits, hyphens anywhere between the bytes; false if it is none */
static bool uuid_digits(struct str text, char *digits)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '-' && n % 2 == 0)
			continue;
		if (n == UUID_DIGITS || !str_only((struct str){&c, 1}, "0123456789abcdefABCDEF"))
			return false;
		digits[n++] = (char)(c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
	}
	return n == UUID_DIGITS;
}

static void end_uuid(void *context)
{
	struct filter_parse *p = context;
	char h[UUID_DIGITS];
	struct diag *d;

	p->filter->uuid_span = p->uuid_span;
	if (uuid_digits(p->uuid_text, h)) {
		p->filter->uuid = str_printf(p->compile->arena, "%.8s-%.4s-%.4s-%.4s-%.12s", h,
					     h + 8, h + 12, h + 16, h + 20);
		return;
	}
	d = diag_report(diagnostics(p), DIAG_UUID, p->uuid_span,
			"<uuid>: expected 32 hexadecimal digits, maybe with hyphens, found %s%.*s",
			p->uuid_text.len ? "" : "nothing", STR_ARG(shown(p, p->uuid_text)));
	diag_help(diagnostics(p), d, "remove <uuid>, or write the output of uuidgen");
}

static bool start_rule(void *context, const struct xml_element *e)
{
	struct filter_parse *p = context;

	rule_start(&p->rule, p->compile, e);
	return true;
}

static bool start_protocol(void *context, const struct xml_element *e)
{
	struct filter_parse *p = context;

	return rule_element(&p->rule, e);
}

static void end_rule(void *context)
{
	struct filter_parse *p = context;
	struct filter_item *item;
	struct filter_rule *rule = rule_end(&p->rule);

	item = VEC_PUSH(p->compile->arena, &p->filter->item);
	item->kind = ITEM_RULE;
	item->rule = rule;
}

static bool start_filterref(void *context, const struct xml_element *e)
{
	struct filter_parse *p = context;
	const struct xml_attribute *a = xml_attribute(e, "filter");
	struct filter_item *item;

	p->ref = ARENA_NEW(p->compile->arena, struct filterref);
	p->ref->span = e->span;
	if (!a || !a->value.len) {
		diag_report(diagnostics(p), DIAG_FILTERREF_NAME, a ? a->name_span : e->span,
			    "<filterref> needs filter='...', the name of a filter");
		return true;
	}
	p->ref->name = intern(&p->compile->names, a->value);
	p->ref->name_span = a->value_span;
	item = VEC_PUSH(p->compile->arena, &p->filter->item);
	item->kind = ITEM_FILTERREF;
	item->filterref = p->ref;
	return true;
}

static bool start_parameter(void *context, const struct xml_element *e)
{
	struct filter_parse *p = context;

	parameter_element(p->compile, &p->ref->parameter, e);
	return true;
}

static const struct document_element rule_children[] = {
	{.name = "*", .start = start_protocol},
	{.name = NULL},
};

static const struct document_element filterref_children[] = {
	{.name = "parameter", .attribute = parameter_attributes, .start = start_parameter},
	{.name = NULL},
};

static const struct document_element filter_children[] = {
	{.name = "uuid",
	 .attribute = (const char *const[]){NULL},
	 .start = start_uuid,
	 .text = text_uuid,
	 .end = end_uuid},
	{.name = "rule",
	 .attribute = rule_attributes,
	 .child = rule_children,
	 .start = start_rule,
	 .end = end_rule},
	{.name = "filterref",
	 .attribute = (const char *const[]){"filter", NULL},
	 .child = filterref_children,
	 .start = start_filterref},
	{.name = NULL},
};

static const struct document_element documents[] = {
	{.name = "filter",
	 .attribute = (const char *const[]){"name", "chain", "priority", NULL},
	 .child = filter_children,
	 .start = start_filter},
	{.name = NULL},
};

struct filter *parse_filter(struct compile *c, const struct source *source)
{
	struct filter_parse p = {.compile = c, .filter = ARENA_NEW(c->arena, struct filter)};

	p.filter->source = source;
	document_parse(c, source, documents, &p);
	if (!p.named)
		return NULL;
	p.filter->broken = source->nerror > 0;
	return p.filter;
}
