/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_FLOW_TRACK_H
#define NWFC_COMPILER_FLOW_TRACK_H

#include "compiler/flow.h"

/*
 * The connections of frames that come one after the other, as conntrack would
 * tell them that saw the first one first: by addresses, protocol, and ports or
 * the number of an echo; an ICMP error by what it quotes.  Nothing ever expires,
 * and a later fragment is a packet of its own.
 */
struct tracker {
	struct arena *arena;
	struct table connection; /* by the bytes of what tells it apart, either way round */
	struct table source;     /* how many each address has */
	/* of the last frame seen: what it begins, if it is let through */
	struct str begins, begins_back, from;
};

/* state, reply and connections of the packet, from what was let through before it */
void tracker_see(struct tracker *t, struct packet *p);
/* that the packet last seen was let through */
void tracker_pass(struct tracker *t);

#endif
