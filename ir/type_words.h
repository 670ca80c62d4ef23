/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_TYPE_WORDS_H
#define NWFC_IR_TYPE_WORDS_H

#include <stdbool.h>

/* a word of a list type (STATE, TCP_FLAGS) and its bits; one that wipes replaces the others */
struct type_word {
	const char *name; /* NULL ends a list */
	unsigned bits;
	bool wipes;
};

extern const struct type_word type_state_words[];
extern const struct type_word type_tcp_flag_words[];

#endif
