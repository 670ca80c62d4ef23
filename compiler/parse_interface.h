/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_PARSE_INTERFACE_H
#define NWFC_COMPILER_PARSE_INTERFACE_H

#include "compiler/xml.h"
#include "ir/binding.h"

/*
 * What a <filterbinding> and an <interface> of a <domain> have in common: each
 * takes one part of a binding from an element, or reports what is wrong.
 */

/* libvirt reads the first of each kind only; parent: "a binding" */
bool interface_first(struct compile *c, const char *parent, struct span *first,
		     const struct xml_element *e);
/* name: of the attribute; text: the complaint if it is missing */
void interface_tap(struct compile *c, struct binding *binding, const struct xml_element *e,
		   const char *name, const char *text);
void interface_mac(struct compile *c, struct binding *binding, const struct xml_element *e);
void interface_filter(struct compile *c, struct binding *binding, const struct xml_element *e);

#endif
