/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_NEAR_MISS_H
#define NWFC_IR_NEAR_MISS_H

#include "ir/outcome.h"

/* adds those of a hook to the outcome; the packet as the hook's rules saw it */
void near_misses(struct arena *a, struct outcome *outcome, const struct outcome_hook *hook,
		 const struct packet *packet);

/* the match of an XML rule that a test was made of; NULL: its protocol, direction or shape */
const struct match *match_of_test(const struct filter_rule *rule, enum hook_id id,
				  const struct stmt *stmt);

#endif
