/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure RUNS COMMAND...: runs a command so often and prints the median of the
 * wall times in milliseconds and the largest resident size in KiB.  A small
 * program of its own, because the size the kernel reports for a child is never
 * below that of the process that started it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static void run(char **command, double *ret_time, long *ret_size)
{
	struct rusage usage;
	double start = now();
	int status;
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execvp(command[0], command);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status)) {
		fprintf(stderr, "measure: %s failed\n", command[0]);
		exit(1);
	}
	*ret_time = now() - start;
	if (usage.ru_maxrss > *ret_size)
		*ret_size = usage.ru_maxrss;
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0;
	double *times;
	long size = 0;

	if (runs < 1) {
		fputs("usage: measure RUNS COMMAND...\n", stderr);
		return 2;
	}
	times = calloc((size_t)runs, sizeof(*times));
	if (!times)
		return 1;
	for (int i = 0; i < runs; i++)
		run(argv + 2, &times[i], &size);
	qsort(times, (size_t)runs, sizeof(*times), compare);
	printf("%.3f %ld\n", times[runs / 2], size);
	free(times);
	return 0;
}
