/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "compiler/xml_report.h"
#include "compiler/xml_tag.h"

/*
 * One run of libxml2.  Handlers allocate, and exhaustion of the arena jumps:
 * guarded() stops that jump inside each callback, so that it never crosses
 * frames of libxml2; it goes on after the parser is freed.
 */
struct reader {
	struct compile *compile;
	const struct source *source;
	const struct xml_handler *handler;
	void *context;
	xmlParserCtxtPtr parser;
	struct span open[XML_DEPTH_MOST]; /* start tags of the open elements */
	unsigned depth;
	unsigned skipped; /* open elements whose events are not wanted */
	VEC(struct xml_attribute)
	attribute;           /* of the element at hand */
	uint32_t text_start; /* end of the last tag */
	VEC(char)
	text;
	bool stopped; /* reported; nothing more is listened to */
	bool exhausted;
};

static struct span span_of(const struct reader *r, uint32_t start, uint32_t end)
{
	return (struct span){r->source, start, end};
}

/* libxml2's place in the bytes: input is UTF-8 and never converted, so it is exact */
static uint32_t offset(const struct reader *r)
{
	long n = xmlByteConsumed(r->parser);

	if (n < 0)
		return 0;
	return (size_t)n > r->source->bytes.len ? (uint32_t)r->source->bytes.len : (uint32_t)n;
}

static void guarded(struct reader *r, void (*step)(struct reader *, const void *), const void *arg)
{
	jmp_buf trap;
	jmp_buf *outer;

	if (r->stopped)
		return;
	outer = arena_trap(r->compile->arena, &trap);
	if (!setjmp(trap))
		step(r, arg);
	else
		r->stopped = r->exhausted = true;
	arena_trap(r->compile->arena, outer);
}

/* only where libxml2 allows it, in the callbacks of content: errors stop by themselves */
static void stop_parser(struct reader *r)
{
	if (r->stopped)
		xmlStopParser(r->parser);
}

static void flush_text(struct reader *r, uint32_t end)
{
	struct str text = {r->text.at, r->text.n};
	struct str bytes = r->source->bytes;
	uint32_t start = tag_skip_misc(bytes, r->text_start, end);

	if (!r->text.n)
		return;
	while (end > start && memchr(" \t\r\n", bytes.ptr[end - 1], 4))
		end--;
	memset(&r->text, 0, sizeof(r->text));
	if (r->handler->text)
		r->handler->text(r->context, text, span_of(r, start, end));
}

/*
 * A value as libxml2 gives it: all references are replaced, but & itself comes
 * as &#38;, since its tree builder reads values a second time.
 */
static struct str copy_value(struct arena *a, struct str given)
{
	struct str ampersand = STR("&#38;");
	struct str value = str_dup(a, given);
	char *to = (char *)value.ptr;

	while (given.len) {
		size_t taken = str_starts(given, ampersand) ? ampersand.len : 1;

		*to++ = *given.ptr;
		given = (struct str){given.ptr + taken, given.len - taken};
	}
	value.len = (size_t)(to - value.ptr);
	return value;
}

/* libxml2's strings of one attribute, SAX2: local name, prefix, URI, value, end of value */
#define STRINGS 5

static void read_attributes(struct reader *r, struct tag *tag, const xmlChar **strings, size_t n)
{
	struct arena *a = r->compile->arena;
	struct range name, value;

	r->attribute.n = 0;
	while (r->attribute.n < n && tag_next(tag, &name, &value)) {
		struct str text = range_str(r->source->bytes, name);
		const char *start = (const char *)strings[r->attribute.n * STRINGS + 3];
		const char *end = (const char *)strings[r->attribute.n * STRINGS + 4];

		/* declarations of name spaces are not among libxml2's attributes */
		if (str_is(text, "xmlns") || str_starts(text, STR("xmlns:")))
			continue;
		*VEC_PUSH(a, &r->attribute) = (struct xml_attribute){
			.name = text,
			.value = copy_value(a, (struct str){start, (size_t)(end - start)}),
			.name_span = span_of(r, name.start, name.end),
			.value_span = span_of(r, value.start, value.end),
		};
	}
}

struct start_event {
	const xmlChar **strings;
	size_t nattribute;
};

