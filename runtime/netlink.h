/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_NETLINK_H
#define NWFC_RUNTIME_NETLINK_H

#include "runtime/backend.h"

/*
 * Reading nf_tables objects (linux/netfilter/nf_tables.h) from the kernel.  Only
 * reading: all changes go through libnftables.
 */
struct netlink {
	int fd;
	uint32_t sequence;
	char *buffer;
};

/* false with errno */
bool netlink_open(struct netlink *nl);
void netlink_close(struct netlink *nl);

enum read_result netlink_read(struct netlink *nl, const struct read_query *query,
			      const struct reader *reader, int *ret_errno);
uint32_t netlink_generation(struct netlink *nl);

/* netlink_decode.c: one message of a dump, handed to the reader */
void netlink_decode(const struct read_query *query, const struct reader *reader, const char *bytes,
		    size_t n);

#endif
