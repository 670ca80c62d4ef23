/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_COVERAGE_H
#define NWFC_CLI_COVERAGE_H

#include "compiler/flow.h"
#include "ir/base/buf.h"
#include "ir/outcome.h"

/*
 * Which rules of the filters tested some frame matched, and which decided: what
 * an earlier rule always decides first is matched and never decides.  Built-in
 * filters are somebody else's, and do not count.
 */
struct covered {
	const struct filter *filter;
	const struct filter_rule *rule;
	bool matched, decided;
};

struct coverage {
	struct arena *arena;
	VEC(struct covered *) rule; /* in the order in which filters were met */
	struct table by_place;
	struct table filters;
};

/* the rules of a filter and all below it */
void coverage_filter(struct coverage *c, const struct filter *filter);
void coverage_frame(struct coverage *c, const struct ruleset *rs, const struct entry *entry,
		    const struct flow *flow, const struct outcome *outcome);
size_t coverage_decided(const struct coverage *c);
/* of a hundred; 100 where there is no rule */
unsigned coverage_percent(const struct coverage *c);
void coverage_text(const struct coverage *c, struct buf *out);
void coverage_json(const struct coverage *c, struct buf *out);

#endif
