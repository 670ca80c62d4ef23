/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* each folder of the path; those that exist stay as they are */
static bool make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int made;

		*slash = 0;
		made = mkdir(path, 0755);
		*slash = '/';
		if (made && errno != EEXIST)
			return false;
	}
	return true;
}

bool lock_take(struct lock *lock, const char *root)
{
	char path[PATH_MAX];
	int n, taken;

	if (lock->depth) {
		lock->depth++;
		return true;
	}
	n = snprintf(path, sizeof(path), "%s" LOCK_FOLDER "/lock", root);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (!make_folders(path))
		return false;
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
	return true;
}

void lock_release(struct lock *lock)
{
	if (!lock->depth || --lock->depth)
		return;
	/* closing lets go of it */
	close(lock->fd);
}
