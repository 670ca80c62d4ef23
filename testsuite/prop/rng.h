/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PROP_RNG_H
#define NWFC_PROP_RNG_H

#include <stdbool.h>
#include <stdint.h>

/* splitmix64 (public domain algorithm): one seed, the same sequence everywhere */
struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* 0 .. n-1 */
static inline unsigned rng_below(struct rng *r, unsigned n)
{
	return (unsigned)(rng_next(r) % n);
}

/* true once in n times */
static inline bool rng_once(struct rng *r, unsigned n)
{
	return !rng_below(r, n);
}

#endif
