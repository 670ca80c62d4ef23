/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_LEARNED_SETS_H
#define NWFC_RUNTIME_LEARNED_SETS_H

#include "ir/base/vec.h"
#include "ir/learned.h"
#include "runtime/runtime.h"

/* What the kernel has learned: the sets of ir/learned.h as they are loaded. */
struct learned_set {
	enum table_id table; /* of bridges, or of devices */
	struct str name;
	struct learned_name is;
};

struct learned_address {
	const struct learned_set *set;
	unsigned char bytes[VALUE_BYTES];
	uint64_t timeout, left; /* milliseconds */
};

struct learned_list {
	VEC(struct learned_set *) set;
	VEC(struct learned_address) address; /* in order */
};

/* false after a diagnostic, or if diag is NULL without one */
bool learned_read(struct runtime *rt, struct diag_list *diag, struct learned_list *ret);

/* how many addresses the interface has */
size_t learned_count(const struct learned_list *list, struct str tap);
/* all that was learned of the interface; false after a diagnostic */
bool learned_forget(struct runtime *rt, const struct learned_list *list, struct str tap,
		    struct diag_list *diag);
/* one address; seconds: how long it stays, 0 for good.  False if there is no room for it. */
bool learned_add(struct runtime *rt, const struct learned_list *list, struct str tap,
		 struct str address, uint64_t seconds);

void learned_put_address(const struct learned_address *a, struct buf *out);
/* seconds since it was learned or last renewed; seconds it stays, 0 for good */
uint64_t learned_age(const struct learned_address *a);
uint64_t learned_left(const struct learned_address *a);

#endif
