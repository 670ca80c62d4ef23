/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_PROTO_H
#define NWFC_IR_PROTO_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/base/str.h"
#include "ir/field.h"

/*
 * The protocol elements of a rule, one row each in proto.def (semantics.md 1.7).
 * PROTO_ANY is a rule without a protocol element: every frame of its chain.
 */
enum proto_id {
#define PROTO(id, ...) PROTO_##id,
#include "ir/proto.def"
#undef PROTO
	PROTO_MAX,
};

enum layer {
	LAYER_L2, /* the Ethernet layer: every frame, stateless, chains */
	LAYER_L3, /* the stateful IP layer: one list per direction */
	LAYER_MAX,
};

enum family {
	FAMILY_NONE,
	FAMILY_IPV4,
	FAMILY_IPV6,
	FAMILY_MAX,
};

/* which of a field's two keys and types a protocol uses */
enum keys {
	KEYS_PLAIN, /* IPv4, ARP */
	KEYS_OTHER, /* IPv6, RARP */
};

struct proto {
	const char *xml; /* element name */
	enum layer layer;
	enum family family;
	enum keys keys;
	uint16_t ethertype;          /* 0: not tested */
	int16_t l4proto;             /* -1: not tested */
	const char *transport;       /* nft's name of its header where ports are read */
	bool bpdu;                   /* frames to 01:80:c2:00:00:00 (IEEE 802.1D 7.12.3) */
	bool unknown_to_libvirt;     /* --compat: read as an unknown element, which matches all */
	const enum field_id *fields; /* in libvirt's order, ends with FIELD_NONE */
	const char *meaning;
};

const struct proto *proto(enum proto_id id);
enum proto_id proto_id(const struct proto *p);
/* by element name; NULL if there is none */
const struct proto *proto_find(struct str xml);
/* a field of the protocol by attribute name; FIELD_NONE if it has none */
enum field_id proto_field(const struct proto *p, struct str xml);
bool proto_has(const struct proto *p, enum field_id id);

#endif
