/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/xml_report.h"

#include "compiler/xml.h"
#include "compiler/xml_tag.h"

static struct span span_of(const struct xml_place *p, struct range r)
{
	return (struct span){p->source, r.start, r.end};
}

static struct str tag_name(const struct xml_place *p, struct span tag)
{
	return range_str(p->source->bytes, tag_open(p->source->bytes, tag.start).name);
}

void xml_report_mismatch(const struct xml_place *p)
{
	struct diag_list *list = &p->compile->diag;
	struct span inner = p->open[p->depth - 1];
	struct span end = {p->source, tag_back_to(p->source->bytes, p->at, '<'), p->at};
	struct str name = tag_name(p, inner);
	struct str found = tag_name(p, end);
	bool closes_outer = false;
	struct diag *d;

	for (unsigned i = 0; i + 1 < p->depth; i++)
		closes_outer |= str_eq(tag_name(p, p->open[i]), found);
	if (closes_outer) {
		d = diag_report(list, DIAG_XML_MALFORMED, inner, "<%.*s> is never closed",
				STR_ARG(name));
		diag_also(list, d, end, "an outer element ends here");
		return;
	}
	d = diag_report(list, DIAG_XML_MALFORMED, end,
			"expected the end tag </%.*s>, found </%.*s>", STR_ARG(name),
			STR_ARG(found));
	diag_also(list, d, inner, "the element starts here");
}

void xml_report_unclosed(const struct xml_place *p)
{
	struct diag_list *list = &p->compile->diag;
	struct span inner = p->open[p->depth - 1];
	struct diag *d = diag_report(list, DIAG_XML_MALFORMED, inner, "<%.*s> is never closed",
				     STR_ARG(tag_name(p, inner)));

	diag_also(list, d, xml_span_at(p->source, p->at), "the file ends here");
}

void xml_report_repeated(const struct xml_place *p)
{
	struct diag_list *list = &p->compile->diag;
	struct str bytes = p->source->bytes;
	uint32_t start = tag_back_to(bytes, p->at, '<');
	struct tag tag = tag_open(bytes, start);
	struct range name, value, earlier;
	struct diag *d;

	while (tag_next(&tag, &name, &value)) {
		struct tag again = tag_open(bytes, start);

		while (tag_next(&again, &earlier, &value) && earlier.start < name.start) {
			if (!str_eq(range_str(bytes, earlier), range_str(bytes, name)))
				continue;
			d = diag_report(list, DIAG_XML_MALFORMED, span_of(p, name),
					"attribute %.*s is given twice in one element",
					STR_ARG(range_str(bytes, name)));
			diag_also(list, d, span_of(p, earlier), "the first one");
			return;
		}
	}
	diag_report(list, DIAG_XML_MALFORMED, xml_span_at(p->source, start),
		    "an attribute is given twice in one element");
}

void xml_report_character(const struct xml_place *p)
{
	struct diag_list *list = &p->compile->diag;
	struct str bytes = p->source->bytes;
	uint32_t reference = tag_back_to(bytes, p->at, '&');
	bool plain = p->at < bytes.len && (unsigned char)bytes.ptr[p->at] < ' ';
	uint32_t at = plain ? p->at : reference;
	struct diag *d = diag_report(
		list, DIAG_XML_MALFORMED, xml_span_at(p->source, at), "%s XML does not allow",
		plain ? "a control character, which" : "a reference to a character that");

	diag_help(list, d, "leave it out");
}

static bool refuse_encoding(struct compile *c, struct span span, const char *found)
{
	struct diag *d =
		diag_report(&c->diag, DIAG_XML_ENCODING, span, "expected UTF-8, found %s", found);

	diag_help(&c->diag, d, "save the file as UTF-8 and remove the encoding it declares");
	return false;
}

