/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_CONVERSE_H
#define NWFC_CONFORMANCE_CONVERSE_H

#include "craft.h"
#include "script.h"

/* Two ends that talk: `a` begins.  Ports mean nothing to ICMP. */
struct flow {
	unsigned a, b;
	bool ipv6;
	uint8_t l4proto;
	uint8_t address[2][16];
	uint16_t port[2];
};

/* between the ends' own addresses */
struct flow flow_between(const struct script *s, unsigned a, unsigned b, bool ipv6, uint8_t l4proto,
			 uint16_t port);
/* that a crafted frame belongs to; false if it has no IP header with something above */
bool flow_of(const struct craft *c, unsigned a, unsigned b, struct flow *ret);

/*
 * Whole conversations of the flow, each after a flush: an orderly one, odd
 * beginnings, ICMP errors about it, fragments.
 */
void converse(struct script *s, const struct flow *f);

/* more and more connections from the ends of the flow, each of which stays; for connlimit */
void converse_several(struct script *s, const struct flow *f);

#endif
