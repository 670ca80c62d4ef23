/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "compiler/cli/options.h"
#include "compiler/cli/verbs.h"

static int run_help(const struct options *o)
{
	const struct verb *verb = o->operand.n ? verb_find(o->operand.at[0]) : NULL;

	if (o->operand.n && !verb)
		return usage_error("there is no verb '%s'", o->operand.at[0]);
	help_print(verb);
	return EXIT_FINE;
}

static int run_completion(const struct options *o)
{
	if (o->operand.n == 1 && completion_print(o->operand.at[0]))
		return EXIT_FINE;
	return usage_error("name a shell: bash, zsh or fish");
}

const struct verb verbs[] = {
	{"compile", VERB_COMPILE, "FILTER", "turn filters into an nftables ruleset",
	 "Compiles FILTER (a path if it has a slash or ends in .xml, else a name) for one\n"
	 "interface, or every binding given, and prints a file for 'nft -f'.",
	 verb_compile},
	{"apply", VERB_APPLY, "FILTER", "compile and load in one transaction",
	 "Compiles as 'compile' does and brings the kernel to that state in one transaction.\n"
	 "Applying the same again does nothing.",
	 verb_apply},
	{"unbind", VERB_UNBIND, "DEV...", "remove the filters of an interface",
	 "Removes what filters the interfaces DEV; others are not touched.", verb_unbind},
	{"lint", VERB_LINT, "PATH...", "say what is wrong with filters",
	 "Checks files, and folders of *.xml, and what they refer to. Exit status 1 if anything\n"
	 "was found.",
	 verb_lint},
	{"fields", VERB_FIELDS, "", "print the reference of protocols and attributes",
	 "Prints every protocol element and its attributes, from the tables of the compiler.",
	 verb_fields},
	{"completion", VERB_COMPLETION, "SHELL", "print completions for bash, zsh or fish",
	 "Prints a completion script for SHELL.", run_completion},
	{"help", VERB_HELP, "[VERB]", "show help", "Shows help on nwfc or on a verb.", run_help},
};

const size_t nverb = sizeof(verbs) / sizeof(verbs[0]);

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < nverb; i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static int dispatch(const struct options *o)
{
	const struct verb *verb = o->verb ? verb_find(o->verb) : NULL;

	if (o->version) {
		puts("nwfc " PACKAGE_VERSION);
		return EXIT_FINE;
	}
	if (o->verb && !verb)
		return usage_error("there is no verb '%s'", o->verb);
	if (o->help || !verb) {
		help_print(verb);
		return o->help ? EXIT_FINE : EXIT_USAGE;
	}
	return verb->run(o);
}

int main(int argc, char **argv)
{
	struct options o;
	int code = EXIT_USAGE;

	if (options_parse(&o, argc, argv))
		code = dispatch(&o);
	options_release(&o);
	if (fflush(stdout) || ferror(stdout)) {
		perror("nwfc: standard output");
		code = code ? code : EXIT_INPUT;
	}
	return code;
}
