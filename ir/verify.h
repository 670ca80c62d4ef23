/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_VERIFY_H
#define NWFC_IR_VERIFY_H

#include "ir/rule.h"
#include "ir/ruleset.h"

/*
 * What must hold between two passes, whatever the input: a violation is a bug
 * of ours, so these functions print it and abort.  They run after every pass.
 */
void verify_filter(const struct filter *filter);
void verify_rules(const struct rule_list *rules);
void verify_order(const struct rule_order *order, size_t nrule);
void verify_entry(const struct entry *entry);

#endif
