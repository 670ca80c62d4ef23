/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "compiler/xml.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

/* what was seen of a document: names of elements as a/b/, the last element, all text */
struct seen {
	struct arena *arena;
	struct str path;
	struct xml_element last;
	struct xml_attribute attribute[4];
	struct str text;
	struct span text_span;
	unsigned ntext;
	unsigned nend;
	const char *skip; /* an element whose inside is not wanted */
};

static bool see_start(void *context, const struct xml_element *e)
{
	struct seen *s = context;

	s->path = str_printf(s->arena, "%.*s%.*s/", STR_ARG(s->path), STR_ARG(e->name));
	s->last = *e;
	for (size_t i = 0; i < e->nattribute && i < 4; i++)
		s->attribute[i] = e->attribute[i];
	s->last.attribute = s->attribute;
	return !s->skip || !str_is(e->name, s->skip);
}

static void see_text(void *context, struct str text, struct span span)
{
	struct seen *s = context;

	s->text = text;
	s->text_span = span;
	s->ntext++;
}

static void see_end(void *context)
{
	struct seen *s = context;

	s->nend++;
}

static const struct xml_handler handler = {see_start, see_text, see_end, 0};

static bool see(struct text *t, struct seen *s, struct str bytes, const char *skip)
{
	text_init(t, MODE_DEFAULT, bytes);
	*s = (struct seen){.arena = t->compile.arena, .path = STR(""), .skip = skip};
	return xml_parse(&t->compile, t->source, &handler, s);
}

/* the facts about libxml2 that xml.c rests on: where tags start, names, values */
START_TEST(places)
{
	static const char *const before[] = {
		"",
		"<?xml version='1.0'?>\n",
		"<!-- <x a='1'> -->\n\n",
		"\xef\xbb\xbf",
		"<?xml version='1.0' encoding='us-ascii'?><?pi <?>",
	};
	static const char *const tags[] = {
		"<x a='1' b = \"2\" />",
		"<x\n\ta='1'\n\tb='2'\n></x>",
		"<x a='1' b='2'><!-- <y> --></x>",
	};
	struct text t;
	struct seen s;

	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 3; k++) {
			char bytes[256];
			int n = snprintf(bytes, sizeof(bytes), "%s%s", before[i], tags[k]);
			uint32_t start = (uint32_t)strlen(before[i]);

			ck_assert(see(&t, &s, (struct str){bytes, (size_t)n}, NULL));
			ck_assert_uint_eq(s.last.span.start, start);
			ck_span(s.last.name_span, "x");
			ck_assert_uint_eq(s.last.name_span.start, start + 1);
			ck_assert_uint_eq(s.last.nattribute, 2);
			ck_span(s.last.attribute[0].name_span, "a");
			ck_span(s.last.attribute[0].value_span, "1");
			ck_span(s.last.attribute[1].name_span, "b");
			ck_span(s.last.attribute[1].value_span, "2");
			ck_assert_int_eq(bytes[s.last.span.end - 1], '>');
			text_release(&t);
		}
}
END_TEST

START_TEST(entities_in_values)
{
	struct text t;
	struct seen s;

	ck_assert(see(&t, &s,
		      STR("<x a='&lt;&#65;\xc3\xa9' b='>' c='&amp;#38;&#38;&#x26;&amp;lt;'/>"),
		      NULL));
	ck_str(s.last.attribute[0].value, "<A\xc3\xa9");
	ck_span(s.last.attribute[0].value_span, "&lt;&#65;\xc3\xa9");
	ck_str(s.last.attribute[1].value, ">");
	ck_str(s.last.attribute[2].value, "&#38;&&&lt;");
	ck_span(s.last.attribute[2].value_span, "&amp;#38;&#38;&#x26;&amp;lt;");
	ck_assert_int_eq(text_of(s.last.span).ptr[s.last.span.end - s.last.span.start - 1], '>');
	ck_str(xml_attribute(&s.last, "b")->value, ">");
	ck_assert_ptr_null(xml_attribute(&s.last, "d"));
	text_release(&t);
}
END_TEST

