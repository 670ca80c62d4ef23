/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/base/buf.h"

static bool complain(const char *path, int error)
{
	fprintf(stderr, "nwfc: cannot write %s: %s\n", path, strerror(error));
	return false;
}

/* a device or a pipe is written to, not replaced */
static bool in_place(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* mkstemp() makes files private; a ruleset is as readable as any new file */
static void default_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	fchmod(fd, 0666 & ~mask);
}

static bool write_chunk(void *context, struct str chunk)
{
	struct file *f = context;

	if (fwrite(chunk.ptr, 1, chunk.len, f->stream) == chunk.len)
		return true;
	f->error = errno;
	return false;
}

bool file_open(struct file *f, const char *path)
{
	int fd;

	*f = (struct file){.path = path};
	buf_init_sink(&f->out, write_chunk, f);
	if (!path || !strcmp(path, "-")) {
		f->path = "standard output";
		f->stream = stdout;
		return true;
	}
	if (in_place(path)) {
		f->stream = fopen(path, "w");
		return f->stream ? true : complain(path, errno);
	}
	/* what a link leads to is replaced, not the link */
	f->target = realpath(path, NULL);
	if (asprintf(&f->temporary, "%s.XXXXXX", f->target ? f->target : path) < 0)
		return complain(path, ENOMEM);
	fd = mkstemp(f->temporary);
	if (fd < 0) {
		complain(path, errno);
		free(f->temporary);
		free(f->target);
		return false;
	}
	default_mode(fd);
	f->stream = fdopen(fd, "w");
	return f->stream ? true : complain(path, errno);
}

void file_put(const struct buf *b, FILE *to)
{
	if (b->len)
		fwrite(b->bytes, 1, b->len, to);
}

bool file_close(struct file *f, bool keep)
{
	if (!buf_finish(&f->out) && !f->error)
		f->error = ENOMEM;
	buf_release(&f->out);
	if (fflush(f->stream) && !f->error)
		f->error = errno;
	if (f->stream != stdout && fclose(f->stream) && !f->error)
		f->error = errno;
	if (f->temporary && keep && !f->error &&
	    rename(f->temporary, f->target ? f->target : f->path))
		f->error = errno;
	if (f->error)
		complain(f->path, f->error);
	if (f->temporary && (!keep || f->error))
		unlink(f->temporary);
	free(f->temporary);
	free(f->target);
	return !f->error;
}
