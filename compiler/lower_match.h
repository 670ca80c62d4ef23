/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LOWER_MATCH_H
#define NWFC_COMPILER_LOWER_MATCH_H

#include "compiler/lower.h"

/*
 * One instance of a rule as tests.  Most matches are one test; some hold in
 * several ways (a header that is absent or says zero), and nft has no "or":
 * such a match is a choice, and the rule is emitted once for each way.  That is
 * the same, because the verdict is the same.
 */
#define CHOICE_WAYS 8
#define WAY_STMTS 6
#define CHOICE_MAX 4

struct way {
	struct stmt stmt[WAY_STMTS];
	unsigned n;
};

struct choice {
	struct way way[CHOICE_WAYS];
	unsigned n;
};

/* a match that becomes a look-up */
struct lifted {
	const struct lift *lift;
	const struct match *source;
	bool negated;
	struct key key;
	bool done;
};

struct instance {
	struct lowering *l;
	const struct rule *rule;
	enum hook_id hook;
	bool reversed; /* source and destination roles exchanged */
	VEC(struct stmt) stmt;
	struct choice *choice[CHOICE_MAX];
	unsigned nchoice;
	VEC(struct lifted) lifted;
	unsigned guards; /* bits of enum guard that are in place */
	bool never;      /* no frame can match: nothing is emitted */
	bool failed;     /* after a diagnostic */
};

/* the frame is a BPDU: to the bridge group address (IEEE 802.1D 7.12.3) */
struct stmt test_bpdu(void);
void instance_put(struct instance *in, struct stmt s);
/* a new choice, without ways yet; a new way of a choice */
struct choice *instance_choice(struct instance *in);
struct way *choice_way(struct choice *choice);
void way_put(struct way *way, struct stmt s);
/* the key of a field in this instance, roles exchanged if reversed */
enum field_id instance_field(const struct instance *in, enum field_id id);
struct key instance_key(const struct instance *in, enum field_id id);
void instance_guard(struct instance *in, enum guard guard);
/* key op value [/mask] [-end], as the match says */
void instance_test(struct instance *in, const struct bound_match *m, struct key key);
/* all of the rule but its connection state */
void instance_matches(struct instance *in);
/* lower_netdev.c: a diagnostic, once for a rule */
void instance_refuse_state(struct instance *in);
/* the tests of connlimit, which come last */
void instance_connlimit(struct instance *in);

/* the handlers of special.c, by enum handler */
typedef void special_fn(struct instance *in, const struct bound_match *m);
extern special_fn *const special_handlers[HANDLER_MAX];

#endif