START_TEST(name_spaces)
{
	struct text t;
	struct seen s;

	ck_assert(see(&t, &s, STR("<f xmlns='u' xmlns:p='v'><p:x p:a='1' b='2'/></f>"), NULL));
	ck_str(s.path, "f/p:x/");
	ck_str(s.last.attribute[0].name, "p:a");
	ck_str(s.last.attribute[0].value, "1");
	ck_str(s.last.attribute[1].name, "b");
	text_release(&t);
}
END_TEST

START_TEST(text_runs)
{
	struct text t;
	struct seen s;

	ck_assert(see(&t, &s, STR("<f>\n <x/> \n</f>"), NULL));
	ck_assert_uint_eq(s.ntext, 0);
	text_release(&t);

	ck_assert(see(&t, &s,
		      STR("<f>\n <!-- c --> a &lt; <!-- d --><![CDATA[b]]>&amp;\n <x/></f>"),
		      NULL));
	ck_assert_uint_eq(s.ntext, 1);
	ck_str(str_trim(s.text), "a < b&");
	ck_span(s.text_span, "a &lt; <!-- d --><![CDATA[b]]>&amp;");
	text_release(&t);

	ck_assert(see(&t, &s, STR("<f>one<x/>two</f>"), NULL));
	ck_assert_uint_eq(s.ntext, 2);
	ck_span(s.text_span, "two");
	text_release(&t);
}
END_TEST

START_TEST(skipped_children)
{
	struct text t;
	struct seen s;

	ck_assert(see(&t, &s, STR("<f><x>t<y><z/></y></x><w/></f>"), "x"));
	ck_str(s.path, "f/x/w/");
	ck_assert_uint_eq(s.ntext, 0);
	/* f and w: x was not wanted */
	ck_assert_uint_eq(s.nend, 2);
	text_release(&t);
}
END_TEST

