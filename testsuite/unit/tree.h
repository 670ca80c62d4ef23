/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_TREE_H
#define NWFC_TESTSUITE_TREE_H

#include <stdbool.h>

#include "ir/base/arena.h"

/* a folder of its own for a test, gone with all that is in it at the end */
struct tree {
	struct arena *arena;
	char root[32];
};

void tree_setup(struct tree *t);
void tree_teardown(struct tree *t);
/* in the arena */
const char *tree_path(struct tree *t, const char *name);
/* with the folders above it */
void tree_write(struct tree *t, const char *name, const char *text);
bool tree_exists(struct tree *t, const char *name);
bool tree_holds(struct tree *t, const char *name, const char *text);

#endif
