/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_IPSET_H
#define NWFC_CONFORMANCE_IPSET_H

#include "craft.h"
#include "ir/base/buf.h"
#include "testsuite/prop/rng.h"

/*
 * The sets of a case, DIR/sets/NAME: the first line is `# TYPE FAMILY` as ipset(8)
 * has them, each further line an element (host.py).
 */
#define IPSETS_MAX 16
#define IPSET_ELEMENTS 16
#define IPSET_DIMENSIONS 3

struct ipset {
	char name[256];
	char dimension[IPSET_DIMENSIONS][8]; /* ip, net, port, mac */
	unsigned ndimension;
	bool ipv6;
	char element[IPSET_ELEMENTS][128];
	unsigned nelement;
};

struct ipsets {
	struct ipset set[IPSETS_MAX];
	unsigned n;
};

/* the types of which random cases have a set for each family: i counts from 0, NULL ends */
const char *ipset_kind(unsigned i);
/* the set's name in random cases */
void ipset_name(unsigned kind, bool ipv6, char *text, size_t size);
/* the text of a set's file, with elements of the pools */
void ipset_random(struct rng *r, unsigned kind, bool ipv6, struct buf *out);

void ipsets_read(struct ipsets *ret, const char *dir);
const struct ipset *ipsets_find(const struct ipsets *s, struct str name);

/* the protocol that the element asks for, or 0 */
uint8_t ipset_l4proto(const struct ipset *set, unsigned element);
/*
 * Puts an element where a look-up reads it; `outside` makes one dimension miss the
 * element by one (1 + its number; 0: none).
 */
void ipset_place(struct craft *c, const struct ipset *set, unsigned element, const bool *dst,
		 unsigned outside);

#endif
