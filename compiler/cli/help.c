/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "compiler/cli/options.h"

static void print_option(const struct option_row *row)
{
	char left[64];
	int n;

	n = snprintf(left, sizeof(left), "  %c%c%s--%s%s%s", row->letter ? '-' : ' ',
		     row->letter ? row->letter : ' ', row->letter ? ", " : "  ", row->name,
		     row->argument ? "=" : "", row->argument ? row->argument : "");
	if (n > 32)
		printf("%s\n%34s%s\n", left, "", row->help);
	else
		printf("%-34s%s\n", left, row->help);
}

void help_print(const struct verb *verb)
{
	if (verb) {
		printf("Usage: nwfc %s [OPTION]... %s\n\n%s\n\nOptions:\n", verb->name,
		       verb->operands, verb->text);
		for (size_t i = 0; option_row(i); i++)
			if (option_row(i)->verbs & verb->bit)
				print_option(option_row(i));
		return;
	}
	puts("Usage: nwfc VERB [OPTION]... [OPERAND]...\n\n"
	     "Compiles libvirt network filters to nftables and applies them to the interfaces of\n"
	     "virtual machines.\n\nVerbs:");
	for (size_t i = 0; i < nverb; i++)
		printf("  %-12s%s\n", verbs[i].name, verbs[i].summary);
	puts("\n'nwfc VERB --help' shows the options of a verb; nwfc(1) has it all.\n\n"
	     "Exit status: 0 fine, or nothing to do; 1 findings; 2 usage; 3 input unreadable or\n"
	     "refused; 4 the kernel refused and nothing changed; 10 changed "
	     "(--detailed-exitcode).");
}

static void words_of_options(unsigned verbs_bit, const char *prefix)
{
	for (size_t i = 0; option_row(i); i++)
		if (option_row(i)->verbs & verbs_bit)
			printf(" %s%s%s", prefix, option_row(i)->name,
			       option_row(i)->argument && *prefix ? "=" : "");
}

static void bash_completion(void)
{
	puts("_nwfc() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words");
	puts("\tcase $verb in");
	for (size_t i = 0; i < nverb; i++) {
		printf("\t%s) words=\"", verbs[i].name);
		words_of_options(verbs[i].bit, "--");
		puts("\" ;;");
	}
	fputs("\t*) words=\"", stdout);
	for (size_t i = 0; i < nverb; i++)
		printf("%s ", verbs[i].name);
	puts("--help --version\" ;;\n\tesac");
	puts("\tif [[ $cur == -* || $COMP_CWORD -eq 1 ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	     "\t\t[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
	     "\telse\n\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\tfi\n}");
	puts("complete -o filenames -F _nwfc nwfc");
}

static void zsh_completion(void)
{
	puts("#compdef nwfc\nlocal -a verbs\nverbs=(");
	for (size_t i = 0; i < nverb; i++)
		printf("\t'%s:%s'\n", verbs[i].name, verbs[i].summary);
	puts(")\nif (( CURRENT == 2 )); then\n\t_describe verb verbs\n\treturn\nfi\ncase $words[2] "
	     "in");
	for (size_t i = 0; i < nverb; i++) {
		printf("%s) _values -w option", verbs[i].name);
		words_of_options(verbs[i].bit, "--");
		puts("; _files ;;");
	}
	puts("esac");
}

static void fish_completion(void)
{
	for (size_t i = 0; i < nverb; i++)
		printf("complete -c nwfc -n __fish_use_subcommand -a %s -d '%s'\n", verbs[i].name,
		       verbs[i].summary);
	for (size_t v = 0; v < nverb; v++)
		for (size_t i = 0; option_row(i); i++) {
			const struct option_row *row = option_row(i);

			if (row->verbs & verbs[v].bit)
				printf("complete -c nwfc -n '__fish_seen_subcommand_from %s' -l "
				       "%s%s\n",
				       verbs[v].name, row->name, row->argument ? " -r" : "");
		}
}

bool completion_print(const char *shell)
{
	static const struct {
		const char *shell;
		void (*print)(void);
	} shells[] = {
		{"bash", bash_completion},
		{"zsh", zsh_completion},
		{"fish", fish_completion},
	};

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (!strcmp(shell, shells[i].shell)) {
			shells[i].print();
			return true;
		}
	return false;
}
