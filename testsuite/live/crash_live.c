/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crash-live N COMMAND...: runs the command and kills it on its way into the N-th
 * system call that changes something outside of the process: what is on the
 * disk, what is loaded, or what others may see.  Between two of them nothing
 * happens that a test could tell from a kill at the second.  (A batch for
 * nf_tables is a sendmsg; what asks it for something is a sendto.)  Prints the
 * name of the call.  Exits with 0 if the command was killed, with 1 if it ended before.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/ptrace.h>

#define WRITES (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

static const struct call {
	long number;
	const char *name;
	int flags; /* position of the flags of an open, or -1 */
} calls[] = {
#ifdef SYS_open
	{SYS_open, "open", 1},
	{SYS_rename, "rename", -1},
	{SYS_unlink, "unlink", -1},
	{SYS_rmdir, "rmdir", -1},
	{SYS_mkdir, "mkdir", -1},
#endif
	{SYS_openat, "openat", 2},
	{SYS_renameat, "renameat", -1},
	{SYS_renameat2, "renameat2", -1},
	{SYS_unlinkat, "unlinkat", -1},
	{SYS_mkdirat, "mkdirat", -1},
	{SYS_write, "write", -1},
	{SYS_writev, "writev", -1},
	{SYS_pwrite64, "pwrite64", -1},
	{SYS_fsync, "fsync", -1},
	{SYS_fdatasync, "fdatasync", -1},
	{SYS_ftruncate, "ftruncate", -1},
	{SYS_sendmsg, "sendmsg", -1},
	{SYS_flock, "flock", -1},
	{SYS_exit_group, "exit_group", -1},
};

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(99);
}

/* NULL: a call that changes nothing */
static const char *changing_call(pid_t child)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof(info), &info) < 0)
		fail("PTRACE_GET_SYSCALL_INFO");
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return NULL;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if ((long)info.entry.nr == calls[i].number)
			return calls[i].flags < 0 || info.entry.args[calls[i].flags] & WRITES
				       ? calls[i].name
				       : NULL;
	return NULL;
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid");
	return status;
}

/* the name of the n-th call, in front of which the child stands; NULL: it ended */
static const char *run_to(pid_t child, unsigned long n)
{
	int signal = 0;

	for (;;) {
		const char *name;
		int status;

		if (ptrace(PTRACE_SYSCALL, child, NULL, (void *)(intptr_t)signal) < 0)
			fail("PTRACE_SYSCALL");
		status = wait_for(child);
		if (!WIFSTOPPED(status))
			return NULL;
		signal = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
		name = signal ? NULL : changing_call(child);
		if (name && !--n)
			return name;
	}
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	const char *name;
	pid_t child;

	if (!n) {
		fputs("crash-live N COMMAND...\n", stderr);
		return 2;
	}
	child = fork();
	if (child < 0)
		fail("fork");
	if (!child) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			fail("PTRACE_TRACEME");
		execvp(argv[2], argv + 2);
		fail(argv[2]);
	}
	/* stops once it has become the command */
	if (!WIFSTOPPED(wait_for(child)))
		return 99;
	if (ptrace(PTRACE_SETOPTIONS, child, NULL,
		   (void *)(intptr_t)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) < 0)
		fail("PTRACE_SETOPTIONS");
	name = run_to(child, n);
	if (!name)
		return 1;
	kill(child, SIGKILL);
	wait_for(child);
	puts(name);
	return 0;
}
