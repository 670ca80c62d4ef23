/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_REFUSAL_H
#define NWFC_RUNTIME_REFUSAL_H

#include "emit/emit.h"
#include "ir/base/diag.h"

/* one message of nft about a line of what it was sent; line 0: about none */
struct refusal {
	size_t line;
	unsigned column;
	struct str words;
};

struct refusal_list {
	struct arena *arena;
	VEC(struct refusal) refusal;
};

/*
 * Takes nft's messages apart: "FILE:LINE:COL-COL: Error: WORDS", each followed
 * by the line and a caret.  At least one refusal comes out, whatever the text.
 */
void refusal_parse(struct refusal_list *list, struct str messages);

/*
 * Reports KERNEL_REFUSED for each: at the XML rule the line came from if the map
 * knows it, with the kernel's words and the line that was sent.
 */
void refusal_report(const struct refusal_list *list, struct str sent, const struct emit_map *map,
		    struct diag_list *diag);

#endif
