/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_WORLD_H
#define NWFC_PACKET_WORLD_H

#include <sys/types.h>

#include "end.h"

/* an empty folder of the scenario, gone with its world */
#define WORLD_SCRATCH "/run/packet-test"

/*
 * A network namespace of its own: the bridge br0 with the host's address and
 * taps as its ports.  Where frames go is fixed (no learning, no STP, no
 * snooping), and the host's stack is silent: it has no IPv6, answers no ARP,
 * and has no route but for what is sent through `hostip`, so it replies to
 * nothing and whatever comes out of a tap was sent by the scenario.
 *
 *     vm (tap0) ---+
 *     vm2 (tap1) --+--- br0: host, hostip
 *     peer (peer0)-+
 *
 * Functions that return false have set `error`.
 */
struct world {
	struct ends ends;
	int fd[END_MAX];           /* -1: not there */
	const char *mode[END_MAX]; /* of what is a macvtap, or is to be one; NULL: a tap */
	char *error;
};

/* false: this process may not make namespaces or taps; nothing can be tested */
bool world_isolate(struct world *w);
bool world_open(struct world *w);
void world_close(struct world *w);

bool world_plug(struct world *w, unsigned end);
void world_unplug(struct world *w, unsigned end);
/* key as in sysctl(8), with dots */
bool world_set(struct world *w, const char *key, const char *value);
/* bridged packets meet the hooks of IPv4 and IPv6, or not */
bool world_bridge_nf(struct world *w, bool on);
/* forgets all tracked connections */
bool world_forget(struct world *w);

bool world_send(struct world *w, unsigned end, const uint8_t *frame, size_t len);
/* the next frame that came out at the end, as it was on the wire; 0: none */
size_t world_receive(struct world *w, unsigned end, uint8_t *frame, size_t size);
/* until a frame may be there to receive, or the time is over */
void world_wait(struct world *w, int milliseconds);

#endif
