/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "runtime/folder.h"

#define LOCK_FILE "/lock"
/* what the file has when nobody holds it, unless a holder died */
#define ORDERLY '.'

bool lock_take(struct lock *lock, const char *root)
{
	char path[PATH_MAX];
	char mark = 0;
	int n, taken;

	if (lock->depth) {
		lock->depth++;
		return true;
	}
	n = snprintf(path, sizeof(path), "%s" LOCK_FOLDER, root);
	if (n < 0 || (size_t)n >= sizeof(path) - sizeof(LOCK_FILE)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (!folder_make(path))
		return false;
	strcat(path, LOCK_FILE);
	lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock->fd < 0)
		return false;
	do
		taken = flock(lock->fd, LOCK_EX);
	while (taken && errno == EINTR);
	if (taken) {
		int saved = errno;

		close(lock->fd);
		errno = saved;
		return false;
	}
	lock->depth = 1;
	lock->orderly = read(lock->fd, &mark, 1) == 1 && mark == ORDERLY;
	/* until it is let go of, who comes next must think of the worst */
	if (lock->orderly && ftruncate(lock->fd, 0))
		lock->orderly = false;
	return true;
}

void lock_release(struct lock *lock)
{
	if (!lock->depth || --lock->depth)
		return;
	/* if this fails, the next one looks for what was left, and finds nothing */
	while (pwrite(lock->fd, &(char){ORDERLY}, 1, 0) < 0 && errno == EINTR)
		;
	/* closing lets go of it */
	close(lock->fd);
}
