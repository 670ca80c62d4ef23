/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/set_member.h"

#include "ir/proto.h"

/* one part of an element as nft reads it for a key: a value, and how many bits of it count */
static bool read_part(struct key key, struct str text, struct value *ret, unsigned *ret_bits)
{
	static const struct {
		enum key_format format;
		enum field_id field;
		enum proto_id proto;
	} types[] = {
		{FORMAT_IPV4, FIELD_SRCIP, PROTO_IP},
		{FORMAT_IPV6, FIELD_SRCIP, PROTO_IPV6},
		{FORMAT_MAC, FIELD_SRCMAC, PROTO_MAC},
	};
	struct str prefix = text;
	struct str head = str_cut(&prefix, '/');
	uint64_t number;

	*ret_bits = key_length(key);
	if (prefix.len) {
		if (!str_to_u64(prefix, 10, *ret_bits, &number))
			return false;
		*ret_bits = (unsigned)number;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].format == key_info(key)->format)
			return type_parse(field(types[i].field), proto(types[i].proto), head,
					  ret) == PARSE_OK;
	if (key_info(key)->format != FORMAT_DECIMAL || !str_to_u64(head, 10, UINT32_MAX, &number))
		return false;
	*ret = value_of_number((uint32_t)number, key_size(key));
	return true;
}

static bool same_bits(const struct value *a, const struct value *b, unsigned bits)
{
	struct value mask = value_of_prefix(bits, a->len);

	for (unsigned i = 0; i < a->len; i++)
		if ((a->b[i] ^ b->b[i]) & mask.b[i])
			return false;
	return true;
}

/* "192.0.2.0/24 . 6 . 80": parts with a dot between blanks */
static bool element_holds(const struct nft_set *set, struct str element, const struct value *v)
{
	for (unsigned i = 0; i < set->nkey; i++) {
		struct str part = str_trim(str_cut(&element, ' '));
		struct value wanted;
		unsigned bits;

		if (!read_part(set->key[i], part, &wanted, &bits) || wanted.len != v[i].len ||
		    !same_bits(&wanted, &v[i], bits))
			return false;
		/* the dot */
		str_cut(&element, ' ');
	}
	return true;
}

bool set_holds(const struct nft_set *set, const struct value *v)
{
	for (size_t i = 0; i < set->element.n; i++)
		if (element_holds(set, set->element.at[i], v))
			return true;
	return false;
}
