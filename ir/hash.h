/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_HASH_H
#define NWFC_IR_HASH_H

#include <stddef.h>

#include <nettle/sha2.h>

/*
 * Content hashes: SHA-256 (FIPS 180-4), because a collision would let one
 * program pass for another, and filters may come from hostile hands.
 */
#define HASH_BYTES SHA256_DIGEST_SIZE

struct hash {
	struct sha256_ctx context;
};

static inline void hash_init(struct hash *h)
{
	sha256_init(&h->context);
}

static inline void hash_update(struct hash *h, const void *bytes, size_t n)
{
	sha256_update(&h->context, n, bytes);
}

static inline void hash_final(struct hash *h, unsigned char digest[HASH_BYTES])
{
	sha256_digest(&h->context, HASH_BYTES, digest);
}

#endif
