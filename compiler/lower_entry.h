/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_LOWER_ENTRY_H
#define NWFC_LOWER_ENTRY_H

#include "compiler/lower.h"

/* the programs of the binding, made smaller and named, and its entry: into the ruleset */
void lower_entry(struct lowering *l, struct program *program[HOOK_MAX]);

#endif
