/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>

#include "compiler/flow_parser.h"
#include "ir/type_words.h"

#define ADDRESS_WORDS "an address such as 192.0.2.7, 192.0.2.7:80, 2001:db8::7 or [2001:db8::7]:80"
#define PORT_WORDS "a port from 0 to 65535"

bool flow_conflict(struct flow_parser *p, struct span span, const char *format, ...)
{
	struct compile *c = p->tokens.compile;
	struct str text;
	va_list args;

	va_start(args, format);
	text = str_vprintf(c->arena, format, args);
	va_end(args);
	diag_report(&c->diag, DIAG_FLOW_CONFLICT, span, "%.*s", STR_ARG(text));
	return false;
}

bool flow_mac(struct flow_parser *p, unsigned char *ret)
{
	const struct token *token = token_peek(&p->tokens);
	struct value v;

	if (!token)
		return token_expected(&p->tokens, type_expected(TYPE_MAC));
	if (type_parse(field(FIELD_SRCMAC), NULL, token->text, &v) != PARSE_OK)
		return token_illegal(&p->tokens, token, token->text, type_expected(TYPE_MAC));
	memcpy(ret, v.b, 6);
	p->tokens.at++;
	return true;
}

/* ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT; *ret_port is empty if there is none */
static void split_address(struct str text, struct str *ret_address, struct str *ret_port)
{
	struct str rest = text;
	struct str head = str_cut(&rest, ':');

	*ret_address = text;
	*ret_port = (struct str){0};
	if (text.len && text.ptr[0] == '[' && memchr(text.ptr, ']', text.len)) {
		rest = (struct str){text.ptr + 1, text.len - 1};
		*ret_address = str_cut(&rest, ']');
		if (rest.len)
			*ret_port = rest.ptr[0] == ':' ? (struct str){rest.ptr + 1, rest.len - 1}
						       : rest;
	} else if (head.len < text.len && !memchr(rest.ptr, ':', rest.len)) {
		*ret_address = head;
		*ret_port = rest;
	}
}

static bool parse_port(struct flow_parser *p, const struct token *token, struct str text,
		       uint16_t *ret)
{
	uint64_t port;

	if (!(p->spec.classes & CLASS_PORTS))
		return flow_conflict(p, token_part(token, text), "%s has no ports, found \"%.*s\"",
				     p->spec.proto->name, STR_ARG(text));
	if (!str_to_u64(text, 10, 65535, &port))
		return token_illegal(&p->tokens, token, text, PORT_WORDS);
	*ret = (uint16_t)port;
	return true;
}

static bool take_family(struct flow_parser *p, const struct token *token, struct str address,
			enum family family)
{
	static const char *const words[FAMILY_MAX] = {[FAMILY_NONE] = "",
						      [FAMILY_IPV4] = "an IPv4 address",
						      [FAMILY_IPV6] = "an IPv6 address"};
	struct flow_spec *s = &p->spec;

	if (s->family != FAMILY_NONE && s->family != family)
		return flow_conflict(p, token_part(token, address), "expected %s, found \"%.*s\"",
				     words[s->family], STR_ARG(address));
	s->family = family;
	if (family == FAMILY_IPV6)
		s->classes |= CLASS_IPV6;
	return true;
}

bool flow_address(struct flow_parser *p, struct value *ret, bool *ret_given, uint16_t *ret_port)
{
	const struct token *token = token_peek(&p->tokens);
	enum family family = FAMILY_IPV4;
	struct str address, port;

	if (!token)
		return token_expected(&p->tokens, ADDRESS_WORDS);
	split_address(token->text, &address, &port);
	if (type_parse(field(FIELD_SRCIP), proto(PROTO_IP), address, ret) != PARSE_OK) {
		family = FAMILY_IPV6;
		if (type_parse(field(FIELD_SRCIP), proto(PROTO_IPV6), address, ret) != PARSE_OK)
			return token_illegal(&p->tokens, token, address, ADDRESS_WORDS);
	}
	if (!take_family(p, token, address, family))
		return false;
	*ret_given = port.ptr != NULL;
	if (*ret_given && !parse_port(p, token, port, ret_port))
		return false;
	p->tokens.at++;
	return true;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'                 ? c - '0'
	       : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
						    : -1;
}

/* one word of pairs of digits, colons between them or not; false: it is something else */
static bool put_hex(struct flow_spec *s, struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		int high = hex_digit(text.ptr[i]);
		int low = i + 1 < text.len ? hex_digit(text.ptr[i + 1]) : -1;

		if (text.ptr[i] == ':' && n)
			continue;
		if (high < 0 || low < 0)
			return false;
		if (s->nhex + n < FLOW_FRAME_MAX)
			s->hex[s->nhex + n] = (unsigned char)(high << 4 | low);
		n++;
		i++;
	}
	s->nhex += n;
	return true;
}

bool flow_hex(struct flow_parser *p)
{
	struct flow_spec *s = &p->spec;
	const struct token *token;
	size_t room = 1;

	/* a file of many frames must not take the room of the longest for each */
	for (size_t i = p->tokens.at; i < p->tokens.token.n; i++)
		room += p->tokens.token.at[i].text.len;
	s->hex = arena_alloc(p->tokens.compile->arena,
			     room < FLOW_FRAME_MAX ? room : FLOW_FRAME_MAX);
	while ((token = token_peek(&p->tokens)) && put_hex(s, token->text))
		p->tokens.at++;
	if (s->nhex >= 14 && s->nhex <= FLOW_FRAME_MAX)
		return true;
	if (s->nhex)
		return flow_conflict(p, p->tokens.text, "a frame has 14 to %d bytes, this one %zu",
				     FLOW_FRAME_MAX, s->nhex);
	return token_expected(&p->tokens, "the bytes of a frame in hexadecimal");
}

bool flow_flags(struct flow_parser *p, uint32_t *ret)
{
	const struct token *token = token_peek(&p->tokens);
	struct str rest;

	if (!token)
		return token_expected(&p->tokens, flow_words[WORD_FLAGS].expected);
	rest = token->text;
	do {
		struct str word = str_cut(&rest, ',');
		const struct type_word *w = type_tcp_flag_words;

		while (w->name && !str_same_letters(word, str_of(w->name)))
			w++;
		if (!w->name)
			return token_illegal(&p->tokens, token, word,
					     flow_words[WORD_FLAGS].expected);
		*ret |= w->bits;
	} while (rest.len);
	p->tokens.at++;
	return true;
}
