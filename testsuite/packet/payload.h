/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_PAYLOAD_H
#define NWFC_PACKET_PAYLOAD_H

#include "bytes.h"
#include "end.h"
#include "spec.h"

/*
 * What a builder knows about the frame it makes the inside of.  Builders of
 * link-level protocols set the type (below 0x600: a length follows by itself)
 * and the usual receiver; those of IP protocols find the addresses resolved.
 */
struct flow {
	const struct end *from;
	const struct end *to;
	unsigned tag;      /* makes payloads differ: the line of the scenario */
	bool bad_checksum; /* of what is in the datagram */
	size_t payload;    /* bytes of payload where the scenario does not say */
	unsigned family;   /* 0, 4 or 6 */
	uint8_t number;    /* IP protocol or next header */
	uint8_t src[16];
	uint8_t dst[16];
	uint16_t ether_type;
	uint8_t ether_dst[6];
};

typedef void payload_build(struct bytes *out, struct spec *spec, struct flow *flow);

/* payload_link.c: directly in Ethernet */
payload_build payload_arp, payload_rarp, payload_stp, payload_raw;
/* payload_ip.c: in IPv4 or IPv6 */
payload_build payload_any, payload_udp, payload_udplite, payload_tcp, payload_sctp;
payload_build payload_esp, payload_ah;
/* payload_dhcp.c */
payload_build payload_dhcp;
/* payload_icmp.c */
payload_build payload_icmp, payload_icmp_error, payload_icmpv6, payload_igmp;

/* `len=` bytes, or flow->payload, that name the line they belong to */
void payload_filler(struct bytes *out, struct spec *spec, const struct flow *flow);
/* the checksum at `offset` of all that `out` holds from `start` on */
void payload_checksum(struct bytes *out, size_t start, size_t offset, const struct flow *flow,
		      bool pseudo_header);

#endif
