/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_PARSE_H
#define NWFC_COMPILER_PARSE_H

#include "compiler/compile.h"
#include "ir/binding.h"
#include "ir/filter.h"

/* bytes of a filter's name; it must fit a file name and a comment of nft */
#define FILTER_NAME_MAX 200

/*
 * One document to one filter (semantics.md 1).  Goes on after an error; a
 * filter with errors is returned with `broken` set, so that its name is known.
 * NULL if it does not even have a name.
 */
struct filter *parse_filter(struct compile *c, const struct source *source);

/* one <filterbinding> document (semantics.md 7.1); NULL after a diagnostic */
struct binding *parse_binding(struct compile *c, const struct source *source);

/*
 * Adds one value to a list of parameters: name and value as in <parameter>
 * (semantics.md 1.3); a repeated name makes a list.  In XML the characters are
 * those libvirt takes; on the command line (a source named COMMAND_LINE) any
 * text, whose type is checked where it is used.  False after a diagnostic.
 */
bool parameter_add(struct compile *c, struct parameter_list *list, struct str name,
		   struct span name_span, struct str value, struct span value_span);

/* the parameter MAC of a binding, from its address, unless the user gave one */
void parameter_default_mac(struct compile *c, struct binding *binding, struct span span);

#endif
