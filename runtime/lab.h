/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_LAB_H
#define NWFC_RUNTIME_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/base/str.h"

/*
 * A bridge with two taps in a network namespace of its own, and in a user
 * namespace if the process may not make one otherwise: rules can be loaded and
 * frames sent without root, and nothing of the host is seen or touched.  The
 * process stays in there: what it does afterwards to the kernel's network, it
 * does there.
 *
 * Functions that return false have set `error`.
 */
#define LAB_FRAME_ROOM 70000

struct lab {
	int vm, peer; /* the taps, as the two ends see them */
	struct backend *backend;
	char error[200];
	unsigned char got[LAB_FRAME_ROOM]; /* what came out last */
};

/* the tap of the VM has that name */
bool lab_open(struct lab *lab, struct str tap);
void lab_close(struct lab *lab);
/* commands of nft, as one transaction */
bool lab_load(struct lab *lab, struct str text);
/* sent by the VM (out) or to it; *ret: did it come out at the other end, unchanged? */
bool lab_send(struct lab *lab, bool out, const unsigned char *frame, size_t n, bool *ret);

#endif
