/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_READ ((size_t)4 << 10)

static struct source *add_source(struct compile *c, struct str name, struct str bytes)
{
	struct source *s = source_new(c->arena, name, bytes, (unsigned)c->source.n);

	*VEC_PUSH(c->arena, &c->source) = s;
	return s;
}

struct source *compile_text(struct compile *c, struct str name, struct str bytes)
{
	struct source *s = add_source(c, name, bytes);

	diag_reach(&c->diag, s);
	return s;
}

/* an errno, or 0; *ret is all that fd gives */
static int read_all(struct compile *c, int fd, struct str *ret)
{
	struct stat st;
	size_t size = FIRST_READ;
	size_t n = 0;
	char *bytes;

	if (fstat(fd, &st))
		return errno;
	if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > FILE_LIMIT)
		return EFBIG;
	/* one byte more than there is, so that the end is seen without a second buffer */
	if (S_ISREG(st.st_mode))
		size = (size_t)st.st_size + 1;
	bytes = arena_alloc(c->arena, size);
	for (;;) {
		ssize_t got = read(fd, bytes + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		n += (size_t)got;
		if (n > FILE_LIMIT)
			return EFBIG;
		if (!got)
			break;
		if (n == size) {
			char *bigger = arena_alloc(c->arena, size * 2);

			memcpy(bigger, bytes, n);
			bytes = bigger;
			size *= 2;
		}
	}
	*ret = (struct str){bytes, n};
	return 0;
}

/* closes fd even when the arena is exhausted on the way */
static int read_file(struct compile *c, int fd, struct str *ret)
{
	jmp_buf trap;
	jmp_buf *outer = arena_trap(c->arena, &trap);
	int error;

	if (setjmp(trap)) {
		arena_trap(c->arena, outer);
		close(fd);
		arena_exhausted(c->arena);
	}
	error = read_all(c, fd, ret);
	arena_trap(c->arena, outer);
	close(fd);
	return error;
}

struct source *compile_try_read(struct compile *c, struct str path, int *ret_error)
{
	const char *name = str_c(c->arena, path);
	struct str bytes;
	int fd;

	if (str_is(path, "-")) {
		*ret_error = read_all(c, STDIN_FILENO, &bytes);
		return *ret_error ? NULL : add_source(c, STR("<standard input>"), bytes);
	}
	fd = open(name, O_RDONLY | O_CLOEXEC);
	*ret_error = fd < 0 ? errno : read_file(c, fd, &bytes);
	return *ret_error ? NULL : add_source(c, path, bytes);
}

struct source *compile_read(struct compile *c, struct str path)
{
	struct span nowhere = {0};
	int error;
	struct source *s = compile_try_read(c, path, &error);

	if (!s && error == EFBIG)
		diag_report(&c->diag, DIAG_FILE_TOO_LARGE, nowhere,
			    "%.*s: a file may have %zu bytes, this one has more", STR_ARG(path),
			    FILE_LIMIT);
	else if (!s)
		diag_report(&c->diag, DIAG_FILE_UNREADABLE, nowhere, "%.*s: %s", STR_ARG(path),
			    strerror(error));
	return s;
}
