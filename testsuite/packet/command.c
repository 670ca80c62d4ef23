/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_STARTED 127

/* files in memory instead of pipes: no need to read while the program writes */
static int memory_file(const char *text)
{
	int fd = memfd_create("packet-test", MFD_CLOEXEC);

	if (fd < 0)
		err(2, "memfd_create");
	if (text &&
	    (write(fd, text, strlen(text)) != (ssize_t)strlen(text) || lseek(fd, 0, SEEK_SET) != 0))
		err(2, "memory file");
	return fd;
}

static char *memory_text(int fd)
{
	struct stat st;
	char *text;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		err(2, "memory file");
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		err(2, "memory");
	n = pread(fd, text, (size_t)st.st_size, 0);
	if (n < 0)
		err(2, "memory file");
	text[n] = '\0';
	close(fd);
	return text;
}

/* the alarm outlives exec: it bounds the program without a watcher */
static _Noreturn void start(char *const argv[], int in, int out, int error, int report)
{
	int reason;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(COMMAND_SECONDS);
	if (dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(error, 2) == 2)
		execvp(argv[0], argv);
	reason = errno;
	if (write(report, &reason, sizeof(reason)) != sizeof(reason))
		_exit(NOT_STARTED);
	_exit(NOT_STARTED);
}

bool command_run(struct output *o, char *const argv[], const char *input)
{
	int in = memory_file(input);
	int out = memory_file(NULL);
	int error = memory_file(NULL);
	int report = memory_file(NULL);
	int reason = 0;
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child < 0)
		err(2, "fork");
	if (!child)
		start(argv, in, out, error, report);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			err(2, "waitpid");
	o->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	o->out = memory_text(out);
	o->err = memory_text(error);
	if (pread(report, &reason, sizeof(reason), 0) == sizeof(reason)) {
		free(o->err);
		if (asprintf(&o->err, "%s: %s", argv[0], strerror(reason)) < 0)
			err(2, "memory");
	}
	close(in);
	close(report);
	return !reason;
}

void output_release(struct output *o)
{
	free(o->out);
	free(o->err);
	*o = (struct output){0};
}
