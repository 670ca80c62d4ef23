/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/values.h"

#include "ir/base/buf.h"
#include "ir/digest.h"

/* bytes of a set's name before it is cut and gets a hash; nft takes 127 in all */
#define NAME_MAX_BYTES 100
#define INTERFACE_BYTES 16

/* a set is the same where its elements are: what a key reads does not matter, but its type */
static const struct {
	const char *word;
	enum key_format format;
	struct key key;
} types[] = {
	{"mac", FORMAT_MAC, NAMED_KEY(ETHER_SADDR)},
	{"ipv4", FORMAT_IPV4, NAMED_KEY(IP_SADDR)},
	{"ipv6", FORMAT_IPV6, NAMED_KEY(IP6_SADDR)},
	{"port", FORMAT_DECIMAL, NAMED_KEY(TH_DPORT)},
};
#define NTYPE (sizeof(types) / sizeof(types[0]))
#define RAW_WORD "raw"

static void put_type(struct key key, struct buf *out)
{
	size_t i = 0;

	while (i < NTYPE && types[i].format != key_info(key)->format)
		i++;
	buf_puts(out, i < NTYPE ? types[i].word : RAW_WORD);
	if (i == NTYPE)
		buf_putu(out, key_length(key));
}

struct str values_set_name(struct arena *arena, const struct key *key, unsigned n, struct str what)
{
	unsigned char digest[HASH_BYTES];
	struct buf name;
	struct hash h;
	struct str copy;

	buf_init(&name);
	buf_puts(&name, VALUES_PREFIX);
	for (unsigned i = 0; i < n; i++) {
		if (i)
			buf_putc(&name, '.');
		put_type(key[i], &name);
	}
	buf_putc(&name, '/');
	buf_put(&name, what);
	if (name.len > NAME_MAX_BYTES) {
		hash_init(&h);
		hash_update(&h, name.bytes, name.len);
		hash_final(&h, digest);
		name.len = NAME_MAX_BYTES;
		buf_putc(&name, '/');
		for (unsigned i = 0; i < 8; i++)
			buf_puthex(&name, digest[i], 2);
	}
	copy = str_dup(arena, buf_str(&name));
	buf_release(&name);
	return copy;
}

static bool parse_type(struct str word, struct key *ret)
{
	uint64_t bits;

	for (size_t i = 0; i < NTYPE; i++)
		if (str_is(word, types[i].word)) {
			*ret = types[i].key;
			return true;
		}
	if (!str_starts(word, STR(RAW_WORD)))
		return false;
	word = (struct str){word.ptr + sizeof(RAW_WORD) - 1, word.len - sizeof(RAW_WORD) + 1};
	if (!str_to_u64(word, 10, VALUE_BYTES * 8, &bits) || !bits || bits % 8)
		return false;
	*ret = (struct key){KEY_RAW_NETWORK, 0, (uint16_t)bits};
	return true;
}

bool values_set_parse(struct str name, struct nft_set *ret)
{
	struct str rest = name;
	struct str words;

	*ret = (struct nft_set){.name = name, .kind = SET_VALUES, .nkey = 1};
	ret->key[0] = (struct key)NAMED_KEY(IIFNAME);
	if (!str_starts(name, STR(VALUES_PREFIX)))
		return false;
	words = str_cut(&rest, '/');
	str_cut(&words, '.');
	while (words.len)
		if (ret->nkey == TUPLE_MAX ||
		    !parse_type(str_cut(&words, '.'), &ret->key[ret->nkey++]))
			return false;
	return ret->nkey > 1;
}

/* bytes of the i-th value in the kernel's key */
static size_t padded(const struct nft_set *set, unsigned i)
{
	return (key_size(set->key[i]) + 3u) / 4 * 4;
}

size_t values_key(const struct element *e, struct str tap, unsigned char ret[VALUES_KEY_MAX])
{
	size_t at = INTERFACE_BYTES;

	memset(ret, 0, VALUES_KEY_MAX);
	memcpy(ret, tap.ptr, tap.len < INTERFACE_BYTES ? tap.len : INTERFACE_BYTES - 1);
	for (unsigned i = 1; i < e->set->nkey; i++) {
		memcpy(ret + at, e->value[i - 1], key_size(e->set->key[i]));
		at += padded(e->set, i);
	}
	return at;
}

bool values_element(const struct nft_set *set, struct str bytes, struct str *ret_tap,
		    struct element *ret)
{
	size_t at = INTERFACE_BYTES;

	*ret = (struct element){.set = set};
	if (bytes.len < INTERFACE_BYTES)
		return false;
	*ret_tap = (struct str){bytes.ptr, strnlen(bytes.ptr, INTERFACE_BYTES)};
	for (unsigned i = 1; i < set->nkey; i++) {
		if (bytes.len - at < padded(set, i))
			return false;
		memcpy(ret->value[i - 1], bytes.ptr + at, key_size(set->key[i]));
		at += padded(set, i);
	}
	return at == bytes.len;
}

void values_digest(const struct element_list *list, char ret[VALUES_DIGITS])
{
	unsigned char digest[HASH_BYTES];
	struct hash h;

	hash_init(&h);
	for (size_t i = 0; i < list->at.n; i++) {
		/* other sets of the same names: an interface that moves has none of these values */
		if (list->at.at[i].set->table == TABLE_NETDEV)
			digest_str(&h, STR("netdev"));
		digest_str(&h, list->at.at[i].set->name);
		hash_update(&h, list->at.at[i].value, sizeof(list->at.at[i].value));
	}
	hash_final(&h, digest);
	for (unsigned i = 0; i < VALUES_DIGITS; i++)
		ret[i] = "0123456789abcdef"[digest[i / 2] >> (i % 2 ? 0 : 4) & 15];
}
