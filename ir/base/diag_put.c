/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/base/diag_writer.h"

/* length of the valid UTF-8 sequence at s, 0 if there is none; RFC 3629 */
size_t diag_utf8_length(struct str s)
{
	unsigned char c = (unsigned char)s.ptr[0];
	unsigned char second;
	size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : 4;

	if (c >= 0x80 && (c < 0xc2 || c > 0xf4))
		return 0;
	if (n > s.len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)s.ptr[i] & 0xc0) != 0x80)
			return 0;
	/* longer than need be, a surrogate, beyond U+10FFFF */
	second = n > 1 ? (unsigned char)s.ptr[1] : 0;
	if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second > 0x9f) ||
	    (c == 0xf0 && second < 0x90) || (c == 0xf4 && second > 0x8f))
		return 0;
	return n;
}

/* of the sequence of n bytes at s; C1 controls are two bytes in UTF-8: c2 80 .. c2 9f */
bool diag_is_control(struct str s, size_t n)
{
	unsigned char c = (unsigned char)s.ptr[0];

	return c < 0x20 || c == 0x7f || (n == 2 && c == 0xc2 && (unsigned char)s.ptr[1] < 0xa0);
}

void diag_put_clean(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len;) {
		struct str rest = {text.ptr + i, text.len - i};
		size_t n = diag_utf8_length(rest);
		unsigned char c = (unsigned char)rest.ptr[0];

		if (!n || diag_is_control(rest, n)) {
			buf_puts(out, "\\x");
			buf_puthex(out, c, 2);
			i++;
			continue;
		}
		buf_put(out, (struct str){rest.ptr, n});
		i += n;
	}
}

void diag_put_json(struct buf *out, struct str text)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < text.len;) {
		struct str rest = {text.ptr + i, text.len - i};
		size_t n = diag_utf8_length(rest);
		unsigned char c = (unsigned char)rest.ptr[0];

		if (!n || c < 0x20 || c == 0x7f) {
			buf_puts(out, n ? "\\u00" : "\\ufffd");
			if (n)
				buf_puthex(out, c, 2);
			i++;
			continue;
		}
		if (c == '"' || c == '\\')
			buf_putc(out, '\\');
		buf_put(out, (struct str){rest.ptr, n});
		i += n;
	}
	buf_putc(out, '"');
}

/* what XML cannot hold at all is shown like other control bytes */
static bool is_no_xml(struct str s, size_t n)
{
	return n == 3 && !memcmp(s.ptr, "\xef\xbf", 2) && (unsigned char)s.ptr[2] >= 0xbe;
}

void diag_put_xml(struct buf *out, struct str text)
{
	static const char *const entities[] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\n'] = "&#10;",
	};

	for (size_t i = 0; i < text.len;) {
		struct str rest = {text.ptr + i, text.len - i};
		size_t n = diag_utf8_length(rest);
		unsigned char c = (unsigned char)rest.ptr[0];

		if (c < sizeof(entities) / sizeof(entities[0]) && entities[c])
			buf_puts(out, entities[c]);
		else if (!n || diag_is_control(rest, n))
			buf_printf(out, "\\x%02x", c);
		else if (is_no_xml(rest, n))
			buf_putc(out, '?');
		else
			buf_put(out, (struct str){rest.ptr, n});
		i += n ? n : 1;
	}
}

void diag_put_uri(struct buf *out, struct str path)
{
	static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789-._~/";

	/* a reader takes the part before a colon for a scheme */
	if (str_starts(path, STR("./")))
		path = (struct str){path.ptr + 2, path.len - 2};
	if (str_starts(path, STR("/")))
		buf_puts(out, "file://");
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] && strchr(kept, path.ptr[i]))
			buf_putc(out, path.ptr[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)path.ptr[i]);
}

struct position diag_character(const struct source *source, uint32_t offset)
{
	struct position at = source_position(source, offset);
	struct str line = source_line(source, at.line);
	unsigned column = 1;

	for (size_t i = 0; i < line.len && i + 1 < at.column; i++)
		column += ((unsigned char)line.ptr[i] & 0xc0) != 0x80;
	return (struct position){at.line, column};
}
