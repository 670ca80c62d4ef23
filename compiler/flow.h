/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_FLOW_H
#define NWFC_COMPILER_FLOW_H

#include "compiler/compile.h"
#include "ir/binding.h"
#include "ir/packet.h"

/*
 * A frame in words, as explain and the cases of tests have it:
 *
 *     out tcp 10.0.0.5:4000 > 192.0.2.1:25 flags syn
 *     in ether 02:00:00:00:00:09 > ff:ff:ff:ff:ff:ff vlan 10 udp 192.0.2.1 > $IP:53
 *
 * out is sent by the VM, in is delivered to it.  What is left out is what a frame
 * of its kind has: the MAC addresses of the binding and of a peer, a source port,
 * the state that conntrack gives to the first packet of a conversation.  The
 * words are the tables in flow_words.c; nwfc-explain(1) explains them.
 */
struct flow {
	enum direction direction; /* IN or OUT */
	bool from_host;           /* in: sent by the host itself, which no stateful rule sees */
	struct packet packet;     /* its bytes live in the arena; interface is the tap */
	struct span span;
};

/* the other end, where the words do not say: a locally administered address */
#define FLOW_PEER_MAC                                                                              \
	{                                                                                          \
		0x02, 0, 0, 0, 0, 1                                                                \
	}
#define FLOW_FRAME_MAX 65536

/*
 * The words in the span; the binding gives the MAC address and what $NAME stands
 * for.  False after a diagnostic.
 */
bool flow_parse(struct compile *c, const struct binding *binding, struct span text,
		struct flow *ret);
/*
 * A frame that is there already, with the state of its first packet; false if it
 * is shorter than an Ethernet header.  The bytes are not copied.
 */
bool flow_of_frame(enum direction direction, const struct binding *binding, struct str bytes,
		   struct flow *ret);

/* words for a frame, that make a like one of it: options and payload are left out */
void flow_describe(const struct flow *flow, struct buf *out);

/*
 * What conntrack says of a packet that begins a conversation: a STATE_ bit, or 0
 * for what is never tracked (the kernel's nf_conntrack_proto_*.c).
 */
unsigned packet_first_state(const struct packet *p);

#endif
