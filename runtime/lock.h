/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_LOCK_H
#define NWFC_RUNTIME_LOCK_H

#include <stdbool.h>

/*
 * One change at a time: a file that is locked, flock(2), from reading what is
 * loaded until the change is in.  The kernel lets go of it when a process dies.
 */
struct lock {
	int fd;
	unsigned depth; /* a holder may take it again */
	bool orderly;   /* the last holder let go of it itself: nothing was left half done */
};

#define LOCK_FOLDER "/run/nwfc"

/* below root ("" for none); waits for other holders; false with errno */
bool lock_take(struct lock *lock, const char *root);
void lock_release(struct lock *lock);

#endif
