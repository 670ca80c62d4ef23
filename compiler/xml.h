/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_XML_H
#define NWFC_COMPILER_XML_H

#include "compiler/compile.h"

/*
 * XML as events with exact places; the only user of libxml2 (SAX2).  DOCTYPE,
 * encodings other than UTF-8, depth over a limit, more than 256 attributes in an
 * element and everything not well formed end in a diagnostic; nothing outside
 * the given bytes is ever read.
 */
struct xml_attribute {
	struct str name;
	struct str value; /* entities replaced; arena memory */
	struct span name_span;
	struct span value_span; /* without the quotes */
};

/* valid during the call of start(); the strings and spans stay */
struct xml_element {
	struct str name;
	struct span span; /* the whole start tag, from < */
	struct span name_span;
	const struct xml_attribute *attribute;
	size_t nattribute;
	unsigned depth; /* 0: the root */
};

/* each of the calls may be NULL */
struct xml_handler {
	/* children of an element for which start() returns false are skipped */
	bool (*start)(void *context, const struct xml_element *element);
	/* text between tags, entities replaced, one call per run; blank runs are left out */
	void (*text)(void *context, struct str text, struct span span);
	/* called for every start() that returned true */
	void (*end)(void *context);
	unsigned depth; /* of elements at most; 0 is XML_DEPTH_LIMIT */
};

#define XML_DEPTH_LIMIT 16
#define XML_DEPTH_MOST 250 /* libxml2 stops at 256 */
#define XML_ATTRIBUTE_LIMIT 256

/* false after a diagnostic if the bytes are not acceptable XML; events came until then */
bool xml_parse(struct compile *c, const struct source *source, const struct xml_handler *handler,
	       void *context);

/* NULL if absent */
const struct xml_attribute *xml_attribute(const struct xml_element *e, const char *name);

#endif
