/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_ATTACH_H
#define NWFC_CLI_ATTACH_H

#include "compiler/cli/host.h"

/*
 * Where an interface of this host is to be filtered: settles what the binding does
 * not say by what the interface is, and refuses what would see none of its frames.
 * An interface that does not exist is taken at the binding's word.  False after a
 * diagnostic.
 */
bool attach_settle(struct host *h, struct binding *b);
/* where frames of the interface are seen, if it is there; otherwise the wish */
enum attach attach_actual(struct host *h, struct str tap, enum attach wish);

/* reports macvtaps without a binding that the guard would be for; false if that is an error */
bool attach_guarded(struct host *h, const struct stored_list *list);

#endif
