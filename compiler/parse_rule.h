/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_PARSE_RULE_H
#define NWFC_COMPILER_PARSE_RULE_H

#include "compiler/compile.h"
#include "compiler/xml.h"

/*
 * A rule in the making.  Its protocol elements are merged attribute by
 * attribute (parse_attribute.c); when all are read the attributes become
 * matches (parse_fold.c).
 */
struct attribute {
	bool given;
	bool negated; /* sign of the element it stands in */
	/* absent although given: not usable, and reported */
	struct operand operand;
};

struct rule_parse {
	struct compile *compile;
	struct filter_rule *rule;
	struct attribute attribute[FIELD_MAX];
	VEC(struct span)
	tag; /* the rule's start tag and those of its elements */
};

/* <rule>; its attributes */
void rule_start(struct rule_parse *p, struct compile *c, const struct xml_element *e);
/* an element in it; false: what is inside is of no interest */
bool rule_element(struct rule_parse *p, const struct xml_element *e);
/* the finished rule */
struct filter_rule *rule_end(struct rule_parse *p);

/* reads the attributes of one protocol element */
void attributes_read(struct rule_parse *p, const struct xml_element *e);
/* turns what was read into the matches of the rule */
void attributes_fold(struct rule_parse *p);

/* the names <rule> may have, for the table of documents */
extern const char *const rule_attributes[];

#endif
