/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_FOREIGN_H
#define NWFC_RUNTIME_FOREIGN_H

#include "runtime/runtime.h"

/*
 * Reports, as warnings, what other programs have loaded that decides about the
 * same frames: base chains of family bridge (libvirt's among them), and policies
 * of IP forwarding that drop, where br_netfilter brings bridged packets there.
 * A frame has to pass both.  False after an error.
 */
bool foreign_report(struct runtime *rt, struct diag_list *diag);

#endif
