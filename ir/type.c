/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/type.h"

#include <arpa/inet.h>

#include "ir/field.h"
#include "ir/proto.h"
#include "ir/type_words.h"

#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define IPSET_NAME_MAX 31
#define IPSET_FLAGS_MAX 6

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static enum parse_verdict in_limits(const struct field *f, uint64_t n, uint64_t type_max)
{
	uint64_t max = f->max ? f->max : type_max;

	return n < f->min || n > max ? PARSE_RANGE : PARSE_OK;
}

static bool symbol_value(const struct symbol *names, struct str text, uint32_t *ret)
{
	for (; names && names->name; names++)
		if (str_same_letters(text, str_of(names->name))) {
			*ret = names->value;
			return true;
		}
	return false;
}

/*
 * Decimal, then hexadecimal, as strtoul reads them: blanks and a plus in front,
 * 0x optional, a minus wraps (semantics.md 1.6).
 */
static enum parse_verdict parse_digits(struct str text, bool hex_too, uint64_t *ret)
{
	enum parse_verdict verdict = PARSE_OK;
	struct str s = text;
	bool minus;

	while (s.len && is_blank(s.ptr[0]))
		s = (struct str){s.ptr + 1, s.len - 1};
	minus = s.len && s.ptr[0] == '-';
	if (s.len && (s.ptr[0] == '+' || minus))
		s = (struct str){s.ptr + 1, s.len - 1};
	if (s.len != text.len)
		verdict = minus ? PARSE_ODD : PARSE_LOOSE;
	if (!str_to_u64(s, 10, UINT64_MAX, ret)) {
		struct str digits = s;
		bool prefixed = str_starts(s, STR("0x")) || str_starts(s, STR("0X"));

		if (prefixed)
			digits = (struct str){s.ptr + 2, s.len - 2};
		else if (verdict == PARSE_OK)
			verdict = PARSE_LOOSE;
		if (!hex_too || !str_to_u64(digits, 16, UINT64_MAX, ret))
			return str_only(s, "0123456789") && s.len ? PARSE_RANGE : PARSE_ILLEGAL;
	}
	if (minus)
		*ret = *ret > UINT32_MAX ? UINT64_MAX : (uint32_t)(0 - (uint32_t)*ret);
	return verdict;
}

static enum parse_verdict parse_number(const struct field *f, struct str text, unsigned len,
				       struct value *ret)
{
	uint64_t type_max = UINT64_MAX >> (64 - 8 * len);
	enum parse_verdict verdict;
	uint32_t named;
	uint64_t n;

	if (symbol_value(f->names, text, &named)) {
		*ret = value_of_number(named, len);
		return in_limits(f, named, type_max);
	}
	verdict = parse_digits(text, f->type != TYPE_DECIMAL, &n);
	if (verdict == PARSE_ILLEGAL || verdict == PARSE_RANGE)
		return verdict;
	if (in_limits(f, n, type_max) == PARSE_RANGE)
		return PARSE_RANGE;
	*ret = value_of_number((uint32_t)n, len);
	return verdict;
}

static enum parse_verdict parse_mac(struct str text, struct value *ret)
{
	struct str rest = text;
	struct value v = {.len = 6};
	bool blank = false;

	while (rest.len && is_blank(rest.ptr[rest.len - 1])) {
		rest.len--;
		blank = true;
	}
	for (unsigned i = 0; i < 6; i++) {
		bool last = i == 5;
		struct str group = last ? rest : str_cut(&rest, ':');
		uint64_t n;

		if (group.len > 2 || !str_to_u64(group, 16, 255, &n))
			return PARSE_ILLEGAL;
		v.b[i] = (unsigned char)n;
	}
	*ret = v;
	return blank ? PARSE_LOOSE : PARSE_OK;
}

static enum parse_verdict parse_mac_mask(struct str text, struct value *ret)
{
	struct value v;
	enum parse_verdict verdict = parse_mac(text, &v);

