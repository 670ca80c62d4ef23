/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make_one(const char *path)
{
	return !mkdir(path, 0755) || errno == EEXIST;
}

bool folder_make(const char *path)
{
	char part[PATH_MAX];
	size_t n = strlen(path);

	if (n >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (!access(path, F_OK))
		return true;
	memcpy(part, path, n + 1);
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (!make_one(part))
			return false;
		*slash = '/';
	}
	return make_one(part);
}

static bool close_with(int fd, bool ok)
{
	int error = errno;

	if (close(fd) && ok)
		return false;
	errno = error;
	return ok;
}

bool folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && close_with(fd, !fsync(fd));
}

static bool write_all(int fd, struct str text)
{
	while (text.len) {
		ssize_t n = write(fd, text.ptr, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text.ptr += n;
		text.len -= (size_t)n;
	}
	return true;
}

static int open_new(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
}

bool folder_put(const char *path, struct str text)
{
	int fd = open_new(path);

	return fd >= 0 && close_with(fd, write_all(fd, text));
}

bool folder_write(const char *path, struct str text)
{
	int fd = open_new(path);

	return fd >= 0 && close_with(fd, write_all(fd, text) && !fsync(fd));
}

bool folder_read(struct arena *arena, const char *path, struct str *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *bytes;
	size_t n = 0;
	ssize_t got;

	if (fd < 0)
		return false;
	if (fstat(fd, &st))
		return close_with(fd, false);
	bytes = arena_alloc(arena, (size_t)st.st_size + 1);
	while (n < (size_t)st.st_size && (got = read(fd, bytes + n, (size_t)st.st_size - n)) != 0) {
		if (got < 0 && errno != EINTR)
			return close_with(fd, false);
		n += got > 0 ? (size_t)got : 0;
	}
	*ret = (struct str){bytes, n};
	return close_with(fd, true);
}

static int is_shown(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

bool folder_list(struct arena *arena, const char *path, struct names *ret)
{
	struct dirent **entries;
	int n = scandir(path, &entries, is_shown, by_bytes);

	*ret = (struct names){0};
	if (n < 0)
		return errno == ENOENT;
	for (int i = 0; i < n; i++) {
		*VEC_PUSH(arena, &ret->at) = str_dup(arena, str_of(entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return true;
}
