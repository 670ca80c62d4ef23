/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_GROUPS_H
#define NWFC_CLI_GROUPS_H

#include "compiler/cli/host.h"

/*
 * A filter that changes, by groups of interfaces in the place of interfaces: who is
 * in a loaded group has the same filter, and elements in the same sets, so that one
 * binding of each group is compiled for all.  A group's entry chain names one in its
 * comment.  False if that is not possible, and all bindings have to be looked at:
 * some are not loaded, or are in no group, or the new definition wants other sets or
 * hooks.  Nothing was changed then, but the ruleset may have programs more.
 */
bool groups_compile(struct host *h, const struct str *filter, size_t n);

#endif
