/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_TYPE_H
#define NWFC_IR_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/base/str.h"
#include "ir/value.h"

struct arena;
struct buf;
struct field;
struct proto;

/*
 * The types of attribute values (semantics.md 1.6).  ADDRESS and ADDRESS_MASK
 * stand for the IPv4 or IPv6 type, by the protocol's family.
 */
enum type_id {
	TYPE_NONE,
	TYPE_U8,
	TYPE_U16,
	TYPE_U32,
	TYPE_DECIMAL, /* 16 bits, no hexadecimal */
	TYPE_MAC,
	TYPE_MAC_MASK,
	TYPE_IPV4,
	TYPE_IPV4_MASK,
	TYPE_IPV6,
	TYPE_IPV6_MASK,
	TYPE_BOOL,
	TYPE_STATE,
	TYPE_TCP_FLAGS,
	TYPE_IPSET,
	TYPE_IPSET_FLAGS,
	TYPE_TEXT,
	TYPE_ADDRESS,
	TYPE_ADDRESS_MASK,
	TYPE_MAX,
};

struct symbol {
	const char *name;
	uint32_t value;
};

/* bits of a STATE value */
enum {
	STATE_NEW = 1,
	STATE_ESTABLISHED = 2,
	STATE_RELATED = 4,
	STATE_INVALID = 8,
	STATE_NONE = 16,
};

enum parse_verdict {
	PARSE_OK,
	PARSE_LOOSE,   /* libvirt reads it as *ret; unusual spelling, same meaning to any reader */
	PARSE_ODD,     /* libvirt reads it as *ret, which is not what a reader would think */
	PARSE_RANGE,   /* well formed, but outside the field's limits */
	PARSE_ILLEGAL, /* not of this type */
};

/* what a field's type is for a protocol: resolves ADDRESS and ADDRESS_MASK */
enum type_id type_of(const struct field *field, const struct proto *proto);
const char *type_name(enum type_id type);
/* one clause for messages: "an IPv4 address such as 192.0.2.7" */
const char *type_expected(enum type_id type);

/* a literal, or the text of a variable's value, of a field in a protocol */
enum parse_verdict type_parse(const struct field *field, const struct proto *proto, struct str text,
			      struct value *ret);
/* canonical text of a value (semantics.md 1.10) */
void type_print(const struct field *field, const struct proto *proto, const struct value *value,
		struct buf *out);

#endif