/* length of the sequence at `at`, 0 if it is not well formed (RFC 3629, table of section 4) */
static size_t utf8_length(struct str bytes, size_t at)
{
	const unsigned char *s = (const unsigned char *)bytes.ptr + at;
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	unsigned char low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;

	if ((s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4 || n > bytes.len - at)
		return 0;
	if (n > 1 && (s[1] < low || s[1] > high))
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static bool check_utf8(struct compile *c, const struct source *source)
{
	struct diag *d;

	for (size_t at = 0, n = 0; at < source->bytes.len; at += n) {
		n = utf8_length(source->bytes, at);
		if (n)
			continue;
		d = diag_report(&c->diag, DIAG_XML_ENCODING, xml_span_at(source, (uint32_t)at),
				"expected UTF-8, found the byte 0x%02x, which does not fit",
				(unsigned char)source->bytes.ptr[at]);
		diag_help(&c->diag, d, "save the file as UTF-8");
		return false;
	}
	return true;
}

static bool check_ascii(struct compile *c, const struct source *source)
{
	for (uint32_t i = 0; i < source->bytes.len; i++)
		if ((unsigned char)source->bytes.ptr[i] & 0x80)
			return refuse_encoding(c, xml_span_at(source, i),
					       "a byte that is not ASCII, which is declared");
	return true;
}

/* the encoding that <?xml?> declares; an absent one is UTF-8 */
static bool check_declaration(struct compile *c, const struct source *source, uint32_t at)
{
	struct str bytes = source->bytes;
	struct tag tag = tag_open(bytes, at);
	struct range name, value;

	if (bytes.ptr[at + 1] != '?' || !str_is(range_str(bytes, tag.name), "xml"))
		return true;
	while (tag_next(&tag, &name, &value)) {
		struct str text = range_str(bytes, value);

		if (!str_is(range_str(bytes, name), "encoding") ||
		    str_same_letters(text, STR("UTF-8")))
			continue;
		if (!str_same_letters(text, STR("US-ASCII")) &&
		    !str_same_letters(text, STR("ASCII")))
			return refuse_encoding(c, (struct span){source, value.start, value.end},
					       "a declaration of another encoding");
		if (!check_ascii(c, source))
			return false;
	}
	return true;
}

/* libxml2 compares each attribute of a tag with all others, which takes long for many */
static bool check_attributes(struct compile *c, const struct source *source)
{
	struct str bytes = source->bytes;
	struct range name, value;
	uint32_t at = 0;

	while (at < bytes.len) {
		const char *next = memchr(bytes.ptr + at, '<', bytes.len - at);
		unsigned n = 0;
		struct tag tag;

		if (!next)
			break;
		tag = tag_open(bytes, (uint32_t)(next - bytes.ptr));
		while (tag_next(&tag, &name, &value)) {
			if (++n <= XML_ATTRIBUTE_LIMIT)
				continue;
			diag_report(&c->diag, DIAG_XML_MALFORMED,
				    (struct span){source, name.start, name.end},
				    "expected at most %d attributes in one element, found more",
				    XML_ATTRIBUTE_LIMIT);
			return false;
		}
		at = tag.at;
	}
	return true;
}

bool xml_check_bytes(struct compile *c, const struct source *source, uint32_t *ret_start)
{
	struct str bytes = source->bytes;
	const char *nul = bytes.len ? memchr(bytes.ptr, 0, bytes.len) : NULL;
	uint32_t at = str_starts(bytes, STR("\xef\xbb\xbf")) ? 3 : 0;

	*ret_start = at;
	if (str_starts(bytes, STR("\xfe\xff")) || str_starts(bytes, STR("\xff\xfe")))
		return refuse_encoding(c, (struct span){source, 0, 2},
				       "the mark of UTF-16 or UTF-32");
	if (nul) {
		diag_report(&c->diag, DIAG_XML_MALFORMED,
			    xml_span_at(source, (uint32_t)(nul - bytes.ptr)),
			    "expected text, found a NUL byte");
		return false;
	}
	while (at < bytes.len && memchr(" \t\r\n", bytes.ptr[at], 4))
		at++;
	if (bytes.len - at < 2) {
		diag_report(&c->diag, DIAG_XML_MALFORMED, xml_span_at(source, 0),
			    "expected an XML document, found %s",
			    at == bytes.len ? "nothing" : "one character");
		return false;
	}
	if (bytes.ptr[at] != '<') {
		diag_report(&c->diag, DIAG_XML_MALFORMED, xml_span_at(source, at),
			    "expected '<', the start of an XML document, found other text");
		return false;
	}
	return check_declaration(c, source, at) && check_utf8(c, source) &&
	       check_attributes(c, source);
}
