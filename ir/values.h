/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_VALUES_H
#define NWFC_IR_VALUES_H

#include "ir/hash.h"
#include "ir/ruleset.h"

/*
 * Sets of kind SET_VALUES.  Their names say what they hold, value.TYPE.../WHAT, so
 * that elements that are loaded can be told without the ruleset that made them.
 * Elements are the kernel's bytes: the interface's name in 16 (IFNAMSIZ), then each
 * value, padded to a multiple of 4 (a register of nf_tables).
 */
#define VALUES_PREFIX "value."
#define VALUES_KEY_MAX 64

/* of the keys behind the interface's name; what: names of parameters, of [A-Za-z0-9_.-] */
struct str values_set_name(struct arena *arena, const struct key *key, unsigned n, struct str what);
/* the set of that name; false if it is none of these */
bool values_set_parse(struct str name, struct nft_set *ret);

/* the bytes of an element; how many */
size_t values_key(const struct element *e, struct str tap, unsigned char ret[VALUES_KEY_MAX]);
/* the element of the set, and whose it is (a view of the bytes); false if the length is wrong */
bool values_element(const struct nft_set *set, struct str bytes, struct str *ret_tap,
		    struct element *ret);

/* 16 hex digits that stand for all elements of an interface */
#define VALUES_DIGITS 16
void values_digest(const struct element_list *list, char ret[VALUES_DIGITS]);

#endif
