/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_END_H
#define NWFC_PACKET_END_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The ends between which frames travel.  Each is a bridge port whose tap the
 * program holds, but for the last two: `host` is the bridge device at layer 2,
 * `hostip` sends through the host's IP stack.  Links that a scenario adds are
 * ends too, under their own name.  An end keeps its place in `end[]` for good.
 */
#define END_MAX 16
enum {
	END_VM,
	END_VM2,
	END_PEER,
	END_HOST,
	END_HOSTIP,
	END_FIXED,
};

struct end {
	const char *name; /* the word for it in scenarios */
	const char *link; /* the interface */
	uint8_t mac[6];
	uint8_t ip4[4];
	uint8_t ip6[16];
	bool present; /* has its link, at the line that is being read or run */
};

struct ends {
	struct end end[END_MAX];
	unsigned n;
};

void ends_init(struct ends *ends);
/* the place of the end of that name or link, or -1 */
int ends_named(const struct ends *ends, const char *name);
int ends_linked(const struct ends *ends, const char *link);
/* a further tap, with an address that follows from its place; -1: no room */
int ends_add(struct ends *ends, const char *link);

/* a tap that can be added and removed, rather than the host itself */
static inline bool end_is_tap(unsigned end)
{
	return end != END_HOST && end != END_HOSTIP;
}

#endif
