/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_APPLY_H
#define NWFC_RUNTIME_APPLY_H

#include "ir/base/diag.h"
#include "ir/ruleset.h"
#include "runtime/runtime.h"

/*
 * Makes the kernel hold a ruleset, sending only what differs.  The switch from
 * old to new is one transaction: all taps move, or none.  Programs that nobody
 * uses any more go in a second one, which may fail: somebody else's rule may
 * lead to them, and they do no harm.
 */
enum apply_result {
	APPLY_NOTHING, /* it was so already; no transaction was made */
	APPLY_CHANGED,
	APPLY_REFUSED, /* after a diagnostic; the kernel holds what it held */
};

struct apply_options {
	bool check_only;      /* the kernel checks it, and keeps nothing */
	bool exact;           /* also remove taps and base chains that the ruleset has not */
	bool whole;           /* the ruleset has all taps of each top filter that it has any of */
	VEC(struct str) keep; /* with exact: taps that stay as they are */
	VEC(struct str) gone; /* taps to take off, which the ruleset has not */
};

/* what becomes of a tap, for those that something becomes of */
struct tap_change {
	struct str tap;
	enum tap_change_kind {
		TAP_ADDED, /* nothing of it was loaded */
		TAP_SET,   /* something else was */
		TAP_REMOVED,
	} kind;
};

struct apply_report {
	size_t programs;  /* sent */
	size_t entries;   /* taps, by hook, that were put on a program */
	size_t removed;   /* taps, by hook, that were taken off */
	size_t collected; /* old programs deleted */
	size_t bytes;     /* of the transaction */
	size_t spare;     /* of them: to remove what no tap uses any more */
	/* macvtaps that are not there, so that this kernel cannot have their rules yet */
	VEC(struct str) waiting;
	VEC(struct tap_change *) tap; /* in the order of the ruleset, then of what is loaded */
};

enum apply_result apply_ruleset(struct runtime *rt, const struct ruleset *rs,
				struct apply_options options, struct diag_list *diag,
				struct apply_report *ret);

/* takes one tap off; others stay.  APPLY_NOTHING if nothing of it is loaded. */
enum apply_result runtime_unbind(struct runtime *rt, struct str tap, bool check_only,
				 struct diag_list *diag, struct apply_report *ret);

#endif
