/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "compiler/cli/option_rows.h"

/* What shells complete: verbs, the options of each, and the words that an option takes. */

static bool takes(const struct verb *verb, const struct option_row *row)
{
	return row->verbs & verb->bit;
}

/* text between single quotes; before the characters in `special` stands a backslash */
static void put_quoted(const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr(special, *text))
			putchar('\\');
		putchar(*text);
	}
}

static void put_choices(size_t option)
{
	const char *separator = "";

	for (const char *const *c = option_choices[option]; *c; c++) {
		printf("%s%s", separator, *c);
		separator = " ";
	}
}

static void put_bash_options(const struct verb *verb)
{
	printf("\t%s) words=\"", verb->name);
	for (size_t i = 0; option_row(i); i++)
		if (takes(verb, option_row(i)))
			printf(" --%s%s", option_row(i)->name, option_row(i)->argument ? "=" : "");
	puts("\" ;;");
}

/* bash makes words of their own of an option, = and what follows */
static void bash_completion(void)
{
	puts("_nwfc() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}\n"
	     "\tlocal verb=${COMP_WORDS[1]} words=\n"
	     "\t[[ $option == = ]] && option=${COMP_WORDS[COMP_CWORD - 2]}\n"
	     "\t[[ $cur == = ]] && cur=\n"
	     "\tcase $option in");
	for (size_t i = 0; option_row(i); i++)
		if (option_choices[i]) {
			printf("\t--%s) words=\"", option_row(i)->name);
			put_choices(i);
			puts("\" ;;");
		}
	puts("\tesac\n"
	     "\tif [[ $words ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	     "\t\treturn\n\tfi\n"
	     "\tcase $verb in");
	for (size_t i = 0; i < nverb; i++)
		put_bash_options(&verbs[i]);
	fputs("\tesac\n\t[[ $COMP_CWORD -eq 1 ]] && words=\"", stdout);
	for (size_t i = 0; i < nverb; i++)
		printf("%s ", verbs[i].name);
	puts("--help --version\"\n"
	     "\tif [[ $cur == -* || $COMP_CWORD -eq 1 ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	     "\t\t[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
	     "\telse\n\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\tfi\n}\n"
	     "complete -o filenames -F _nwfc nwfc");
}

static void put_zsh_option(size_t option)
{
	const struct option_row *row = option_row(option);

	printf(" \\\n\t'*--%s%s[", row->name, row->argument ? "=" : "");
	put_quoted(row->help, "[]:\\");
	putchar(']');
	if (row->argument) {
		putchar(':');
		put_quoted(row->argument, ":\\");
		if (option_choices[option]) {
			fputs(":(", stdout);
			put_choices(option);
			putchar(')');
		} else {
			fputs(":_files", stdout);
		}
	}
	putchar('\'');
}

static void zsh_completion(void)
{
	puts("#compdef nwfc\nlocal -a verbs\nverbs=(");
	for (size_t i = 0; i < nverb; i++)
		printf("\t'%s:%s'\n", verbs[i].name, verbs[i].summary);
	puts(")\nif (( CURRENT == 2 )); then\n\t_describe verb verbs\n\treturn\nfi\n"
	     "shift words\n(( CURRENT-- ))\ncase $words[1] in");
	for (size_t v = 0; v < nverb; v++) {
		printf("%s) _arguments", verbs[v].name);
		for (size_t i = 0; option_row(i); i++)
			if (takes(&verbs[v], option_row(i)))
				put_zsh_option(i);
		puts(" \\\n\t'*:operand:_files' ;;");
	}
	puts("esac");
}

static void put_fish_option(const struct verb *verb, size_t option)
{
	const struct option_row *row = option_row(option);

	printf("complete -c nwfc -n '__fish_seen_subcommand_from %s' -l %s", verb->name, row->name);
	if (row->letter)
		printf(" -s %c", row->letter);
	if (option_choices[option]) {
		fputs(" -x -a '", stdout);
		put_choices(option);
		putchar('\'');
	} else if (row->argument) {
		fputs(" -r", stdout);
	}
	fputs(" -d '", stdout);
	put_quoted(row->help, "\\");
	puts("'");
}

static void fish_completion(void)
{
	for (size_t i = 0; i < nverb; i++)
		printf("complete -c nwfc -n __fish_use_subcommand -f -a %s -d '%s'\n",
		       verbs[i].name, verbs[i].summary);
	for (size_t v = 0; v < nverb; v++)
		for (size_t i = 0; option_row(i); i++)
			if (takes(&verbs[v], option_row(i)))
				put_fish_option(&verbs[v], i);
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
