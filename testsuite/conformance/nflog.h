/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_NFLOG_H
#define NWFC_CONFORMANCE_NFLOG_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Packets that an nftables rule with `log group GROUP` saw. */
#define NFLOG_GROUP 77

/* -1 and errno as system calls have it */
int nflog_open(void);

/*
 * The next logged packets: calls `see` for each with its bytes from the network
 * header on.  Returns how many there were.
 */
unsigned nflog_read(int fd, void (*see)(void *context, const uint8_t *packet, size_t len),
		    void *context);

#endif
