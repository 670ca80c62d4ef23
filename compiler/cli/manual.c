/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdio.h>

#include "compiler/cli/option_rows.h"

/*
 * The parts of the manual pages that the tables know, in scdoc's form: the page of a
 * verb takes its options and exit status from here, that of the program the verbs
 * (doc/page.awk puts them in).
 */
#define VERB_WITHOUT_INPUT ((unsigned)(VERB_FIELDS | VERB_COMPLETION | VERB_HELP))

static const struct {
	enum exit_code code;
	unsigned verbs;
	const char *text;
} statuses[] = {
	{EXIT_FINE, VERB_ANY, "fine, or nothing to do"},
	{EXIT_FINDINGS, VERB_LINT,
	 "something is at least a warning, or as severe as *--fail-on* says; with *--diff*,\n"
	 "something would change"},
	{EXIT_FINDINGS, VERB_TEST, "a case fails, or too few rules decide"},
	{EXIT_FINDINGS, VERB_STATUS,
	 "an interface is not loaded as it is stored, or another table decides too"},
	{EXIT_FINDINGS, VERB_FMT, "with *--check* or *--diff*: something would change"},
	{EXIT_USAGE, VERB_ANY, "usage, or a mistake in a configuration"},
	{EXIT_INPUT, VERB_ANY & ~VERB_WITHOUT_INPUT, "input unreadable or refused"},
	{EXIT_KERNEL, VERB_CHANGE | VERB_STATUS, "the kernel refused; nothing was changed"},
	{EXIT_KERNEL, VERB_TEST, "with *--kernel*: there is none to ask"},
	{EXIT_UNDONE, VERB_CHANGE,
	 "the kernel took a change that the store could not keep; it was taken back"},
	{EXIT_CHANGED, VERB_CHANGE, "something was changed (only with *--detailed-exitcode*)"},
};

/* what the user puts in is underlined, and words to be written as they are are bold */
static void put_argument(const char *text)
{
	while (*text) {
		bool upper = isupper((unsigned char)*text);
		char mark = upper ? '_' : '*';

		if (!isalnum((unsigned char)*text)) {
			putchar(*text++);
			continue;
		}
		putchar(mark);
		while (upper ? isupper((unsigned char)*text)
			     : islower((unsigned char)*text) || isdigit((unsigned char)*text))
			putchar(*text++);
		putchar(mark);
	}
}

/* a term and, below it, lines that say what it is */
static void put_indented(const char *text)
{
	fputs("\n\t", stdout);
	for (; *text; text++) {
		putchar(*text);
		if (*text == '\n')
			putchar('\t');
	}
	fputs("\n\n", stdout);
}

static void put_options(const struct verb *verb)
{
	puts("# OPTIONS\n");
	for (size_t i = 0; option_row(i); i++) {
		const struct option_row *row = option_row(i);

		if (!(row->verbs & verb->bit))
			continue;
		if (row->letter)
			printf("*-%c*, ", row->letter);
		printf("*--%s*%s", row->name, row->argument ? "=" : "");
		put_argument(row->argument ? row->argument : "");
		put_indented(option_page((enum option_id)i, verb));
	}
}

static void put_verbs(void)
{
	puts("# VERBS\n");
	for (size_t i = 0; i < nverb; i++) {
		printf("*nwfc-%s*(1)", verbs[i].name);
		put_indented(verbs[i].summary);
	}
}

/* of a verb, or of all; what is not so of all says of which */
static void put_statuses(const struct verb *verb)
{
	puts("# EXIT STATUS\n");
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		if (verb && !(statuses[i].verbs & verb->bit))
			continue;
		printf("*%d*", statuses[i].code);
		for (size_t v = 0; v < nverb && !verb; v++)
			if (statuses[i].verbs == (unsigned)verbs[v].bit)
				printf(" (*%s*)", verbs[v].name);
		put_indented(statuses[i].text);
	}
}

void manual_print(const struct verb *verb)
{
	if (verb)
		put_options(verb);
	else
		put_verbs();
	put_statuses(verb);
}
