/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "macvtap.h"
#include "play.h"
#include "report.h"
#include "scenario.h"

#define EXIT_USAGE 2
#define EXIT_SKIPPED 77

static const char help[] =
	"usage: packet-test [-v] [-m MODE] SCENARIO...\n"
	"       packet-test --show SCENARIO...\n"
	"Sends the frames of scenarios through taps and a bridge in a network namespace\n"
	"of their own, as root, and compares where they come out with what is expected.\n"
	"\n"
	"  -v, --verbose  tell the verdict on every frame\n"
	"  -m, --macvtap  vm is a macvtap of that mode instead of a tap\n"
	"  -s, --show     print a table of verdicts instead of TAP\n"
	"  -h, --help     print this\n"
	"\n"
	"Exit status: 0 as expected, 1 not, 2 a scenario cannot be read, 77 not permitted.\n";

/* as a child: what moves into the scenario's world must not stay there */
static _Noreturn void play_and_exit(const struct scenario *s, struct report *report)
{
	char *reason;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!scenario_play(s, report, &reason)) {
		printf("%s%s\n", report->points || report->show ? "# " : "1..0 # SKIP ", reason);
		free(reason);
		fflush(NULL);
		_exit(EXIT_SKIPPED);
	}
	if (report->show)
		report_end(report);
	fflush(NULL);
	_exit(report->failed ? 1 : 0);
}

/* the exit status of the scenario; a child that was killed ends the whole run */
static int run(const struct scenario *s, struct report *report)
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child < 0)
		err(EXIT_USAGE, "fork");
	if (!child)
		play_and_exit(s, report);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			err(EXIT_USAGE, "waitpid");
	report->points += scenario_expectations(s);
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	printf("Bail out! %s: %s\n", s->name, strsignal(WTERMSIG(status)));
	return -1;
}

static int run_all(const struct scenario *scenario, unsigned n, struct report *report)
{
	bool failed = false;

	for (unsigned i = 0; i < n; i++) {
		int status = run(&scenario[i], report);

		if (status == EXIT_SKIPPED && i == 0)
			return EXIT_SKIPPED;
		if (status < 0)
			return 1;
		failed |= status != 0;
	}
	if (!report->show)
		printf("1..%u\n", report->points);
	return failed;
}

/* iproute2 and nft live where the PATH of su does not look */
static void extend_path(void)
{
	const char *path = getenv("PATH");
	char *longer;

	if (asprintf(&longer, "%s:/usr/sbin:/sbin", path ? path : "/usr/bin:/bin") < 0 ||
	    setenv("PATH", longer, 1) != 0)
		err(EXIT_USAGE, "PATH");
	free(longer);
}

/* where the rules of the end vm are, for commands that list them */
static void set_family(const char *mode)
{
	if (setenv("FAMILY", mode ? "netdev" : "bridge", 1) != 0)
		err(EXIT_USAGE, "FAMILY");
}

static bool read_options(int argc, char **argv, struct report *report, const char **ret_mode)
{
	static const struct option options[] = {
		{"verbose", no_argument, NULL, 'v'},
		{"macvtap", required_argument, NULL, 'm'},
		{"show", no_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "m:vsh", options, NULL)) >= 0) {
		if (option == 'h') {
			fputs(help, stdout);
			exit(0);
		}
		if (option == 'm')
			*ret_mode = optarg;
		if (option == '?' || (*ret_mode && !macvtap_mode(*ret_mode)))
			return false;
		report->verbose |= option == 'v';
		report->show |= option == 's';
	}
	return optind < argc;
}

int main(int argc, char **argv)
{
	struct report report = {0};
	const char *mode = NULL;
	struct scenario *scenario;
	unsigned n = 0;
	bool readable = true;
	int status = EXIT_USAGE;

	if (!read_options(argc, argv, &report, &mode)) {
		fputs(help, stderr);
		return EXIT_USAGE;
	}
	extend_path();
	set_family(mode);
	scenario = calloc((size_t)(argc - optind), sizeof(*scenario));
	if (!scenario)
		err(EXIT_USAGE, "memory");
	for (int i = optind; i < argc; i++)
		readable &= scenario_read(&scenario[n++], argv[i]);
	for (unsigned i = 0; i < n; i++)
		scenario[i].macvtap = mode;
	if (readable)
		status = run_all(scenario, n, &report);
	for (unsigned i = 0; i < n; i++)
		scenario_release(&scenario[i]);
	free(scenario);
	return status;
}