	if (verdict == PARSE_ILLEGAL || value_prefix(v.b, 6) < 0)
		return PARSE_ILLEGAL;
	*ret = v;
	return verdict;
}

/* four decimal octets without leading zeros */
static bool parse_quad(struct str text, struct value *ret)
{
	struct value v = {.len = 4};

	for (unsigned i = 0; i < 4; i++) {
		struct str group = i == 3 ? text : str_cut(&text, '.');
		uint64_t n;

		if (!str_to_u64(group, 10, 255, &n) || (group.len > 1 && group.ptr[0] == '0'))
			return false;
		v.b[i] = (unsigned char)n;
	}
	*ret = v;
	return true;
}

static bool to_c(struct str text, char *buffer, size_t size)
{
	if (!text.len || text.len >= size || memchr(text.ptr, 0, text.len))
		return false;
	memcpy(buffer, text.ptr, text.len);
	buffer[text.len] = 0;
	return true;
}

static enum parse_verdict parse_ipv6(struct str text, struct value *ret)
{
	char c[INET6_ADDRSTRLEN];
	struct value v = {.len = 16};

	if (!to_c(text, c, sizeof(c)) || inet_pton(AF_INET6, c, v.b) != 1)
		return PARSE_ILLEGAL;
	*ret = v;
	return PARSE_OK;
}

static enum parse_verdict parse_ipv4(struct str text, struct value *ret)
{
	static const unsigned char mapped[12] = {[10] = 0xff, 0xff};
	struct value v = {.len = 4};
	struct value six;
	char c[64];

	if (parse_quad(text, ret))
		return PARSE_OK;
	/* the forms of inet_aton(3): short, hexadecimal, octal */
	if (to_c(text, c, sizeof(c)) && str_only(text, "0123456789abcdefABCDEFxX.") &&
	    inet_aton(c, (struct in_addr *)(void *)v.b)) {
		*ret = v;
		return PARSE_ODD;
	}
	if (parse_ipv6(text, &six) == PARSE_OK && !memcmp(six.b, mapped, sizeof(mapped))) {
		memcpy(v.b, six.b + sizeof(mapped), 4);
		*ret = v;
		return PARSE_ODD;
	}
	return PARSE_ILLEGAL;
}

/* a prefix length, or a mask without holes in the form of an address */
static enum parse_verdict parse_mask(struct str text, unsigned len, struct value *ret)
{
	struct value v;
	uint64_t bits;

	if (str_to_u64(text, 10, UINT64_MAX, &bits)) {
		if (bits > len * 8)
			return PARSE_ILLEGAL;
		*ret = value_of_prefix((unsigned)bits, len);
		return PARSE_OK;
	}
	if (len == 4 ? !parse_quad(text, &v) : parse_ipv6(text, &v) != PARSE_OK)
		return PARSE_ILLEGAL;
	if (value_prefix(v.b, len) < 0)
		return PARSE_ILLEGAL;
	*ret = v;
	return PARSE_OK;
}

/* words separated by commas, blanks, or nothing */
static bool parse_words(struct str text, const struct type_word *words, unsigned *ret)
{
	unsigned bits = 0;
	unsigned wiped = 0;
	bool wipe = false;

	while (text.len) {
		const struct type_word *w = words;

		if (text.ptr[0] == ',' || is_blank(text.ptr[0])) {
			text = (struct str){text.ptr + 1, text.len - 1};
			continue;
		}
		while (w->name) {
			struct str name = str_of(w->name);

			if (text.len >= name.len &&
			    str_same_letters((struct str){text.ptr, name.len}, name))
				break;
			w++;
		}
		if (!w->name)
			return false;
		wipe |= w->wipes;
		if (w->wipes)
			wiped = w->bits;
		bits |= w->bits;
		text = (struct str){text.ptr + strlen(w->name), text.len - strlen(w->name)};
	}
	*ret = wipe ? wiped : bits;
	return true;
}

static enum parse_verdict parse_state(struct str text, struct value *ret)
{
	unsigned bits;