static void start_element(struct reader *r, const void *arg)
{
	const struct start_event *event = arg;
	struct str bytes = r->source->bytes;
	uint32_t end = offset(r);
	uint32_t start = tag_back_to(bytes, end, '<');
	struct xml_element e = {.depth = r->depth};
	unsigned limit = r->handler->depth ? r->handler->depth : XML_DEPTH_LIMIT;
	struct tag tag;
	bool closed;

	if (end < bytes.len && bytes.ptr[end] == '/')
		end++;
	/* libxml2 sees what is wrong with a tag that is not closed only after this */
	closed = end < bytes.len && bytes.ptr[end] == '>';
	e.span = span_of(r, start, end + closed);
	if (r->depth == limit) {
		diag_report(&r->compile->diag, DIAG_XML_TOO_DEEP, e.span,
			    "elements are nested more than %u deep", limit);
		r->stopped = true;
		return;
	}
	if (!r->skipped)
		flush_text(r, start);
	r->text_start = e.span.end;
	r->open[r->depth++] = e.span;
	if (r->skipped || !closed) {
		r->skipped++;
		return;
	}
	tag = tag_open(bytes, start);
	e.name = range_str(bytes, tag.name);
	e.name_span = span_of(r, tag.name.start, tag.name.end);
	read_attributes(r, &tag, event->strings, event->nattribute);
	e.attribute = r->attribute.at;
	e.nattribute = r->attribute.n;
	if (r->handler->start && !r->handler->start(r->context, &e))
		r->skipped = 1;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		     int nspaces, const xmlChar **spaces, int nattributes, int ndefaulted,
		     const xmlChar **attributes)
{
	struct start_event event = {attributes, (size_t)nattributes};

	(void)name, (void)prefix, (void)uri, (void)nspaces, (void)spaces, (void)ndefaulted;
	guarded(context, start_element, &event);
	stop_parser(context);
}

static void end_element(struct reader *r, const void *arg)
{
	uint32_t end = offset(r);

	(void)arg;
	if (!r->skipped) {
		flush_text(r, tag_back_to(r->source->bytes, end, '<'));
		if (r->handler->end)
			r->handler->end(r->context);
	} else {
		r->skipped--;
	}
	r->depth--;
	r->text_start = end;
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)name, (void)prefix, (void)uri;
	guarded(context, end_element, NULL);
	stop_parser(context);
}

static void add_text(struct reader *r, const void *arg)
{
	const struct str *text = arg;

	/* what leads a run of text is not kept, so that blanks between tags cost nothing */
	if (r->skipped || (!r->text.n && !str_trim(*text).len))
		return;
	for (size_t i = 0; i < text->len; i++)
		*VEC_PUSH(r->compile->arena, &r->text) = text->ptr[i];
}

static void on_text(void *context, const xmlChar *bytes, int n)
{
	struct str text = {(const char *)bytes, (size_t)n};

	guarded(context, add_text, &text);
	stop_parser(context);
}

static void refuse_doctype(struct reader *r, const void *arg)
{
	static const char word[] = "<!DOCTYPE";
	struct str bytes = r->source->bytes;
	uint32_t at = tag_skip_misc(bytes, r->text_start, (uint32_t)bytes.len);
	struct diag *d;

	(void)arg;
	d = diag_report(&r->compile->diag, DIAG_XML_DOCTYPE, span_of(r, at, at + sizeof(word) - 1),
			"a document type declaration is refused, whatever it declares");
	diag_help(&r->compile->diag, d, "remove <!DOCTYPE ...>; filters do not need it");
	r->stopped = true;
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *public_id,
		       const xmlChar *system_id)
{
	(void)name, (void)public_id, (void)system_id;
	guarded(context, refuse_doctype, NULL);
	stop_parser(context);
}

