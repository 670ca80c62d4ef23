/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/spell.h"

#include <arpa/inet.h>

/* room that the name of a filter may take of a comment; the rest is ":LINE" and the user's */
#define COMMENT_NAME_MAX 96
#define DAY 86400u
/* dots that stand for the origins without room */
#define COMMENT_MORE 3

/* all bits of the key, which are the last that are read */
static void put_far_mask(struct buf *out, struct key key)
{
	buf_puts(out, " & 0x");
	for (unsigned i = 0; i < key_size(key); i++)
		buf_puthex(out, 0xff, 2);
}

void spell_key(struct buf *out, struct key key)
{
	const struct key_info *info = key_info(key);
	unsigned lead = key_lead(key);

	buf_puts(out, info->spelling);
	if (!info->length) {
		buf_putc(out, ',');
		buf_putu(out, key.offset - lead);
		buf_putc(out, ',');
		buf_putu(out, lead + key.length);
		if (lead)
			put_far_mask(out, key);
	} else if (info->base == BASE_TCPOPTION) {
		buf_putc(out, ' ');
		buf_putu(out, key.offset);
	}
}

static void put_decimal(struct buf *out, struct key key, const unsigned char *value)
{
	buf_putu(out, stmt_number_of(value, key_size(key)));
}

static void put_hex(struct buf *out, struct key key, const unsigned char *value)
{
	buf_puts(out, "0x");
	for (unsigned i = 0; i < key_size(key); i++)
		buf_puthex(out, value[i], 2);
}

static void put_mac(struct buf *out, struct key key, const unsigned char *value)
{
	for (unsigned i = 0; i < key_size(key); i++) {
		if (i)
			buf_putc(out, ':');
		buf_puthex(out, value[i], 2);
	}
}

static void put_ipv4(struct buf *out, struct key key, const unsigned char *value)
{
	for (unsigned i = 0; i < key_size(key); i++) {
		if (i)
			buf_putc(out, '.');
		buf_putu(out, value[i]);
	}
}

static void put_ipv6(struct buf *out, struct key key, const unsigned char *value)
{
	char text[INET6_ADDRSTRLEN];

	(void)key;
	buf_puts(out, inet_ntop(AF_INET6, value, text, sizeof(text)));
}

static void put_ethertype(struct buf *out, struct key key, const unsigned char *value)
{
	static const struct {
		unsigned number;
		const char *name;
	} names[] = {{0x0800, "ip"}, {0x86dd, "ip6"}, {0x0806, "arp"}, {0x8100, "vlan"}};
	unsigned number = stmt_number_of(value, key_size(key));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number) {
			buf_puts(out, names[i].name);
			return;
		}
	put_hex(out, key, value);
}

static void put_name(struct buf *out, struct key key, const unsigned char *value)
{
	struct str name = {(const char *)value, strnlen((const char *)value, key_size(key))};

	buf_putc(out, '"');
	spell_name(out, name);
	buf_putc(out, '"');
}

void spell_states(struct buf *out, unsigned bits, const char *separator)
{
	static const struct {
		unsigned bit;
		const char *word;
	} words[] = {
		{STATE_NEW, "new"},
		{STATE_ESTABLISHED, "established"},
		{STATE_RELATED, "related"},
		{STATE_INVALID, "invalid"},
	};
	bool more = false;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bits & words[i].bit) {
			if (more)
				buf_puts(out, separator);
			buf_puts(out, words[i].word);
			more = true;
		}
}

static void put_state(struct buf *out, struct key key, const unsigned char *value)
{
	spell_states(out, stmt_number_of(value, key_size(key)), ",");
}

static void put_direction(struct buf *out, struct key key, const unsigned char *value)
{
	buf_puts(out, stmt_number_of(value, key_size(key)) ? "reply" : "original");
}

static void put_exists(struct buf *out, struct key key, const unsigned char *value)
{
	buf_puts(out, stmt_number_of(value, key_size(key)) ? "exists" : "missing");
}

/* how constants look, in general and where nft takes no names (`ip-arp` would be one word) */
typedef void put_fn(struct buf *out, struct key key, const unsigned char *value);

