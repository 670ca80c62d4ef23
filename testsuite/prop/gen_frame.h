/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PROP_GEN_FRAME_H
#define NWFC_PROP_GEN_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "testsuite/prop/rng.h"

#define FRAME_MAX 256

/*
 * A random frame with values of the pools: ARP, RARP, IPv4 with options and
 * fragments, IPv6 with extension headers, BPDUs, tags, unknown EtherTypes;
 * sometimes cut short.  The last bytes are `tag`, so that frames differ.
 */
size_t gen_frame(struct rng *r, unsigned tag, unsigned char frame[FRAME_MAX]);

/* what the connection of a frame may be: one of the STATE_ bits, or untracked */
#define GEN_STATES 6
extern const struct gen_state {
	unsigned state;
	bool reply;
} gen_states[GEN_STATES];

#endif
