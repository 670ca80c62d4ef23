/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/runtime.h"

#include <errno.h>

#include "ir/base/diag.h"

bool runtime_open(struct runtime *rt, struct arena *arena, const char *root, struct diag_list *diag)
{
	*rt = (struct runtime){.arena = arena, .root = root, .backend = nft_backend_new()};
	if (rt->backend)
		return true;
	diag_report(diag, DIAG_KERNEL_REFUSED, (struct span){0}, "cannot talk to nf_tables: %s",
		    strerror(errno));
	return false;
}

void runtime_close(struct runtime *rt)
{
	while (rt->lock.depth)
		lock_release(&rt->lock);
	if (rt->backend)
		rt->backend->free(rt->backend);
	rt->backend = NULL;
}

bool runtime_lock(struct runtime *rt, struct diag_list *diag)
{
	if (lock_take(&rt->lock, rt->root))
		return true;
	diag_report(diag, DIAG_STORE, (struct span){0}, "cannot lock %s" LOCK_FOLDER ": %s",
		    rt->root, strerror(errno));
	return false;
}

void runtime_unlock(struct runtime *rt)
{
	lock_release(&rt->lock);
}
