/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_PACKET_H
#define NWFC_IR_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/base/str.h"
#include "ir/key.h"
#include "ir/value.h"

/*
 * A frame as nftables' bridge family sees it: where the headers are, and what
 * each key reads.  Facts: IEEE 802.3 and 802.1Q, RFC 791, 8200, and the kernel's
 * nft_set_pktinfo_ipv{4,6}_validate() and nft_payload.c.
 *
 * A tag is taken out of the frame before the rules see it: `network` is the
 * header behind it, while the EtherType of the frame is that of the tag.
 */
struct element_list;
struct learned;

struct packet {
	const unsigned char *bytes;
	size_t len;
	bool tagged;
	uint16_t tag;       /* priority and VLAN number, if tagged */
	uint16_t ethertype; /* of the frame: 0x8100 if tagged; a length below 0x600 */
	uint16_t inner;     /* what the network header is */
	size_t network;     /* offset */
	bool upper;         /* is there a usable IP header, so that the next two are known? */
	uint8_t l4proto;
	size_t transport;  /* offset from the network header; or see transport_unknown */
	uint16_t fragment; /* offset in units of 8 bytes; 0: not a later fragment */
	/*
	 * Of a later fragment of IPv6 the kernel does not say where it is, and nft reads at
	 * the start of its data: the network header, but at hook egress that of the link.
	 */
	bool transport_unknown;
	bool egress; /* eval_packet() */
	/* IPv6 fragment header, if there is one */
	bool has_fragment_header;
	uint16_t fragment_offset;
	/* where the frame comes from or goes to, by the hook's key */
	struct str interface;
	/* what is in sets for that interface; NULL: nothing */
	const struct element_list *values;
	/* what its rules learned before, and what they learn; NULL: nothing, and of this alone */
	struct learned *learned;
	/* connection, as conntrack tells it: one STATE_ bit, or 0 for untracked */
	unsigned state;
	bool reply;
	/* the mark, which mark-ct fills in from the state */
	uint32_t mark;
	/* tracked connections of the source address, this one included */
	unsigned connections;
};

/* false if the frame is shorter than an Ethernet header */
bool packet_parse(struct packet *p, const unsigned char *bytes, size_t len);

/*
 * The bytes a key reads, right-aligned in whole bytes as constants are; false if
 * the frame does not have them, and then no test on the key holds, negated or
 * not.
 */
bool packet_read(const struct packet *p, struct key key, struct value *ret);

/*
 * Its first bits alone, the others 0: nft reads no more where a prefix of whole bytes
 * is asked for, and so a frame that ends behind them has the key.
 */
bool packet_read_prefix(const struct packet *p, struct key key, unsigned bits, struct value *ret);

/* presence of an IPv6 fragment header or a TCP option; false in *ret is absence */
bool packet_exists(const struct packet *p, struct key key, bool *ret);

#endif