	if (!parse_words(text, type_state_words, &bits))
		return PARSE_ILLEGAL;
	*ret = value_of_number(bits, 1);
	return PARSE_OK;
}

static enum parse_verdict parse_tcp_flags(struct str text, struct value *ret)
{
	struct str rest = text;
	struct str mask_text = str_cut(&rest, '/');
	unsigned mask, flags;

	if (mask_text.len == text.len || !parse_words(mask_text, type_tcp_flag_words, &mask) ||
	    !parse_words(rest, type_tcp_flag_words, &flags))
		return PARSE_ILLEGAL;
	*ret = (struct value){.len = 2, .b = {(unsigned char)mask, (unsigned char)flags}};
	return PARSE_OK;
}

static enum parse_verdict parse_bool(struct str text, struct value *ret)
{
	bool yes = str_is(text, "true") || str_is(text, "yes") || str_is(text, "1");
	bool no = str_is(text, "false") || str_is(text, "no") || str_is(text, "0");

	*ret = value_of_number(yes, 1);
	return yes || no ? PARSE_OK : PARSE_ODD;
}

static enum parse_verdict parse_ipset(struct str text, struct value *ret)
{
	if (text.len > IPSET_NAME_MAX || !str_only(text, NAME_CHARS "_.:+ -"))
		return PARSE_ILLEGAL;
	*ret = (struct value){.text = text};
	return PARSE_OK;
}

/* one byte a dimension: 0 src, 1 dst; the first byte counts them */
static enum parse_verdict parse_ipset_flags(struct str text, struct value *ret)
{
	struct value v = {.len = IPSET_FLAGS_MAX + 1};
	bool more = true;

	while (more) {
		size_t before = text.len;
		struct str word = str_cut(&text, ',');
		bool dst = str_same_letters(word, STR("dst"));

		more = word.len != before;
		if (v.b[0] == IPSET_FLAGS_MAX || (!dst && !str_same_letters(word, STR("src"))))
			return PARSE_ILLEGAL;
		v.b[++v.b[0]] = dst;
	}
	*ret = v;
	return PARSE_OK;
}

enum type_id type_of(const struct field *field, const struct proto *proto)
{
	bool six = proto && proto->family == FAMILY_IPV6;

	if (field->type == TYPE_ADDRESS)
		return six ? TYPE_IPV6 : TYPE_IPV4;
	if (field->type == TYPE_ADDRESS_MASK)
		return six ? TYPE_IPV6_MASK : TYPE_IPV4_MASK;
	return field->type;
}

enum parse_verdict type_parse(const struct field *field, const struct proto *proto, struct str text,
			      struct value *ret)
{
	switch (type_of(field, proto)) {
	case TYPE_U8:
		return parse_number(field, text, 1, ret);
	case TYPE_U16:
	case TYPE_DECIMAL:
		return parse_number(field, text, 2, ret);
	case TYPE_U32:
		return parse_number(field, text, 4, ret);
	case TYPE_MAC:
		return parse_mac(text, ret);
	case TYPE_MAC_MASK:
		return parse_mac_mask(text, ret);
	case TYPE_IPV4:
		return parse_ipv4(text, ret);
	case TYPE_IPV4_MASK:
		return parse_mask(text, 4, ret);
	case TYPE_IPV6:
		return parse_ipv6(text, ret);
	case TYPE_IPV6_MASK:
		return parse_mask(text, 16, ret);
	case TYPE_BOOL:
		return parse_bool(text, ret);
	case TYPE_STATE:
		return parse_state(text, ret);
	case TYPE_TCP_FLAGS:
		return parse_tcp_flags(text, ret);
	case TYPE_IPSET:
		return parse_ipset(text, ret);
	case TYPE_IPSET_FLAGS:
		return parse_ipset_flags(text, ret);
	case TYPE_TEXT:
		*ret = (struct value){.text = text};
		return PARSE_OK;
	case TYPE_NONE:
	case TYPE_ADDRESS:
	case TYPE_ADDRESS_MASK:
	case TYPE_MAX:
		break;
	}
	return PARSE_ILLEGAL;
}