/* libxml2's words where they are not for users, or where another place is meant */
static const struct complaint {
	int code;
	const char *message;
	const char *help;
	char back_to; /* the defect starts at the nearest such byte before */
	void (*report)(const struct xml_place *place);
	bool inside; /* report needs an open element */
} complaints[] = {
	{XML_ERR_TAG_NAME_MISMATCH, .report = xml_report_mismatch, .inside = true},
	{XML_ERR_TAG_NOT_FINISHED, .report = xml_report_unclosed, .inside = true},
	{XML_ERR_ATTRIBUTE_REDEFINED, .report = xml_report_repeated},
	{XML_ERR_INVALID_CHAR, .report = xml_report_character},
	{XML_ERR_INVALID_CHARREF, .report = xml_report_character},
	{XML_ERR_ATTRIBUTE_NOT_STARTED, .message = "expected a quoted attribute value",
	 .help = "put the value between ' and '"},
	{XML_ERR_ATTRIBUTE_WITHOUT_VALUE,
	 .message = "expected = and a quoted value after the attribute's name",
	 .help = "write name='value'"},
	{XML_ERR_UNDECLARED_ENTITY, .back_to = '&', .message = "this entity does not exist",
	 .help = "XML itself has &lt; &gt; &amp; &quot; and &apos; only"},
	{XML_ERR_LT_IN_ATTRIBUTE, .message = "'<' inside an attribute value", .help = "write &lt;"},
	{XML_ERR_DOCUMENT_END, .message = "expected the end of the file after the root element",
	 .help = "one file holds one document"},
	{XML_ERR_HYPHEN_IN_COMMENT, .message = "'--' inside a comment",
	 .help = "a comment may hold single hyphens only"},
	{XML_ERR_RESERVED_XML_NAME, .back_to = '<',
	 .message = "the XML declaration is not at the very start",
	 .help = "remove what is before it"},
	{.code = 0},
};

static void report_error(struct reader *r, const void *arg)
{
	const xmlError *error = arg;
	struct diag_list *list = &r->compile->diag;
	struct xml_place place = {r->compile, r->source, r->open, r->depth, offset(r)};
	const struct complaint *c = complaints;
	struct str text;
	struct diag *d;

	while (c->code && c->code != error->code)
		c++;
	r->stopped = true;
	if (c->report && (r->depth || !c->inside)) {
		c->report(&place);
		return;
	}
	text = str_trim(str_of(c->message ? c->message : error->message));
	if (c->back_to)
		place.at = tag_back_to(r->source->bytes, place.at, c->back_to);
	d = diag_report(list, DIAG_XML_MALFORMED, xml_span_at(r->source, place.at), "%.*s",
			STR_ARG(text));
	if (c->help)
		diag_help(list, d, "%s", c->help);
}

/* what follows the first error is libxml2's attempt to go on */
static void on_error(void *context, xmlErrorPtr error)
{
	struct reader *r = context;

	if (error->code == XML_ERR_NO_MEMORY)
		r->stopped = r->exhausted = true;
	if (error->level == XML_ERR_FATAL)
		guarded(r, report_error, error);
}

static void run_parser(struct reader *r)
{
	bool well_formed;
	uint32_t at;

	r->parser = xmlCreateMemoryParserCtxt(r->source->bytes.ptr, (int)r->source->bytes.len);
	if (!r->parser) {
		r->exhausted = true;
		return;
	}
	*r->parser->sax = (xmlSAXHandler){
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.internalSubset = on_doctype,
		.serror = on_error,
	};
	r->parser->userData = r;
	xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_IGNORE_ENC);
	xmlParseDocument(r->parser);
	well_formed = r->parser->wellFormed;
	at = offset(r);
	/* after an error libxml2 goes on by itself and may build a document */
	xmlFreeDoc(r->parser->myDoc);
	xmlFreeParserCtxt(r->parser);
	if (r->stopped || well_formed)
		return;
	r->stopped = true;
	diag_report(&r->compile->diag, DIAG_XML_MALFORMED, xml_span_at(r->source, at),
		    "this is not well-formed XML");
}

/* more than any element of the language has */
#define ATTRIBUTES_INLINE 16

bool xml_parse(struct compile *c, const struct source *source, const struct xml_handler *handler,
	       void *context)
{
	struct xml_attribute attribute[ATTRIBUTES_INLINE];
	struct reader r = {
		.compile = c,
		.source = source,
		.handler = handler,
		.context = context,
		.attribute = {.at = attribute, .cap = ATTRIBUTES_INLINE},
	};

	if (!xml_check_bytes(c, source, &r.text_start))
		return false;
	xmlInitParser();
	run_parser(&r);
	if (r.exhausted)
		arena_exhausted(c->arena);
	return !r.stopped;
}

const struct xml_attribute *xml_attribute(const struct xml_element *e, const char *name)
{
	for (size_t i = 0; i < e->nattribute; i++)
		if (str_is(e->attribute[i].name, name))
			return &e->attribute[i];
	return NULL;
}
