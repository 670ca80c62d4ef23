/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_FLOW_CHECKSUM_H
#define NWFC_COMPILER_FLOW_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* RFC 1071 */
uint16_t internet_checksum(const unsigned char *bytes, size_t n);

/*
 * Writes the checksum of a whole datagram into its header, if its protocol has
 * one: conntrack takes a wrong one for an invalid packet.  Addresses are 4 or 16
 * bytes.
 */
void transport_checksum(unsigned l4proto, const unsigned char *src, const unsigned char *dst,
			size_t address, unsigned char *bytes, size_t n);

#endif
