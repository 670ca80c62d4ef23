/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_DERIVE_H
#define NWFC_CONFORMANCE_DERIVE_H

#include "ir/rule.h"
#include "script.h"

/*
 * Frames from a rule's own values, sent by and to the tap of end `vm`: equal,
 * one off, at the edge of a mask, with the roles swapped, cut short; and
 * conversations where the rule is about connections.
 */
void derive(struct script *s, const struct rule *rule, unsigned vm, unsigned twists);

#endif
