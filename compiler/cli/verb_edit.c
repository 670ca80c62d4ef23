/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/cli/host.h"
#include "compiler/cli/verbs.h"
#include "runtime/folder.h"

/* the user's editor, which may be a command with options; false after a message */
static bool run_editor(const char *path)
{
	const char *editor = getenv("VISUAL");
	int status = -1;
	pid_t child;

	editor = editor && *editor ? editor : getenv("EDITOR");
	editor = editor && *editor ? editor : "vi";
	child = fork();
	if (!child) {
		/* the path is an argument, not a part of the command */
		execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", editor, path, (char *)NULL);
		_exit(127);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "nwfc: the editor '%s' failed; nothing was changed\n", editor);
		return false;
	}
	return true;
}

static bool ask_again(void)
{
	char answer[16];

	if (!isatty(STDIN_FILENO))
		return false;
	fputs("Edit again? [y/N] ", stderr);
	return fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y');
}

static bool write_copy(const struct filter *f, const char *path)
{
	if (folder_write(path, f->source->bytes))
		return true;
	fprintf(stderr, "nwfc: cannot write %s: %m\n", path);
	return false;
}

/* somebody else's change must not be overwritten unseen */
static bool unchanged(struct host *h, const struct filter *f)
{
	struct str now;

	if (f->source->name.ptr[0] == '<' ||
	    (folder_read(h->store.arena, f->source->name.ptr, &now) &&
	     str_eq(now, f->source->bytes)))
		return true;
	fprintf(stderr, "nwfc: %.*s was changed meanwhile; nothing was changed\n",
		STR_ARG(f->source->name));
	return false;
}

/* with a job of its own: each try begins with the store as it is then */
static int define(const struct host *h, const char *path)
{
	struct options o = *h->options;
	const char *operand[] = {path};

	o.verb = "define";
	o.operand = (struct words){operand, 1};
	return host_session(&o);
}

/* a built-in filter that was only looked at must not become one of the store */
static bool looked_at(struct host *h, const struct filter *f, const char *path)
{
	struct str text;

	return folder_read(h->store.arena, path, &text) && str_eq(text, f->source->bytes);
}

static int edit(struct host *h, const struct filter *f, const char *path)
{
	int code;

	if (!write_copy(f, path))
		return EXIT_INPUT;
	do {
		if (!run_editor(path) || !unchanged(h, f))
			return EXIT_INPUT;
		if (looked_at(h, f, path)) {
			puts("nothing to do");
			return EXIT_FINE;
		}
		code = define(h, path);
	} while (code && code != EXIT_CHANGED && ask_again());
	return code;
}

int verb_edit(struct host *h)
{
	const struct options *o = h->options;
	char path[] = "/tmp/nwfc-edit-XXXXXX.xml";
	struct str name;
	struct filter *f;
	int code, fd;

	if (o->operand.n != 1)
		return usage_error("name one filter");
	name = str_of(o->operand.at[0]);
	f = library_find(&h->job->library, name);
	if (!f) {
		library_report_unknown(&h->job->library, name, (struct span){0});
		return EXIT_INPUT;
	}
	fd = mkstemps(path, 4);
	if (fd < 0) {
		fprintf(stderr, "nwfc: cannot make a file in /tmp: %m\n");
		return EXIT_INPUT;
	}
	close(fd);
	code = edit(h, f, path);
	unlink(path);
	return code;
}
