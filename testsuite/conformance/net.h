/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_NET_H
#define NWFC_CONFORMANCE_NET_H

#include "testsuite/packet/world.h"

/*
 * The world of the packet tests with the host's IP stack awake: it has IPv4 and
 * IPv6 addresses, forwards to a routed network, and takes what is sent to it, but
 * sends nothing by itself (an nftables table of ours drops its output).
 *
 *     vm (tap0) ---+                         10.9.1.2  fd00:9:1::2
 *     vm2 (tap1) --+--- br0: host, hostip    10.9.1.1  fd00:9:1::1
 *     peer (peer0)-+      |
 *                         +--- rt0: route    10.9.2.2  fd00:9:2::2
 */
struct net {
	struct world world;
	unsigned route; /* the end behind the router */
	int raw6;       /* sends IPv6 through the host's stack */
	int log;        /* what passed all of the host's input hook */
	bool replies;   /* the host may send ICMP errors: those of reject rules */
};

#define ROUTER_MAC                                                                                 \
	{                                                                                          \
		0x02, 0x00, 0x00, 0x09, 0x02, 0x01                                                 \
	}
#define REMOTE_MAC                                                                                 \
	{                                                                                          \
		0x02, 0x00, 0x00, 0x09, 0x02, 0x02                                                 \
	}

/* false with net->world.error set; after world_isolate() */
bool net_open(struct net *net);
void net_close(struct net *net);

/* the host finds this address behind the bridge at that MAC, without asking */
bool net_neighbour(struct net *net, const uint8_t *address, unsigned bytes, const uint8_t *mac);

/* a frame the kernel refuses to take is not an error: it arrives nowhere */
void net_send(struct net *net, unsigned end, const uint8_t *frame, size_t len);

#endif
