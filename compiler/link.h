/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LINK_H
#define NWFC_COMPILER_LINK_H

#include "compiler/library.h"

#define REFERENCE_DEPTH_LIMIT 64
#define RULE_LIMIT 64000

/*
 * Resolves the references below a filter into a DAG: unknown names, circles
 * (shown as the path a -> b -> a), depth over the limit.  Marks every file it
 * meets as reached and counts the rules below each filter.  True if all of it
 * is sound; the diagnostics are in the list otherwise.  Idempotent.
 */
bool link_filter(struct library *lib, struct filter *top);

#endif
