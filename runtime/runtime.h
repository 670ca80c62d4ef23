/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_RUNTIME_H
#define NWFC_RUNTIME_RUNTIME_H

#include "ir/base/arena.h"
#include "runtime/backend.h"
#include "runtime/lock.h"

struct diag_list;

/*
 * What all of the runtime shares: the way to the kernel and the lock.  Memory
 * of one operation comes from the arena and stays until its owner frees it.
 */
struct runtime {
	struct arena *arena;
	struct backend *backend;
	const char *root; /* prefix of /run; "" for none */
	struct lock lock;
};

/* with the real backend; false after a diagnostic.  runtime_close() in any case. */
bool runtime_open(struct runtime *rt, struct arena *arena, const char *root,
		  struct diag_list *diag);
void runtime_close(struct runtime *rt);

/*
 * Held from reading state to having changed it; apply and unbind take it
 * themselves, a caller that reads files of its own takes it around all of that.
 */
bool runtime_lock(struct runtime *rt, struct diag_list *diag);
void runtime_unlock(struct runtime *rt);

#endif
