/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_KEY_H
#define NWFC_IR_KEY_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

/*
 * A key is what a test reads: a header field, meta data of the packet, or its
 * connection.  The rows are key.def; the spelling is nft's, the bit positions
 * are those of the headers (IEEE 802.3 and 802.1Q, RFC 826, 791, 8200, 9293).
 */
enum key_id {
#define KEY(id, ...) KEY_##id,
#include "ir/key.def"
#undef KEY
	KEY_MAX,
};

enum key_base {
	BASE_NONE,
	BASE_LINK,
	BASE_NETWORK,
	BASE_TRANSPORT,
	BASE_INNER, /* what is behind the transport header, of UDP alone */
	BASE_META,
	BASE_CT,
	BASE_EXTHDR,    /* offset is the header's protocol number */
	BASE_EXISTS,    /* presence of an IPv6 extension header */
	BASE_TCPOPTION, /* presence of a TCP option; offset of the test is its number */
};

/* how a constant of the key is written */
enum key_format {
	FORMAT_DECIMAL,
	FORMAT_HEX,
	FORMAT_MAC,
	FORMAT_IPV4,
	FORMAT_IPV6,
	FORMAT_ETHERTYPE,
	FORMAT_NAME,
	FORMAT_STATE,
	FORMAT_DIRECTION,
	FORMAT_EXISTS,
};

struct key_info {
	const char *spelling;
	enum key_base base;
	uint16_t offset;
	uint16_t length;
	enum key_format format;
};

/* offset and length, in bits, matter for raw keys; the TCP option number is an offset */
struct key {
	uint8_t id;
	uint16_t offset;
	uint16_t length;
};

const struct key_info *key_info(struct key key);
/* bits of the key, whatever kind it is */
unsigned key_length(struct key key);
/* do they read the same? */
static inline bool key_equal(struct key a, struct key b)
{
	return a.id == b.id && a.offset == b.offset && a.length == b.length;
}

/* bytes of a constant of the key */
static inline unsigned key_size(struct key key)
{
	return (key_length(key) + 7) / 8;
}

/*
 * Bits in front of a raw key that have to be read with it: before 6.18 Linux begins
 * nothing behind byte 255 of a header.  Such a key and they are at most 128 bits.
 */
unsigned key_lead(struct key key);

#define NETWORK_BITS(bit_offset, bit_length)                                                       \
	{                                                                                          \
		KEY_RAW_NETWORK, (bit_offset), (bit_length)                                        \
	}
#define NAMED_KEY(name)                                                                            \
	{                                                                                          \
		KEY_##name, 0, 0                                                                   \
	}

#endif
