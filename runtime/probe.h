/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_PROBE_H
#define NWFC_RUNTIME_PROBE_H

#include "ir/base/diag.h"
#include "ir/target.h"
#include "runtime/runtime.h"

/*
 * What this kernel can do, found out by asking it to check (not keep) rules in
 * a table of its own.  False after a diagnostic that says what to switch on: if
 * nf_tables cannot be used at all, or if need_state is set and there is no way
 * to the state of connections.  A ruleset without stateful rules needs none.
 */
bool probe_target(struct runtime *rt, bool need_state, struct target *ret, struct diag_list *diag);
/* is there a way to the state, as things are set now? */
bool probe_has_state(struct runtime *rt, const struct target *target);

/*
 * The same, asked once after each boot: a base chain that is only checked takes the
 * kernel some 10 ms, more than all else of a bind.  The answer is kept below /run until
 * the kernel refuses a ruleset (probe_forget), or has a module that could change it;
 * the settings of br_netfilter are always read.  The caller holds the lock.
 */
bool probe_remembered(struct runtime *rt, bool need_state, struct target *ret,
		      struct diag_list *diag);
void probe_forget(struct runtime *rt);

#endif
