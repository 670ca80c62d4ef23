/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_CANONICAL_H
#define NWFC_COMPILER_CANONICAL_H

#include "ir/base/buf.h"
#include "ir/binding.h"
#include "ir/filter.h"

/*
 * Documents as text in one canonical form (semantics.md 1.10): what is kept of
 * a document, shown to people and compared.  It is what libvirt prints, but
 * for what libvirt loses when it reads that again.
 *
 * Contract, for a filter that is not broken: the text, read in the same mode,
 * gives a filter of the same meaning for every binding, order of combinations
 * of values included, and prints as the same bytes again.  The text of a
 * filter that was read in the default mode has, with --compat=libvirt, also
 * the meaning that the document has with --compat=libvirt.  Not the other way:
 * with --compat what libvirt leaves out is gone.
 *
 * What the parser ignored is not in the text: comments of XML, unknown
 * elements and attributes, parameters that are skipped.  The chain's priority
 * is always there, but where it is 0 and an absent one means 0 (fix F19).
 */
void canonical_filter(const struct filter *filter, struct buf *out);

/*
 * A <filterbinding>.  Without an owner's name and UUID none is written:
 * parse_binding() does not need one, libvirt does.  The parameter MAC is left
 * out if it only repeats <mac>; others are sorted by name.
 *
 * Contract: parse_binding() gives the same binding again, provided that
 * canonical_unfit() finds nothing.
 */
void canonical_binding(const struct binding *binding, struct buf *out);

/*
 * The first parameter with a value that a document cannot hold (it came from
 * the command line; semantics.md 1.3), or NULL.
 */
const struct parameter *canonical_unfit(const struct binding *binding);

#endif
