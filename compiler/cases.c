/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cases.h"

#include "compiler/nearest.h"
#include "compiler/parse.h"

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-"
#define DEFAULT_TAP "vnet0"

struct reader {
	struct compile *compile;
	struct case_file *file;
	struct case_block *block;
	bool ok;
};

static struct span trim(struct span span)
{
	const char *b = span.source->bytes.ptr;

	while (span.start < span.end && strchr(" \t\r", b[span.start]) && b[span.start])
		span.start++;
	while (span.start < span.end && strchr(" \t\r", b[span.end - 1]) && b[span.end - 1])
		span.end--;
	return span;
}

static struct diag *complain(struct reader *r, struct span span, const char *what)
{
	r->ok = false;
	return diag_report(&r->compile->diag, DIAG_CASE_LINE, span, "%s", what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* the first word, cut off *rest */
static struct span cut_word(struct span *rest)
{
	const char *b = rest->source->bytes.ptr;
	struct span word = *rest;

	word.end = word.start;
	while (word.end < rest->end && !is_blank(b[word.end]))
		word.end++;
	rest->start = word.end;
	*rest = trim(*rest);
	return word;
}

/* a # that begins a word begins a comment */
static struct span without_comment(struct span line)
{
	const char *b = line.source->bytes.ptr;

	for (uint32_t i = line.start; i < line.end; i++)
		if (b[i] == '#' && (i == line.start || is_blank(b[i - 1]))) {
			line.end = i;
			break;
		}
	return trim(line);
}

static void begin_block(struct reader *r)
{
	static const unsigned char mac[] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
	struct arena *a = r->compile->arena;
	struct binding *b = ARENA_NEW(a, struct binding);

	b->tap = STR(DEFAULT_TAP);
	memcpy(b->mac, mac, sizeof(mac));
	r->block = VEC_PUSH(a, &r->file->block);
	r->block->binding = b;
}

static bool header_tap(struct reader *r, struct span value)
{
	r->block->binding->tap = span_text(value);
	r->block->binding->tap_span = value;
	if (tap_name_ok(span_text(value)))
		return true;
	complain(r, value, "this is no name for an interface");
	return false;
}

static bool header_mac(struct reader *r, struct span value)
{
	struct value mac;

	if (type_parse(field(FIELD_SRCMAC), NULL, span_text(value), &mac) != PARSE_OK) {
		complain(r, value, "expected a MAC address such as 52:54:00:12:34:56");
		return false;
	}
	memcpy(r->block->binding->mac, mac.b, 6);
	r->block->binding->span = value;
	return true;
}

static bool header_filter(struct reader *r, struct span value)
{
	r->block->binding->filter = intern(&r->compile->names, span_text(value));
	r->block->binding->filter_span = value;
	return true;
}

static bool header_include(struct reader *r, struct span value)
{
	*VEC_PUSH(r->compile->arena, &r->block->include) = value;
	return true;
}

static bool header_set(struct reader *r, struct span value)
{
	*VEC_PUSH(r->compile->arena, &r->block->set) = value;
	return true;
}

static bool header_binding(struct reader *r, struct span value)
{
	r->block->binding_file = value;
	return true;
}

static const struct header {
	const char *name;
	bool (*read)(struct reader *r, struct span value);
} headers[] = {
	{"tap", header_tap},         {"mac", header_mac}, {"filter", header_filter},
	{"include", header_include}, {"set", header_set}, {"binding", header_binding},
};

#define NHEADER (sizeof(headers) / sizeof(headers[0]))

/* NAME = VALUE, VALUE */
static void read_values(struct reader *r, struct span name, struct span rest)
{
	const char *b = rest.source->bytes.ptr;
	struct span value = rest;

	do {
		const char *comma = memchr(b + rest.start, ',', rest.end - rest.start);

		value = rest;
		value.end = comma ? (uint32_t)(comma - b) : rest.end;
		rest.start = comma ? value.end + 1 : rest.end;
		value = trim(value);
		if (value.start == value.end)
			complain(r, value, "expected a value: NAME = VALUE, VALUE");
		else
			r->ok &= parameter_add(r->compile, &r->block->binding->parameter,
					       intern(&r->compile->names, span_text(name)), name,
					       span_text(value), value);
	} while (rest.start < rest.end);
}

/* splits at the = behind a name; false if there is none */
static bool split_parameter(struct span line, struct span *ret_name, struct span *ret_value)
{
	struct str text = span_text(line);
	struct span name = line;

	name.end = name.start;
	while (name.end < line.end &&
	       str_only((struct str){text.ptr + (name.end - line.start), 1}, NAME_CHARACTERS))
		name.end++;
	*ret_value = line;
	ret_value->start = name.end;
	*ret_value = trim(*ret_value);
	if (name.start == name.end || ret_value->start == ret_value->end ||
	    line.source->bytes.ptr[ret_value->start] != '=')
		return false;
	ret_value->start++;
	*ret_value = trim(*ret_value);
	*ret_name = name;
	return true;
}

static void read_header(struct reader *r, struct span line)
{
	struct span rest = line;
	struct span name, word;
	struct nearest near;
	struct diag *d;
	size_t i = 0;

	if (!r->block || r->block->cases.n)
		begin_block(r);
	if (split_parameter(line, &name, &rest)) {
		read_values(r, name, rest);
		return;
	}
	rest = line;
	word = cut_word(&rest);
	while (i < NHEADER && !str_is(span_text(word), headers[i].name))
		i++;
	if (i < NHEADER && rest.start < rest.end) {
		headers[i].read(r, rest);
		return;
	}
	if (i < NHEADER) {
		complain(r, word, "this header needs a value");
		return;
	}
	d = complain(r, word,
		     "expected a header or a case: out, in, filter, tap, mac, include, "
		     "set, binding, or NAME = VALUE");
	nearest_init(&near, span_text(word));
	nearest_offer_all(&near, (const char *const[]){"out", "in", NULL});
	for (i = 0; i < NHEADER; i++)
		nearest_offer(&near, str_of(headers[i].name));
	nearest_help(&near, &r->compile->diag, d, "\"", "\"");
}

/* the colon that stands alone, or the end of the line */
static uint32_t find_colon(struct span line)
{
	const char *b = line.source->bytes.ptr;
	uint32_t i = line.start + 1;

	while (i < line.end &&
	       !(b[i] == ':' && is_blank(b[i - 1]) && (i + 1 == line.end || is_blank(b[i + 1]))))
		i++;
	return i < line.end ? i : line.end;
}

/* FILE, FILE:LINE, or nothing */
static bool read_place(struct reader *r, struct span place, struct expectation *ret)
{
	struct str text = span_text(place);
	const char *colon = memrchr(text.ptr, ':', text.len);
	struct str line = {0};
	uint64_t number;

	if (colon)
		line = (struct str){colon + 1, text.len - (size_t)(colon + 1 - text.ptr)};
	ret->by = text;
	ret->nothing = str_is(text, "nothing");
	if (colon && !str_to_u64(line, 10, UINT32_MAX, &number)) {
		complain(r, place, "expected the line of a rule: by FILE:LINE");
		return false;
	}
	if (!colon)
		return true;
	ret->by.len = (size_t)(colon - text.ptr);
	ret->line = (unsigned)number;
	return true;
}

static bool read_expectation(struct reader *r, struct span rest, struct expectation *ret)
{
	static const struct symbol verdicts[] = {{"accept", VERDICT_ACCEPT},
						 {"drop", VERDICT_DROP},
						 {"reject", VERDICT_REJECT},
						 {0}};
	const struct symbol *v = verdicts;
	struct span word;

	ret->span = rest;
	word = cut_word(&rest);
	while (v->name && !str_is(span_text(word), v->name))
		v++;
	if (!v->name) {
		complain(r, word, "expected what has to happen: accept, drop or reject");
		return false;
	}
	ret->verdict = (enum verdict)v->value;
	if (rest.start == rest.end)
		return true;
	word = cut_word(&rest);
	if (!str_is(span_text(word), "by") || rest.start == rest.end) {
		complain(r, word, "expected by and a rule: by FILE:LINE, by FILE, or by nothing");
		return false;
	}
	return read_place(r, rest, ret);
}

static void read_case(struct reader *r, struct span line)
{
	struct filter_case *to;
	struct filter_case one = {.span = line, .flow = line};
	struct span rest = line;

	if (!r->block)
		begin_block(r);
	one.flow.end = find_colon(line);
	rest.start = one.flow.end + (one.flow.end < line.end);
	one.flow = trim(one.flow);
	if (one.flow.end == line.end) {
		struct span end = {line.source, line.end, line.end};

		complain(r, end, "expected a colon between blanks, and what has to happen");
		return;
	}
	if (!read_expectation(r, trim(rest), &one.expected))
		return;
	to = VEC_PUSH(r->compile->arena, &r->block->cases);
	*to = one;
}

static void read_line(struct reader *r, struct span line)
{
	struct span rest = without_comment(line);
	struct span text = rest;
	struct str word;

	if (rest.start == rest.end)
		return;
	word = span_text(cut_word(&rest));
	if (str_is(word, "out") || str_is(word, "in"))
		read_case(r, text);
	else
		read_header(r, text);
}

bool cases_parse(struct compile *c, const struct source *source, struct case_file *ret)
{
	struct reader r = {.compile = c, .file = ret, .ok = true};

	*ret = (struct case_file){.source = source};
	for (size_t i = 0; i < source->nline; i++) {
		struct str text = source_line(source, (unsigned)i + 1);
		uint32_t start = source->line_start[i];

		read_line(&r, (struct span){source, start, start + (uint32_t)text.len});
	}
	return r.ok;
}

/* "no-smtp.xml" and "filters/no-smtp.xml" are the file filters/no-smtp.xml; no-smtp the filter */
static bool names_file(struct str by, struct str file)
{
	return str_ends(file, by) && (file.len == by.len || file.ptr[file.len - by.len - 1] == '/');
}

/* a path is written as seen from the file of cases, or from anywhere above */
static struct str without_dots(struct str by)
{
	while (str_starts(by, STR("../")) || str_starts(by, STR("./")))
		str_cut(&by, '/');
	return by;
}

bool expectation_names(const struct expectation *e, const struct nft_rule *rule)
{
	struct str by = without_dots(e->by);

	for (const struct origin *o = rule ? &rule->origin : NULL; o && o->rule; o = o->more) {
		struct span span = o->rule->span;

		if (e->line && e->line != span_position(span).line)
			continue;
		if (names_file(by, span.source->name) || str_eq(by, o->path->filter->name))
			return true;
	}
	return false;
}
