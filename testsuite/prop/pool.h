/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PROP_POOL_H
#define NWFC_PROP_POOL_H

#include "ir/field.h"
#include "ir/proto.h"
#include "testsuite/prop/rng.h"

/*
 * Few values of each type, from which filters and frames both draw, so that
 * tests are hit, and missed by one, often.
 */
#define POOL_MACS 4
extern const unsigned char pool_mac[POOL_MACS][6];
#define POOL_IPV4 6
extern const unsigned char pool_ipv4[POOL_IPV4][4];
#define POOL_IPV6 5
extern const unsigned char pool_ipv6[POOL_IPV6][16];

/* a number of at most `bits` bits, drawn from a few edges and neighbours */
uint32_t pool_number(struct rng *r, unsigned bits);

/* text of a value for the field in the protocol, in its limits; "" if it takes none here */
void pool_value(struct rng *r, const struct field *f, const struct proto *p, char *text,
		size_t size);

#endif
