/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_SIGHT_H
#define NWFC_CONFORMANCE_SIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What was seen at an end, without what the host's IP stack or the bridge may
 * change on the way: the Ethernet header and the hop count of IP, padding.
 */
struct sight {
	uint64_t whole;   /* of the frame as it was sent or seen, padding included */
	uint64_t content; /* of the network packet, if it is an IP one; else as whole */
	bool ip;          /* untagged and of a type IP has */
};

/* of a frame, and of what begins with the network header */
struct sight sight_of_frame(const uint8_t *frame, size_t len);
struct sight sight_of_packet(const uint8_t *packet, size_t len);

/* does what was seen show the frame that was sent? */
bool sight_same(const struct sight *sent, const struct sight *seen);

/*
 * The packet that an ICMP error complains about, if the frame is one of the kind that
 * reject rules send (destination unreachable); false if not.
 */
bool sight_of_complaint(const uint8_t *frame, size_t len, struct sight *ret);

/* a few words for reports on what is no frame of ours: icmp3/3, tcp-rst, fragment, type86dd */
#define SIGHT_WORDS 32
void sight_describe(const uint8_t *frame, size_t len, char text[SIGHT_WORDS]);

#endif
