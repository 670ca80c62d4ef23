/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_DUMP_H
#define NWFC_IR_DUMP_H

#include "ir/binding.h"
#include "ir/filter.h"
#include "ir/rule.h"
#include "ir/ruleset.h"

/*
 * Every stage as stable text, for --dump, for tests and for people.  One line a
 * thing; the words are those of the XML for filters and rules, of nft's keys
 * for the ruleset.
 */
void dump_filter(const struct filter *filter, struct buf *out);
/* the reference tree below a filter, indented */
void dump_links(const struct filter *top, struct buf *out);
void dump_binding(const struct binding *binding, struct buf *out);
void dump_rules(const struct rule_list *rules, struct buf *out);
void dump_order(const struct rule_order *order, struct buf *out);
void dump_entry(const struct entry *entry, struct buf *out);

#endif
