/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_EMIT_SPELL_H
#define NWFC_EMIT_SPELL_H

#include "ir/base/buf.h"
#include "ir/ruleset.h"

/*
 * How nft spells keys, constants, names and comments; shared by the text and
 * JSON forms.  nft strings have no escapes: what is not in a white list never
 * gets out of here.
 */
#define NFT_COMMENT_MAX 128

void spell_key(struct buf *out, struct key key);
/* a constant in a place where nft takes any spelling of the type */
void spell_value(struct buf *out, struct key key, const unsigned char *value);
/* a constant as an end of a range or beside a mask: no names there */
void spell_plain(struct buf *out, struct key key, const unsigned char *value);
/* bits of FORMAT_STATE as words with a separator */
void spell_states(struct buf *out, unsigned bits, const char *separator);
/* as a time; nft takes eight digits of a unit */
void spell_seconds(struct buf *out, unsigned seconds);
/* letters, digits and _.:+- ; other bytes become '_' */
void spell_name(struct buf *out, struct str name);

/* a test for equality that nft would take for "any of these bits" without its == */
bool key_is_flags(struct key key);
/* nft's type of set elements that are compared with the key; NULL if only typeof can say it */
const char *key_set_type(struct key key);

static inline unsigned stmt_number_of(const unsigned char *value, unsigned size)
{
	unsigned n = 0;

	for (unsigned i = 0; i < size; i++)
		n = n << 8 | value[i];
	return n;
}

static inline bool all_bytes(const unsigned char *b, unsigned n, unsigned char byte)
{
	for (unsigned i = 0; i < n; i++)
		if (b[i] != byte)
			return false;
	return true;
}

/* connections a STMT_COUNT counts up to */
static inline unsigned stmt_count(const struct stmt *s)
{
	return stmt_number_of(s->value, 2);
}

struct rule_comment {
	char text[NFT_COMMENT_MAX];
	size_t len;
};

/*
 * "FILTER:LINE", then the user's comment; empty for a rule without either.  A
 * merged rule has all of "FILTER:LINE,LINE FILTER:LINE" that there is room for,
 * and "..." for the others.
 */
void rule_comment(const struct nft_rule *rule, struct rule_comment *ret);

#endif