static put_fn *const value_put[] = {
	[FORMAT_DECIMAL] = put_decimal,
	[FORMAT_HEX] = put_hex,
	[FORMAT_MAC] = put_mac,
	[FORMAT_IPV4] = put_ipv4,
	[FORMAT_IPV6] = put_ipv6,
	[FORMAT_ETHERTYPE] = put_ethertype,
	[FORMAT_NAME] = put_name,
	[FORMAT_STATE] = put_state,
	[FORMAT_DIRECTION] = put_direction,
	[FORMAT_EXISTS] = put_exists,
};

void spell_value(struct buf *out, struct key key, const unsigned char *value)
{
	value_put[key_info(key)->format](out, key, value);
}

void spell_plain(struct buf *out, struct key key, const unsigned char *value)
{
	if (key_info(key)->format == FORMAT_ETHERTYPE)
		put_hex(out, key, value);
	else
		spell_value(out, key, value);
}

void spell_seconds(struct buf *out, unsigned seconds)
{
	bool days = !(seconds % DAY);

	buf_putu(out, days ? seconds / DAY : seconds);
	buf_putc(out, days ? 'd' : 's');
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == ':' || c == '+' || c == '-';
}

void spell_name(struct buf *out, struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		buf_putc(out, is_name_char(name.ptr[i]) ? name.ptr[i] : '_');
}

bool key_is_flags(struct key key)
{
	return key.id == KEY_TCP_FLAGS;
}

const char *key_set_type(struct key key)
{
	static const char *const types[KEY_MAX] = {
		[KEY_ETHER_DADDR] = "ether_addr",
		[KEY_ETHER_SADDR] = "ether_addr",
		[KEY_ARP_SADDR_ETHER] = "ether_addr",
		[KEY_ARP_DADDR_ETHER] = "ether_addr",
		[KEY_ARP_SADDR_IP] = "ipv4_addr",
		[KEY_ARP_DADDR_IP] = "ipv4_addr",
		[KEY_IP_SADDR] = "ipv4_addr",
		[KEY_IP_DADDR] = "ipv4_addr",
		[KEY_IP6_SADDR] = "ipv6_addr",
		[KEY_IP6_DADDR] = "ipv6_addr",
		[KEY_L4PROTO] = "inet_proto",
		[KEY_IP_PROTOCOL] = "inet_proto",
		[KEY_TH_SPORT] = "inet_service",
		[KEY_TH_DPORT] = "inet_service",
		[KEY_IIFNAME] = "ifname",
		[KEY_OIFNAME] = "ifname",
		[KEY_MARK] = "mark",
	};

	return types[key.id];
}

static void comment_put(struct rule_comment *c, char byte)
{
	if (c->len < sizeof(c->text))
		c->text[c->len++] = byte;
}

static void comment_number(struct rule_comment *c, unsigned number)
{
	if (number >= 10)
		comment_number(c, number / 10);
	comment_put(c, (char)('0' + number % 10));
}

static void comment_origin(struct rule_comment *c, const struct origin *o)
{
	struct str name = o->path->filter->name;

	for (size_t i = 0; i < name.len && i < COMMENT_NAME_MAX; i++)
		comment_put(c, is_name_char(name.ptr[i]) ? name.ptr[i] : '_');
	comment_put(c, ':');
	comment_number(c, span_position(o->rule->span).line);
}

static void comment_origins(struct rule_comment *c, const struct origin *first)
{
	const struct origin *last = first;

	for (const struct origin *o = first; o && o->rule; last = o, o = o->more) {
		struct rule_comment one = {.len = 0};

		if (o != first && o->path->filter == last->path->filter) {
			comment_put(&one, ',');
			comment_number(&one, span_position(o->rule->span).line);
		} else {
			if (o != first)
				comment_put(&one, ' ');
			comment_origin(&one, o);
		}
		if (o != first && c->len + one.len + COMMENT_MORE > sizeof(c->text)) {
			for (unsigned i = 0; i < COMMENT_MORE; i++)
				comment_put(c, '.');
			return;
		}
		memcpy(c->text + c->len, one.text, one.len);
		c->len += one.len;
	}
}

void rule_comment(const struct nft_rule *rule, struct rule_comment *ret)
{
	ret->len = 0;
	comment_origins(ret, &rule->origin);
	if (rule->origin.rule && rule->comment.len)
		comment_put(ret, ' ');
	for (size_t i = 0; i < rule->comment.len; i++) {
		char c = rule->comment.ptr[i];

		comment_put(ret, c >= ' ' && c <= '~' && c != '"' && c != '\\' ? c : '_');
	}
}
