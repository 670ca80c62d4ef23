/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LEARN_H
#define NWFC_COMPILER_LEARN_H

#include "compiler/compile.h"
#include "ir/binding.h"
#include "ir/learned.h"
#include "ir/rule.h"

/*
 * Addresses that are learned in the kernel.  A binding without IP whose filter asks for
 * exactly $IP gets a dynamic set of its own, which rules in front of its program fill
 * from the interface's frames; where the value would stand, rules look it up there.  So
 * it works from the first frame on, the kernel keeps to the limit, and an update of the
 * filter keeps what is in the set.  Modes: semantics.md 2.3, 2.5 and 7.4; IPV6 is ours.
 */
struct learn_family {
	bool asked; /* the binding was looked at: the mode is known */
	bool used;  /* a rule looks it up */
	enum learn_mode mode;
	unsigned max;               /* addresses */
	const struct nft_set *set;  /* set by learn_sets() */
	VEC(struct value) server;   /* of DHCP; none: any */
	struct parameter parameter; /* stands for the values, which nobody knows yet */
};

struct learn {
	const struct binding *binding;
	struct learn_family of[FAMILY_MAX];
};

struct lowering;
struct program;

void learn_init(struct learn *l, const struct binding *binding);

/*
 * The parameter of a variable that has no value: one placeholder.  NULL if it is not
 * learned; *ret_reported: after a diagnostic.
 */
const struct parameter *learn_find(struct learn *l, struct compile *c, const struct access *a,
				   bool *ret_reported);
/* FAMILY_NONE if the parameter is none of these */
enum family learn_is(const struct learn *l, const struct parameter *p);
/* the first use of the access in the rule that no look-up can stand for, or NULL */
const struct operand *learn_unfit(const struct compile *c, const struct filter_rule *rule,
				  const struct access *a, enum family family);

bool learn_used(const struct learn *l);
/* addresses are those that DHCP gives */
bool learn_leases(const struct learn *l);
/* learn_rules.c: is there something to do at the hook, whatever the filter says? */
bool learn_needs(const struct learn *l, enum hook_id id);
/* declares the sets */
void learn_sets(struct lowering *l);
/* what stands in front of the rules of a program */
void learn_rules(struct lowering *l, struct program *p);

#endif
