/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_FIELD_H
#define NWFC_IR_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/key.h"
#include "ir/type.h"

/*
 * The attributes of protocol elements, one row each in field.def (semantics.md
 * 1.7).  Rows are shared: srcipaddr of <ip>, <tcp> and <tcp-ipv6> is one row,
 * and the protocol's family picks type and key.
 *
 * An attribute is either a match of its own (SLOT_VALUE) or completes another
 * one (mask, upper end, ICMP code): then `of` names the match it belongs to, so
 * that both become one match with one sign.
 *
 * Zero is the safe value of every column.
 */
enum field_id {
	FIELD_NONE,
#define FIELD(id, ...) FIELD_##id,
#include "ir/field.def"
#undef FIELD
	FIELD_MAX,
};

enum slot {
	SLOT_VALUE,
	SLOT_MASK,
	SLOT_END,
	SLOT_SECOND,     /* ICMP code, ipset flags */
	SLOT_SECOND_END, /* upper end of an ICMPv6 code range */
	SLOT_MAX,
};

/* what must hold of a frame for the field to exist in it (see lower_match.c) */
enum guard {
	GUARD_NONE,
	GUARD_ARP, /* the fixed part of the header is there */
	GUARD_ARP_MAC,
	GUARD_ARP_IP,
	GUARD_STP,
	GUARD_STP_CONFIG,
	GUARD_UNFRAGMENTED,
	GUARD_MAX,
};

/* how a match becomes tests, where key and guard do not say it all (special.c) */
enum handler {
	HANDLER_TEST, /* key, sign, value or mask or range */
	HANDLER_NOTHING,
	HANDLER_PROTOCOL,
	HANDLER_PORT,
	HANDLER_ICMP,
	HANDLER_DSCP,
	HANDLER_ENCAP,
	HANDLER_GRATUITOUS,
	HANDLER_TCP_FLAGS,
	HANDLER_TCP_OPTION,
	HANDLER_IPSET,
	HANDLER_CONNLIMIT,
	HANDLER_MAX,
};

struct field {
	const char *xml; /* attribute name */
	enum type_id type;
	enum slot slot;
	enum field_id of;      /* the match this completes, if slot is not SLOT_VALUE */
	enum field_id swap;    /* takes its place in a reversed instance; none: stays */
	enum field_id sign_of; /* --compat: libvirt takes the sign from there in L3 rules */
	enum field_id unless;  /* --compat: inert when that one is present */
	bool alone;            /* active without the match it completes */
	bool literal;          /* a variable here has no effect in libvirt (fix F24) */
	bool stateful;         /* belongs to the connection, not to the frame */
	bool hexadecimal;      /* libvirt hands a variable to a tool that reads its number so */
	uint32_t min, max;     /* of numbers; max 0: the type's */
	const struct symbol *names;
	struct key key[2]; /* by proto->keys */
	enum guard guard;
	enum handler handler;
	const char *meaning; /* one line of the reference page */
	const char *sample;
};

const struct field *field(enum field_id id);
enum field_id field_id(const struct field *f);
/* the match a field belongs to: itself or `of` */
static inline enum field_id field_match(enum field_id id)
{
	return field(id)->slot == SLOT_VALUE ? id : field(id)->of;
}

#endif
