/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>

#include "ir/base/buf.h"
#include "ir/field.h"
#include "ir/proto.h"
#include "ir/type.h"
#include "ir/type_words.h"

const struct type_word type_state_words[] = {
	{"NEW", STATE_NEW, false},         {"ESTABLISHED", STATE_ESTABLISHED, false},
	{"RELATED", STATE_RELATED, false}, {"INVALID", STATE_INVALID, false},
	{"NONE", STATE_NONE, true},        {0},
};

/* RFC 9293 3.1; libvirt knows six of the eight */
const struct type_word type_tcp_flag_words[] = {
	{"FIN", 1, false},    {"SYN", 2, false},  {"RST", 4, false},
	{"PSH", 8, false},    {"ACK", 16, false}, {"URG", 32, false},
	{"ALL", 0x3f, false}, {"NONE", 0, true},  {0},
};

static const struct {
	const char *name;
	const char *expected;
} types[] = {
	[TYPE_NONE] = {"none", "nothing"},
	[TYPE_U8] = {"number 0-255", "a number from 0 to 255"},
	[TYPE_U16] = {"number 0-65535", "a number from 0 to 65535"},
	[TYPE_U32] = {"number 0-4294967295", "a number from 0 to 4294967295"},
	[TYPE_DECIMAL] = {"decimal 0-65535", "a decimal number from 0 to 65535"},
	[TYPE_MAC] = {"MAC address", "a MAC address such as 52:54:00:12:34:56"},
	[TYPE_MAC_MASK] = {"MAC mask", "a MAC mask without holes such as ff:ff:ff:00:00:00"},
	[TYPE_IPV4] = {"IPv4 address", "an IPv4 address such as 192.0.2.7"},
	[TYPE_IPV4_MASK] = {"IPv4 mask",
			    "a prefix length from 0 to 32 or a mask such as 255.255.255.0"},
	[TYPE_IPV6] = {"IPv6 address", "an IPv6 address such as 2001:db8::7"},
	[TYPE_IPV6_MASK] = {"IPv6 mask", "a prefix length from 0 to 128 or a mask such as ffff::"},
	[TYPE_BOOL] = {"truth value", "true or false"},
	[TYPE_STATE] = {"connection states",
			"a list of NEW, ESTABLISHED, RELATED, INVALID, or NONE"},
	[TYPE_TCP_FLAGS] = {"TCP flags",
			    "MASK/FLAGS, lists of SYN, ACK, FIN, RST, URG, PSH, ALL or NONE"},
	[TYPE_IPSET] = {"set name", "a set name of at most 31 letters, digits and _.:+-"},
	[TYPE_IPSET_FLAGS] = {"set flags", "one to six of src and dst, separated by commas"},
	[TYPE_TEXT] = {"text", "text"},
	[TYPE_ADDRESS] = {"IP address", "an IP address"},
	[TYPE_ADDRESS_MASK] = {"IP mask", "a prefix length or a mask"},
};

const char *type_name(enum type_id type)
{
	return types[type].name;
}

const char *type_expected(enum type_id type)
{
	return types[type].expected;
}

/* the one word that says it all, or those of single bits */
static void print_words(const struct type_word *words, unsigned bits, struct buf *out)
{
	const char *separator = "";

	for (const struct type_word *w = words; w->name; w++)
		if (w->bits == bits) {
			buf_puts(out, w->name);
			return;
		}
	for (; words->name; words++)
		if (words->bits & bits && !(words->bits & (words->bits - 1))) {
			buf_puts(out, separator);
			buf_puts(out, words->name);
			separator = ",";
		}
}

static void print_mask(const struct value *v, struct buf *out)
{
	buf_putu(out, (uint64_t)value_prefix(v->b, v->len));
}

static void print_address(int family, const struct value *v, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	buf_puts(out, inet_ntop(family, v->b, text, sizeof(text)));
}

static void print_number(const struct field *f, const struct value *v, struct buf *out)
{
	for (const struct symbol *s = f->names; s && s->name; s++)
		if (s->value == value_number(v)) {
			buf_puts(out, s->name);
			return;
		}
	buf_putu(out, value_number(v));
}

static void print_mac(const struct value *v, struct buf *out)
{
	for (unsigned i = 0; i < 6; i++) {
		buf_puts(out, i ? ":" : "");
		buf_puthex(out, v->b[i], 2);
	}
}

void type_print(const struct field *field, const struct proto *proto, const struct value *value,
		struct buf *out)
{
	switch (type_of(field, proto)) {
	case TYPE_U8:
	case TYPE_U16:
	case TYPE_U32:
	case TYPE_DECIMAL:
		print_number(field, value, out);
		break;
	case TYPE_MAC:
	case TYPE_MAC_MASK:
		print_mac(value, out);
		break;
	case TYPE_IPV4:
		print_address(AF_INET, value, out);
		break;
	case TYPE_IPV6:
		print_address(AF_INET6, value, out);
		break;
	case TYPE_IPV4_MASK:
	case TYPE_IPV6_MASK:
		print_mask(value, out);
		break;
	case TYPE_BOOL:
		buf_puts(out, value->b[0] ? "true" : "false");
		break;
	case TYPE_STATE:
		print_words(type_state_words, value->b[0], out);
		break;
	case TYPE_TCP_FLAGS:
		print_words(type_tcp_flag_words, value->b[0], out);
		buf_putc(out, '/');
		print_words(type_tcp_flag_words, value->b[1], out);
		break;
	case TYPE_IPSET_FLAGS:
		for (unsigned i = 0; i < value->b[0]; i++)
			buf_printf(out, "%s%s", i ? "," : "", value->b[i + 1] ? "dst" : "src");
		break;
	case TYPE_IPSET:
	case TYPE_TEXT:
		buf_put(out, value->text);
		break;
	case TYPE_NONE:
	case TYPE_ADDRESS:
	case TYPE_ADDRESS_MASK:
	case TYPE_MAX:
		break;
	}
}
