/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_KEPT_H
#define NWFC_CLI_KEPT_H

#include "compiler/cli/host.h"

/*
 * The last ruleset that was loaded for each interface, as text for nft, in the
 * store's folder of state.  What a group shares is in a file of the group, so that
 * a filter that changes is one file; the elements of an interface are in a file of
 * its own, or together with all others of its top filter where many are loaded at
 * once.  The file of its own is the later one; empty, it says that there is none.
 * An interface in no group has all of it in its own.
 */

/* what was kept for a binding, whole; false if there is nothing */
bool kept_read(struct host *h, const struct stored_binding *b, struct str *ret);

#endif
