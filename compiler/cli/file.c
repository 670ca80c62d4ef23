/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/base/buf.h"

static bool complain(const char *path)
{
	fprintf(stderr, "nwfc: cannot write %s: %m\n", path);
	return false;
}

/* mkstemp() makes files private; a ruleset is as readable as any new file */
static void default_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	fchmod(fd, 0666 & ~mask);
}

bool file_open(struct file *f, const char *path)
{
	int fd;

	*f = (struct file){.path = path};
	if (!path || !strcmp(path, "-")) {
		f->stream = stdout;
		return true;
	}
	if (asprintf(&f->temporary, "%s.XXXXXX", path) < 0)
		return complain(path);
	fd = mkstemp(f->temporary);
	if (fd < 0) {
		complain(path);
		free(f->temporary);
		return false;
	}
	default_mode(fd);
	f->stream = fdopen(fd, "w");
	return f->stream ? true : complain(path);
}

static bool write_chunk(void *context, struct str chunk)
{
	struct file *f = context;

	return fwrite(chunk.ptr, 1, chunk.len, f->stream) == chunk.len;
}

void file_buf(struct file *f, struct buf *ret)
{
	buf_init_sink(ret, write_chunk, f);
}

void file_put(const struct buf *b, FILE *to)
{
	if (b->len)
		fwrite(b->bytes, 1, b->len, to);
}

bool file_close(struct file *f, bool keep)
{
	bool ok;

	if (!f->temporary) {
		ok = !fflush(f->stream) && !ferror(f->stream);
		return ok ? true : complain("standard output");
	}
	ok = !fclose(f->stream);
	if (keep && ok)
		ok = !rename(f->temporary, f->path);
	if (!ok)
		complain(f->path);
	if (!keep || !ok)
		unlink(f->temporary);
	free(f->temporary);
	return ok;
}
