/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_SCRIPT_H
#define NWFC_CONFORMANCE_SCRIPT_H

#include <stdio.h>

#include "ipset.h"
#include "testsuite/packet/end.h"
#include "testsuite/prop/rng.h"

/* The frames of a case as they are written: see player.c for the lines. */
struct script {
	FILE *file;
	struct rng *rng;
	struct ends ends; /* with the routed one */
	struct ipsets ipsets;
	unsigned n; /* frames so far; makes payloads differ */
};

/* the end behind the router, after the fixed ones */
#define END_ROUTE END_FIXED
#define END_SENDERS (END_FIXED + 1)

/* writes the fixed ends and the route */
void script_init(struct script *s, FILE *file, struct rng *rng);
void script_send(struct script *s, unsigned end, const uint8_t *frame, size_t len);
void script_flush(struct script *s);
void script_sleep(struct script *s, unsigned milliseconds);
void script_say(struct script *s, const char *what);

/*
 * Where a frame to an end must go at layer 2: the router is the host's address
 * seen from the bridge, and rt0's seen from the routed network.
 */
struct end script_towards(const struct script *s, unsigned from, unsigned to);

#endif
