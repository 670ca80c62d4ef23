/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_LEARNED_H
#define NWFC_IR_LEARNED_H

#include "ir/ruleset.h"

/*
 * Sets of kind SET_LEARNED: what the rules of one interface learned of its frames.
 * They are filled by the kernel alone and live as long as a program fills them, so an
 * update of the filter keeps what is in them.  The kernel does not change the size of a
 * set that is there: all that sets differ in is in their names,
 * learned.WHAT.MODE.SIZE/TAP.
 */
enum learned_what {
	LEARNED_IPV4,
	LEARNED_IPV6,
	LEARNED_TAP,         /* the interface's own name, once something was learned */
	LEARNED_TRANSACTION, /* numbers of its DHCP requests */
	LEARNED_WHAT_MAX,
};

enum learn_mode { LEARN_ANY, LEARN_DHCP, LEARN_NONE, LEARN_MODE_MAX };

/*
 * Seconds.  The kernel tells how long an element has been there only of those that
 * end: what is learned for good ends in ten years.
 */
#define LEARNED_FOR_GOOD (3650u * 24 * 60 * 60)

#define LEARNED_PREFIX "learned."

const char *learn_mode_word(enum learn_mode mode);
/* LEARN_MODE_MAX if it is none; in any case of letters */
enum learn_mode learn_mode_find(struct str word);

/* the set with its name, the type of its elements and its limits */
struct nft_set learned_set(struct arena *arena, enum learned_what what, enum learn_mode mode,
			   unsigned size, struct str tap);

struct learned_name {
	enum learned_what what;
	enum learn_mode mode;
	unsigned size;
	struct str tap; /* a view of the name */
};

/* false if it is none of these */
bool learned_name_parse(struct str name, struct learned_name *ret);

/* for the interpreter: what is in such sets */
#define LEARNED_MAX 64

struct learned {
	size_t n;
	struct {
		const struct nft_set *set;
		struct value value;
	} at[LEARNED_MAX];
};

#endif
