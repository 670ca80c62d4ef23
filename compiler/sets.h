/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_SETS_H
#define NWFC_COMPILER_SETS_H

#include "compiler/compile.h"
#include "ir/ruleset.h"

/*
 * What the sets are that filters call ipsets: --set NAME=TYPE[:FILE].  A type
 * is one to three of ip, net, port, mac, joined by commas (ipset(8)'s hash
 * types); the default is net.  A file holds one element a line.
 */
enum dimension { DIMENSION_IP, DIMENSION_NET, DIMENSION_PORT, DIMENSION_MAC, DIMENSION_MAX };

#define SET_DIMENSIONS 3

struct set_spec {
	struct str name;
	enum dimension dimension[SET_DIMENSIONS];
	unsigned ndimension;
	const struct source *elements; /* NULL: filled by its owner */
};

struct set_list {
	VEC(struct set_spec) spec;
};

/* NAME=TYPE[:FILE]; false after a diagnostic */
bool sets_add(struct compile *c, struct set_list *list, struct str text, struct span span);

/*
 * The set of a rule, in the rule's family and the program's table, added to the ruleset if it is
 * new, and the keys that a look-up reads: flags pick the side of each dimension, exchanged in a
 * reversed instance.  NULL after a diagnostic.
 */
const struct nft_set *sets_use(struct compile *c, const struct set_list *list, struct ruleset *rs,
			       enum table_id table, const struct rule *rule,
			       const struct bound_match *m, bool reversed, struct tuple *ret);

#endif
