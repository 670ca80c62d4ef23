/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_DATAGRAM_H
#define NWFC_PACKET_DATAGRAM_H

#include "bytes.h"
#include "payload.h"

struct ip4_header {
	uint8_t tos, ttl, protocol;
	uint16_t id, fragment; /* the flags and the offset in units of eight bytes */
	uint8_t src[4], dst[4];
	uint8_t options[40];
	size_t noptions; /* a multiple of four */
};

/* the header, for `payload` bytes that are to follow */
void ip4_put(struct bytes *out, const struct ip4_header *header, size_t payload);

/*
 * The datagrams that carry the payload: one, or as many IPv4 fragments as
 * fragments= says.  Returns their number, 0 if the spec is wrong.
 */
#define FRAGMENTS_MAX 8
unsigned datagrams_put(struct bytes *out, struct spec *spec, const struct flow *flow,
		       const struct bytes *payload);

#endif
