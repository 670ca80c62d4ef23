/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "compiler/cli/host.h"
#include "compiler/cli/verbs.h"

static int run_help(const struct options *o)
{
	const struct verb *verb = o->operand.n ? verb_find(o->operand.at[0]) : NULL;

	if (o->operand.n && !verb)
		return usage_error("there is no verb '%s'", o->operand.at[0]);
	(o->manual ? manual_print : help_print)(verb);
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
	 verb_compile, NULL},
	{"apply", VERB_APPLY, "[DEV...]", "load what is stored, in one transaction",
	 "Brings the kernel to exactly the stored state, in one transaction; with interfaces DEV,\n"
	 "these alone. With --tap, --mac and FILTER, or --binding, does what 'bind --transient'\n"
	 "does. Applying the same again does nothing.",
	 NULL, verb_apply},
	{"bind", VERB_BIND, "FILTER | FILE...", "filter an interface, now and after a boot",
	 "Stores a binding and loads its rules: of --tap, --mac, -p and the stored FILTER, of\n"
	 "<filterbinding> documents FILE, or of the interfaces of a --domain. A binding of the\n"
	 "same interface is replaced.",
	 NULL, verb_bind},
	{"unbind", VERB_UNBIND, "DEV...", "remove the filters of an interface",
	 "Forgets the bindings of the interfaces DEV and removes what filters them; others are\n"
	 "not touched.",
	 NULL, verb_unbind},
	{"bindings", VERB_BINDINGS, "", "list the bindings",
	 "Prints the interface, address, kind and filter of every binding.", NULL, verb_bindings},
	{"define", VERB_DEFINE, "FILE...", "store filters, and load them wherever they are used",
	 "Stores each filter under its name, in place of the one that has it. Every interface\n"
	 "that the change reaches gets its new rules in one transaction; if one of them cannot\n"
	 "have them, nothing changes.",
	 NULL, verb_define},
	{"undefine", VERB_UNDEFINE, "NAME...", "remove filters that no interface uses",
	 "Removes filters that take part in no binding from the store.", NULL, verb_undefine},
	{"list", VERB_LIST, "", "list the filters that bindings can refer to",
	 "Prints the name, uuid and file of every filter: those of the store, of libvirt, and the\n"
	 "built-in ones.",
	 NULL, verb_list},
	{"dumpxml", VERB_DUMPXML, "NAME", "print a filter, or a binding, in canonical form",
	 "Prints the filter NAME, or with --binding DEV the binding of an interface.", NULL,
	 verb_dumpxml},
	{"edit", VERB_EDIT, "NAME", "change a stored filter with an editor",
	 "Opens the filter NAME in $VISUAL or $EDITOR and defines what was saved. What does not\n"
	 "define can be edited again.",
	 NULL, verb_edit},
	{"status", VERB_STATUS, "", "compare what is stored with what is loaded",
	 "Prints for every interface whether its rules are loaded as they are stored, and warns\n"
	 "of other tables that filter. Exit status 1 if something differs.",
	 NULL, verb_status},
	{"relearn", VERB_RELEARN, "DEV...", "forget the addresses that were learned",
	 "The next that the VM uses, or is given by DHCP, are its own.", NULL, verb_relearn},
	{"save", VERB_SAVE, "[FILE]", "write all filters and bindings to one file",
	 "Writes the stored filters and persistent bindings as one JSON document, with a hash of\n"
	 "what each interface filters.",
	 NULL, verb_save},
	{"restore", VERB_RESTORE, "FILE", "make the store and the kernel what a file says",
	 "Replaces all stored filters and persistent bindings by those of FILE, in one\n"
	 "transaction. Nothing changes if one of them would not filter as it did where it was\n"
	 "saved.",
	 NULL, verb_restore},
	{"hook", VERB_HOOK, "qemu GUEST OPERATION...", "bind what libvirt starts",
	 "For /etc/libvirt/hooks/qemu: reads the domain from standard input and binds or unbinds\n"
	 "its interfaces, until the next boot. A guest whose filters cannot be loaded does not\n"
	 "start; one that runs goes on.",
	 NULL, verb_hook},
	{"lint", VERB_LINT, "PATH...", "say what is wrong with filters",
	 "Checks files, and folders of *.xml, and what they refer to. Exit status 1 if there is\n"
	 "a warning or an error.",
	 verb_lint, NULL},
	{"explain", VERB_EXPLAIN, "[FILTER] out|in FRAME...", "say why a frame passes or does not",
	 "Judges a frame in words, such as out tcp 10.0.0.5:4000 > 192.0.2.1:25, without a "
	 "kernel:\n"
	 "prints the verdict, the rule that decided, the path through the chains, and the rules\n"
	 "that one test kept from deciding. --hex and --pcap give the frame otherwise. With\n"
	 "--tap alone, the binding is the one that is stored.",
	 verb_explain, verb_explain_stored},
	{"test", VERB_TEST, "PATH...", "test filters with frames in words",
	 "Runs the cases of files, and of the files *.test in folders and below them: each is a\n"
	 "frame in words and what has to happen to it. No kernel and no root are needed. Exit\n"
	 "status 1 if a case fails.",
	 verb_test, NULL},
	{"fmt", VERB_FMT, "PATH...", "lay out filters, and keep their comments",
	 "Rewrites files, and the *.xml of folders: two blanks a level, an element a line, single\n"
	 "quotes. Comments and values stay as they are. - reads standard input and prints.",
	 verb_fmt, NULL},
	{"fields", VERB_FIELDS, "", "print the reference of protocols and attributes",
	 "Prints every protocol element and its attributes, from the tables of the compiler.",
	 verb_fields, NULL},
	{"completion", VERB_COMPLETION, "SHELL", "print completions for bash, zsh or fish",
	 "Prints a completion script for SHELL.", run_completion, NULL},
	{"help", VERB_HELP, "[VERB]", "show help", "Shows help on nwfc or on a verb.", run_help,
	 NULL},
};

const size_t nverb = sizeof(verbs) / sizeof(verbs[0]);

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < nverb; i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

bool verb_reads_store(const struct verb *verb, const struct options *o)
{
	return verb->host && (!verb->run || (o->tap && !o->mac && !o->parameter.n));
}

static int dispatch(struct options *o)
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
	return verb_reads_store(verb, o) ? host_run(o) : verb->run(o);
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
