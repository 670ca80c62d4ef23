/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_CRAFT_H
#define NWFC_CONFORMANCE_CRAFT_H

#include "ir/field.h"
#include "ir/proto.h"
#include "ir/value.h"
#include "testsuite/packet/end.h"

/*
 * A frame in the making: headers with usual values, of which fields are then
 * set by the key that reads them; lengths and checksums come last.  Formats:
 * IEEE 802.3, 802.1Q and 802.1D, RFC 826, 791, 8200, 9293, 768, 3828, 792, 4443, 9260.
 */
#define CRAFT_MAX 1600

struct craft {
	uint8_t b[CRAFT_MAX];
	size_t n;
	uint16_t type;    /* of the network header */
	size_t network;   /* 0: none */
	size_t transport; /* 0: none */
	uint8_t l4proto;
};

struct craft_style {
	const struct end *from, *to;
	uint8_t l4proto; /* 0: UDP */
	uint8_t option;  /* number of a TCP option to put; 0: none */
	bool tagged;
	unsigned tag;     /* makes the payload differ from other frames' */
	unsigned payload; /* bytes beyond the tag */
};

/* with the headers that a rule of the protocol looks at */
void craft_begin(struct craft *c, const struct proto *p, const struct craft_style *style);
/* false if the frame has no such field */
bool craft_set(struct craft *c, struct key key, const struct value *value);
/* the bit position of a key in the frame, or -1 */
long craft_position(const struct craft *c, struct key key);
void craft_set_bits(struct craft *c, size_t bit, unsigned length, const struct value *value);
void craft_finish(struct craft *c);

#endif