static const struct refusal {
	struct str bytes;
	enum diag_id id;
	unsigned line, column;
} refusals[] = {
	{STR(""), DIAG_XML_MALFORMED, 1, 1},
	{STR("\n \n"), DIAG_XML_MALFORMED, 1, 1},
	{STR("<"), DIAG_XML_MALFORMED, 1, 1},
	{STR("table inet { }"), DIAG_XML_MALFORMED, 1, 1},
	{STR("<f/>\n\0<g/>"), DIAG_XML_MALFORMED, 2, 1},
	{STR("<f a='\0'/>"), DIAG_XML_MALFORMED, 1, 7},
	{STR("<f>\n<g>\n</f>"), DIAG_XML_MALFORMED, 2, 1},
	{STR("<f>\n<g>\n</G>\n</f>"), DIAG_XML_MALFORMED, 3, 1},
	{STR("<f>\n<g>\n"), DIAG_XML_MALFORMED, 2, 1},
	{STR("<f>\n<g a"), DIAG_XML_MALFORMED, 2, 5},
	{STR("<f>\n<g a=1/></f>"), DIAG_XML_MALFORMED, 2, 6},
	{STR("<f>\n<g a\"1\"/></f>"), DIAG_XML_MALFORMED, 2, 5},
	{STR("<f>\n<g a='1'\n b='2'\n a='3'/></f>"), DIAG_XML_MALFORMED, 4, 2},
	{STR("<f a='x &nbsp; y'/>"), DIAG_XML_MALFORMED, 1, 9},
	{STR("<f a='x < y'/>"), DIAG_XML_MALFORMED, 1, 9},
	{STR("<f a='&#1;'/>"), DIAG_XML_MALFORMED, 1, 7},
	{STR("<f a='\x01'/>"), DIAG_XML_MALFORMED, 1, 7},
	{STR("<f>\n  <!-- a -- b -->\n</f>"), DIAG_XML_MALFORMED, 2, 10},
	{STR("<f/>\n<g/>"), DIAG_XML_MALFORMED, 2, 1},
	{STR("<f/>\ntext"), DIAG_XML_MALFORMED, 2, 1},
	{STR("\n<?xml version='1.0'?>\n<f/>"), DIAG_XML_MALFORMED, 2, 1},
	{STR("<!DOCTYPE f>\n<f/>"), DIAG_XML_DOCTYPE, 1, 1},
	{STR("<?xml version='1.0'?>\n<!-- a -->\n<!DOCTYPE f [<!ENTITY e 'x'>]><f/>"),
	 DIAG_XML_DOCTYPE, 3, 1},
	{STR("<f a='\xe9'/>"), DIAG_XML_ENCODING, 1, 7},
	{STR("<f>\n\xc0\xaf</f>"), DIAG_XML_ENCODING, 2, 1},
	{STR("<f>\xe0\x80\xaf</f>"), DIAG_XML_ENCODING, 1, 4},
	{STR("<f>\xed\xa0\x80</f>"), DIAG_XML_ENCODING, 1, 4},
	{STR("<f>\xf4\x90\x80\x80</f>"), DIAG_XML_ENCODING, 1, 4},
	{STR("\xff\xfe<\0f\0/\0>\0"), DIAG_XML_ENCODING, 1, 1},
	{STR("\xfe\xff\0<\0f\0/\0>"), DIAG_XML_ENCODING, 1, 1},
	{STR("<?xml version='1.0' encoding='KLINGON-8'?>\n<f/>"), DIAG_XML_ENCODING, 1, 31},
	{STR("<?xml version='1.0' encoding='ISO-8859-1'?>\n<f a='\xe9'/>"), DIAG_XML_ENCODING, 1,
	 31},
	{STR("<?xml version='1.0' encoding='ascii'?>\n<f a='\xc3\xa9'/>"), DIAG_XML_ENCODING, 2, 7},
	/* for which libxml2 would look for a converter, or unpack */
	{STR("<?xml version='1.0' encoding='UTF-16'?>\n<f/>"), DIAG_XML_ENCODING, 1, 31},
	{STR("<?xml version='1.0' encoding='UTF-7'?>\n<f/>"), DIAG_XML_ENCODING, 1, 31},
	{STR("<?xml version='1.0' encoding='windows-1252'?>\n<f/>"), DIAG_XML_ENCODING, 1, 31},
	{STR("\x4c\x6f\xa7\x94\x93"), DIAG_XML_MALFORMED, 1, 1},
	{STR("\0\0\0<\0\0\0f\0\0\0/\0\0\0>"), DIAG_XML_MALFORMED, 1, 1},
	{STR("<\0\0\0f\0\0\0/\0\0\0>\0\0\0"), DIAG_XML_MALFORMED, 1, 2},
	{STR("\0\0<\0\0\0f\0"), DIAG_XML_MALFORMED, 1, 1},
	{STR("<\0?\0x\0m\0l\0"), DIAG_XML_MALFORMED, 1, 2},
	{STR("\x1f\x8b\x08\x00\x00\x00\x00\x00"), DIAG_XML_MALFORMED, 1, 4},
	{STR("\xfd\x37zXZ\0"), DIAG_XML_MALFORMED, 1, 6},
};

START_TEST(refused)
{
	const struct refusal *r = &refusals[_i];
	struct text t;
	struct seen s;
	struct position at;

	ck_assert(!see(&t, &s, r->bytes, NULL));
	ck_assert_uint_eq(t.compile.diag.diag.n, 1);
	ck_assert_uint_eq(diag_code(t.compile.diag.diag.at[0]->id)->number,
			  diag_code(r->id)->number);
	at = span_position(t.compile.diag.diag.at[0]->label[0].span);
	ck_assert_uint_eq(at.line, r->line);
	ck_assert_uint_eq(at.column, r->column);
	text_release(&t);
}
END_TEST

/* what other readers of XML follow is only read: a static libxml2 has nothing to follow it with */
START_TEST(alone)
{
	static const char *const documents[] = {
		"<?oasis-xml-catalog catalog='http://127.0.0.1:9/c.xml.gz'?><f/>",
		"<?oasis-xml-catalog catalog='c.xml.xz'?><f/>",
		"<?xml-stylesheet href='f.xsl.gz'?><f/>",
		"<f xmlns:i='http://www.w3.org/2001/XInclude'><i:include href='f.xml.gz'/></f>",
		"<f xmlns:s='urn:s' s:noNamespaceSchemaLocation='f.xsd.gz'/>",
	};
	struct text t;
	struct seen s;

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		ck_assert(see(&t, &s, str_of(documents[i]), NULL));
		ck_assert_uint_eq(t.compile.diag.diag.n, 0);
		text_release(&t);
	}
}
END_TEST

