/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_FAKE_BACKEND_H
#define NWFC_TESTSUITE_FAKE_BACKEND_H

#include "ir/base/arena.h"
#include "ir/base/vec.h"
#include "runtime/backend.h"

/*
 * A kernel for tests: records every run, and models of nf_tables what the
 * runtime relies on: chains with comments, rules, map elements, what is in use,
 * and that a transaction is taken whole or not at all.  Its state is the list
 * of texts it has accepted; reading plays them back.
 */
struct fake_run {
	struct str text;
	bool dry;
	bool accepted;
};

struct fake_backend {
	struct backend backend;
	struct arena *arena;
	VEC(struct fake_run) run;
	/* what may be set to make it misbehave */
	const char *refuse; /* lines that hold this are refused */
	const char *refuse_words;
	int read_error;    /* errno of every read */
	unsigned restless; /* times that the generation changes while somebody reads */
	int sysctl_iptables, sysctl_ip6tables; /* -1: absent */
	const char *module;                    /* the one that is loaded, or NULL */
	uint32_t generation;
};

void fake_init(struct fake_backend *fake, struct arena *arena);
/* a transaction of somebody else's */
void fake_change(struct fake_backend *fake, const char *text);
/* transactions that changed something */
unsigned fake_transactions(const struct fake_backend *fake);
/* text of the last run that was not dry */
struct str fake_last(const struct fake_backend *fake);
/* in table bridge or netdev */
bool fake_has_chain(struct fake_backend *fake, const char *name);

#endif
