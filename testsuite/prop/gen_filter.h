/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PROP_GEN_FILTER_H
#define NWFC_PROP_GEN_FILTER_H

#include "ir/base/buf.h"
#include "testsuite/prop/rng.h"

/*
 * A random filter as XML, drawn from the protocol and field tables: a new row is
 * covered the day it exists.  Several <filter> documents follow one another,
 * each ended by a NUL; the first is the top and refers to the rest.
 */
void gen_filters(struct rng *r, struct buf *out);

#endif
