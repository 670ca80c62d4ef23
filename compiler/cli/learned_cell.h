/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_LEARNED_CELL_H
#define NWFC_CLI_LEARNED_CELL_H

#include "runtime/learned_sets.h"

/*
 * "192.0.2.7 (1h5m), 192.0.2.8 (12s, 59m48s left)" of an interface, or the same as JSON:
 * an array of objects with "address", "age" and "left" in seconds, null if it stays; ptr
 * NULL for none.
 */
struct str learned_cell(struct arena *arena, const struct learned_list *list, struct str tap,
			bool json);

#endif
