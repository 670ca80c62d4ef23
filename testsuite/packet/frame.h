/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_FRAME_H
#define NWFC_PACKET_FRAME_H

#include "bytes.h"
#include "datagram.h"
#include "end.h"
#include "spec.h"

/*
 * One thing to send: a frame, or the frames of a fragmented datagram.  Only the
 * latter has `payload`: what the datagram carries in all, by which its arrival
 * is judged whether it comes whole or in pieces.
 */
struct packet {
	struct bytes frame[FRAGMENTS_MAX];
	unsigned nframe;
	struct bytes payload;
};

/* false with spec->error set; `tag` makes the content differ from other lines' */
bool packet_build(struct packet *p, struct spec *spec, const struct end *from, const struct end *to,
		  unsigned tag);
void packet_release(struct packet *p);

/* where the network header begins, behind VLAN tags, and the type in front of it; 0: none */
size_t frame_network(const uint8_t *frame, size_t len, uint16_t *ret_type);
/* the length without what pads an IP datagram */
size_t frame_length(const uint8_t *frame, size_t len);

#endif
