/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_DOCUMENT_H
#define NWFC_COMPILER_DOCUMENT_H

#include "compiler/xml.h"

/*
 * A kind of document as a table of its elements: which may stand where, with
 * which attributes, and what is done about each.  What the table does not have
 * is reported here, once for all documents.
 */
struct document_element {
	const char *name;             /* NULL ends a list; "*" is any element */
	const char *const *attribute; /* ends with NULL; NULL: start() looks itself */
	const struct document_element *child;
	bool ignored; /* allowed, but of no interest, with all that is in it */
	bool deep;    /* of a root: XML_DEPTH_MOST levels, not XML_DEPTH_LIMIT */
	/* false: what is inside is of no interest */
	bool (*start)(void *context, const struct xml_element *e);
	/* NULL: text does not belong here */
	void (*text)(void *context, struct str text, struct span span);
	void (*end)(void *context);
};

/* false after a diagnostic if this is not XML or has another root element */
bool document_parse(struct compile *c, const struct source *source,
		    const struct document_element *root, void *context);

/*
 * A decimal number, maybe with a sign and with blanks before it, as libvirt
 * reads priorities; false if it is none or outside the limits.
 */
bool document_integer(struct str text, int min, int max, int *ret);

#endif
