/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/xml_put.h"

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\'':
		return "&apos;";
	case '"':
		return "&quot;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	default:
		return NULL;
	}
}

void xml_put_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char *name = entity(text.ptr[i]);

		if (name)
			buf_puts(out, name);
		else
			buf_putc(out, text.ptr[i]);
	}
}

void xml_put_attribute(struct buf *out, const char *name, struct str text)
{
	buf_printf(out, " %s='", name);
	xml_put_text(out, text);
	buf_putc(out, '\'');
}
