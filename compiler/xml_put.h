/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_XML_PUT_H
#define NWFC_COMPILER_XML_PUT_H

#include "ir/base/buf.h"

/*
 * Text into XML, so that reading gives the same bytes back: what has a meaning
 * in XML becomes an entity, and so do the blanks that a reader of attributes
 * would turn into spaces.  The text is UTF-8 without other control characters,
 * as all text is that came out of XML.
 */
void xml_put_text(struct buf *out, struct str text);
/* " name='text'" */
void xml_put_attribute(struct buf *out, const char *name, struct str text);

#endif
