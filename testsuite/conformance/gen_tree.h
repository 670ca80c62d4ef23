/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_GEN_TREE_H
#define NWFC_CONFORMANCE_GEN_TREE_H

#include "ir/base/buf.h"
#include "testsuite/prop/rng.h"

/*
 * Random filters with references and variables (testsuite/prop makes the rules),
 * and bindings that give the variables their lists.
 */
struct tree;

struct tree *tree_new(struct rng *r, const char *prefix);
void tree_free(struct tree *t);

/* do rules name the sets of ipset.h? */
bool tree_has_sets(const struct tree *t);

/* the documents, each ended by a NUL */
void tree_filters(struct tree *t, struct buf *out);
/* a <filterbinding> of the tap, whose filter is the tree's top */
void tree_binding(struct tree *t, const char *tap, const char *mac, struct buf *out);

#endif
