/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_FAKE_MODEL_H
#define NWFC_TESTSUITE_FAKE_MODEL_H

#include <stdbool.h>

#include "ir/base/arena.h"
#include "ir/base/buf.h"
#include "ir/base/vec.h"

/* what nf_tables holds after some texts: the part of it that the runtime relies on */
struct fake_chain {
	struct str table; /* FAMILY TABLE */
	struct str name, comment;
	bool base, gone;
	VEC(struct str) rule;
};

struct fake_element {
	struct str map, key, target, comment;
	bool gone;
};

struct model {
	struct arena *arena;
	VEC(struct str) object; /* "table F T", "map M", "set S" */
	VEC(struct fake_chain *) chain;
	VEC(struct fake_element *) element;
	struct str error; /* words; empty if all is well */
};

struct fake_chain *model_chain(const struct model *m, struct str table, struct str name);
bool model_has(const struct model *m, struct str object);
/* rules and elements that lead to a chain */
size_t model_references(const struct model *m, const struct fake_chain *to);

/*
 * One transaction, line by line.  Lines that hold `refuse` (NULL: none) are
 * refused with those words.  False, with a message as nft writes it, at the first
 * line that cannot be; the model is of no use then.
 */
bool model_play(struct model *m, struct str text, const char *refuse, const char *words,
		struct buf *error);

/* of the text of a rule: its last word before the comment, and the comment with its mark */
struct str rule_verdict(struct str rule);
struct str rule_without_comment(struct str rule);
struct str text_quoted(struct str text);

#endif
