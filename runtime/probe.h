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

#endif
