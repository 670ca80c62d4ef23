/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_CAPTURE_H
#define NWFC_COMPILER_CAPTURE_H

#include "compiler/compile.h"

/*
 * A file in the classic pcap format (draft-ietf-opsawg-pcap), frame by frame.
 * Whatever its bytes are, nothing beyond them is read.
 */
struct capture {
	struct compile *compile;
	const struct source *source;
	bool little;
	size_t at;
	unsigned number; /* of the frame last given, from 1 */
	bool broken;     /* reported */
};

/* false after a diagnostic: no pcap file, or not of Ethernet frames */
bool capture_open(struct compile *c, const struct source *source, struct capture *ret);
/* the next frame, as a view into the file; false at the end, or `broken` after a diagnostic */
bool capture_next(struct capture *capture, struct str *ret);

#endif