/* both ends of a mismatch are shown */
START_TEST(unclosed)
{
	struct text t;
	struct seen s;
	const struct diag *d;

	ck_assert(!see(&t, &s, STR("<f>\n<g>\n</f>"), NULL));
	d = text_first(&t, DIAG_XML_MALFORMED);
	ck_assert_uint_eq(d->nlabel, 2);
	ck_span(d->label[0].span, "<g>");
	ck_span(d->label[1].span, "</f>");
	text_release(&t);
}
END_TEST

static void nest(char *bytes, unsigned depth)
{
	*bytes = 0;
	for (unsigned i = 0; i < depth; i++)
		strcat(bytes, "<x>");
	for (unsigned i = 0; i < depth; i++)
		strcat(bytes, "</x>");
}

START_TEST(depth)
{
	char bytes[2048];
	struct text t;
	struct seen s;

	nest(bytes, XML_DEPTH_LIMIT);
	ck_assert(see(&t, &s, str_of(bytes), NULL));
	ck_assert_uint_eq(s.nend, XML_DEPTH_LIMIT);
	text_release(&t);

	nest(bytes, XML_DEPTH_LIMIT + 1);
	/* skipped elements count as well */
	ck_assert(!see(&t, &s, str_of(bytes), "x"));
	ck_assert_uint_eq(text_count(&t, DIAG_XML_TOO_DEEP), 1);
	ck_assert_uint_eq(t.compile.diag.diag.n, 1);
	text_release(&t);
}
END_TEST

/* libxml2 alone would take many seconds for a file of one element */
START_TEST(attributes)
{
	char bytes[XML_ATTRIBUTE_LIMIT * 8 + 32] = "<x";
	size_t n = 2;
	struct text t;
	struct seen s;

	for (unsigned i = 0; i < XML_ATTRIBUTE_LIMIT; i++)
		n += (size_t)snprintf(bytes + n, sizeof(bytes) - n, " a%u=''", i);
	strcpy(bytes + n, "/>");
	ck_assert(see(&t, &s, str_of(bytes), NULL));
	ck_assert_uint_eq(s.last.nattribute, XML_ATTRIBUTE_LIMIT);
	text_release(&t);

	strcpy(bytes + n, " b=''/>");
	ck_assert(!see(&t, &s, str_of(bytes), NULL));
	ck_span(text_first(&t, DIAG_XML_MALFORMED)->label[0].span, "b");
	text_release(&t);
}
END_TEST

/* false: the memory ended, and the jump of the arena came out in the trap */
static bool fits(size_t limit)
{
	struct str bytes = STR("<f a='1'>text<x b='2' c='3'/>more<y/></f>");
	struct arena *a = arena_new(limit);
	struct compile c = {.arena = a, .names.arena = a};
	struct seen s = {.arena = a, .path = STR("")};
	jmp_buf trap;

	arena_trap(a, &trap);
	if (setjmp(trap)) {
		arena_free(a);
		return false;
	}
	diag_init(&c.diag, a, MODE_DEFAULT);
	ck_assert(xml_parse(&c, compile_text(&c, STR("t"), bytes), &handler, &s));
	ck_assert_uint_eq(s.nend, 3);
	arena_free(a);
	return true;
}

/* wherever it ends: no jump through libxml2, whose memory a leak checker watches */
START_TEST(exhaustion)
{
	size_t limit = 64;

	while (!fits(limit))
		limit += 16;
	ck_assert_uint_gt(limit, 64 + 10 * 16);
	ck_assert_uint_lt(limit, 100000);
}
END_TEST

Suite *xml_suite(void)
{
	Suite *s = suite_create("xml");
	TCase *tc = tcase_create("xml");

	tcase_add_test(tc, places);
	tcase_add_test(tc, entities_in_values);
	tcase_add_test(tc, name_spaces);
	tcase_add_test(tc, text_runs);
	tcase_add_test(tc, skipped_children);
	tcase_add_loop_test(tc, refused, 0, sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(tc, alone);
	tcase_add_test(tc, unclosed);
	tcase_add_test(tc, depth);
	tcase_add_test(tc, attributes);
	tcase_add_test(tc, exhaustion);
	suite_add_tcase(s, tc);
	return s;
}
