/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_WATCH_H
#define NWFC_PACKET_WATCH_H

#include "end.h"
#include "frame.h"

enum verdict {
	VERDICT_DROPPED,
	VERDICT_REJECTED, /* dropped, and the sender was told */
	VERDICT_PARTIAL,  /* some, not all, of a datagram's fragments */
	VERDICT_PASSED,
	VERDICT_ANY, /* only as an expectation */
};

/*
 * Where a packet has been seen.  It is recognised by its whole content, but for
 * the Ethernet header when the host's IP stack wrote that, what a router changes
 * in IPv4, and the shape of a fragmented datagram: it may arrive whole, or in
 * any pieces.
 */
struct watch {
	const struct packet *packet;
	unsigned from;
	bool refused;
	size_t seen[END_MAX]; /* of watch_all(): frames or, of a fragmented one, bytes */
	bool *covered[END_MAX];
};

void watch_init(struct watch *w, const struct packet *packet, unsigned from);
void watch_release(struct watch *w);
/* a frame came out at this end */
void watch_note(struct watch *w, unsigned end, const uint8_t *frame, size_t len);
enum verdict watch_verdict(const struct watch *w, unsigned to);

#endif
