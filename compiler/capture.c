/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/capture.h"

#define FILE_HEADER 24
#define FRAME_HEADER 16
#define LINK_ETHERNET 1
#define FRAME_LIMIT ((size_t)65536)

static uint32_t number_at(const struct capture *c, size_t at, unsigned size)
{
	const unsigned char *b = (const unsigned char *)c->source->bytes.ptr + at;
	uint32_t n = 0;

	for (unsigned i = 0; i < size; i++)
		n = n << 8 | b[c->little ? size - 1 - i : i];
	return n;
}

static struct diag *report(struct capture *c, const char *what)
{
	c->broken = true;
	return diag_report(&c->compile->diag, DIAG_CAPTURE, (struct span){0}, "%.*s: %s",
			   STR_ARG(c->source->name), what);
}

bool capture_open(struct compile *compile, const struct source *source, struct capture *ret)
{
	/* of microseconds, and of nanoseconds */
	static const uint32_t magics[] = {0xa1b2c3d4, 0xa1b23c4d};
	struct diag *d;
	size_t i = 0;

	*ret = (struct capture){.compile = compile, .source = source, .at = FILE_HEADER};
	if (source->bytes.len < FILE_HEADER) {
		report(ret, "too short for a pcap file");
		return false;
	}
	ret->little = number_at(ret, 0, 1) >> 4 != 0xa;
	while (i < 2 && number_at(ret, 0, 4) != magics[i])
		i++;
	if (i == 2) {
		d = report(ret, "not a pcap file");
		diag_help(&compile->diag, d,
			  "tcpdump -w writes one; editcap -F pcap makes one of "
			  "another format");
		return false;
	}
	/* the upper half tells of checksums behind the frames */
	if ((number_at(ret, 20, 4) & 0xffff) != LINK_ETHERNET) {
		report(ret, "its frames are not Ethernet frames");
		return false;
	}
	return true;
}

bool capture_next(struct capture *c, struct str *ret)
{
	size_t room = c->source->bytes.len - c->at;
	size_t held, len;

	if (!room || c->broken)
		return false;
	c->number++;
	if (room < FRAME_HEADER) {
		report(c, "it ends within the header of a frame");
		return false;
	}
	held = number_at(c, c->at + 8, 4);
	len = number_at(c, c->at + 12, 4);
	if (held > room - FRAME_HEADER || held > FRAME_LIMIT) {
		report(c, "it ends within a frame, or a frame is longer than any can be");
		return false;
	}
	if (held != len) {
		diag_help(&c->compile->diag, report(c, "a frame in it was cut short"),
			  "write it with tcpdump -s 0");
		return false;
	}
	*ret = (struct str){c->source->bytes.ptr + c->at + FRAME_HEADER, held};
	c->at += FRAME_HEADER + held;
	return true;
}
