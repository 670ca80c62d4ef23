/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_PARSE_PARAMETER_H
#define NWFC_COMPILER_PARSE_PARAMETER_H

#include "compiler/parse.h"
#include "compiler/xml.h"

/* <parameter> stands in filters and in bindings; these are its attributes */
extern const char *const parameter_attributes[];

/* may it be the value of a <parameter>? */
bool parameter_fits_xml(struct str value);
/* one <parameter>; false after a diagnostic */
bool parameter_element(struct compile *c, struct parameter_list *list, const struct xml_element *e);

#endif
