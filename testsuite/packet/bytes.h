/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_BYTES_H
#define NWFC_PACKET_BYTES_H

#include <stddef.h>
#include <stdint.h>

/*
 * A growing run of bytes in network order, and the checksums over them.
 * Starts as {0}; a failed allocation ends the program.
 */
struct bytes {
	uint8_t *at;
	size_t len;
	size_t size;
};

void bytes_release(struct bytes *b);

void bytes_put(struct bytes *b, const void *data, size_t n);
void bytes_fill(struct bytes *b, uint8_t value, size_t n);
void bytes_put8(struct bytes *b, uint8_t value);
void bytes_put16(struct bytes *b, uint16_t value);
void bytes_put32(struct bytes *b, uint32_t value);
void bytes_set16(struct bytes *b, size_t offset, uint16_t value);

static inline uint16_t bytes_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* the Internet checksum of n bytes; `start` is a sum of earlier bytes */
uint32_t checksum_add(uint32_t start, const uint8_t *at, size_t n);
uint16_t checksum_end(uint32_t sum);
/* the CRC-32C that SCTP carries, to be stored low byte first */
uint32_t checksum_crc32c(const uint8_t *at, size_t n);

#endif
