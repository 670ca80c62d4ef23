/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure RUNS COMMAND... [-- COMMAND...]...: runs commands so often, in turn, so
 * that what else the machine does falls on all of them alike, and prints a line
 * for each: the median of the wall times in milliseconds and the largest resident
 * size in KiB.  A small program of its own, because the size the kernel reports
 * for a child is never below that of the process that started it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MOST 16

struct command {
	char **argv;
	double *times;
	long size;
};

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

static void run(struct command *c, int turn)
{
	struct rusage usage;
	double start = now();
	int status;
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execvp(c->argv[0], c->argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status)) {
		fprintf(stderr, "measure: %s failed\n", c->argv[0]);
		exit(1);
	}
	c->times[turn] = now() - start;
	if (usage.ru_maxrss > c->size)
		c->size = usage.ru_maxrss;
}

/* cuts the words at each "--"; 0 if there is nothing to run between two */
static size_t split(char **words, struct command *commands)
{
	size_t n = 0;

	for (;;) {
		if (n == COMMANDS_MOST || !*words || !strcmp(*words, "--"))
			return 0;
		commands[n++].argv = words;
		while (*words && strcmp(*words, "--"))
			words++;
		if (!*words)
			return n;
		*words++ = NULL;
	}
}

int main(int argc, char **argv)
{
	struct command commands[COMMANDS_MOST] = {0};
	int runs = argc > 2 ? atoi(argv[1]) : 0;
	size_t n = runs < 1 ? 0 : split(argv + 2, commands);

	if (!n) {
		fputs("usage: measure RUNS COMMAND... [-- COMMAND...]...\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < n; i++) {
		commands[i].times = calloc((size_t)runs, sizeof(*commands[i].times));
		if (!commands[i].times)
			return 1;
	}
	for (int turn = 0; turn < runs; turn++)
		for (size_t i = 0; i < n; i++)
			run(&commands[i], turn);
	for (size_t i = 0; i < n; i++) {
		struct command *c = &commands[i];

		qsort(c->times, (size_t)runs, sizeof(*c->times), compare);
		printf("%.3f %ld\n", c->times[runs / 2], c->size);
		free(c->times);
	}
	return 0;
}
