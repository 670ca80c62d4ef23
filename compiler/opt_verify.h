/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_OPT_VERIFY_H
#define NWFC_OPT_VERIFY_H

#include "ir/base/arena.h"
#include "ir/ruleset.h"

/* a copy that passes over p do not touch; statements are never changed in place */
struct program *program_copy(struct arena *arena, const struct program *p);

/*
 * Do both give one verdict to frames made of the values of `plain`, and of sets: for each of
 * its rules one that its tests hold for, and for each test one just beside it?
 * A check of the passes, not a proof.  longer: does any frame run more rules of `better`?
 */
bool programs_agree(const struct target *target, const struct element_list *values,
		    const struct program *plain, const struct program *better, bool *ret_longer);

#endif
