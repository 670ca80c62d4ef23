/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "compiler/cli/options.h"

#define INDENT 34
#define WIDTH 80

/* words from column INDENT on, in lines of WIDTH */
static void print_wrapped(const char *text)
{
	int column = INDENT;

	while (*text) {
		int n = (int)strcspn(text, " ");

		if (column > INDENT && column + 1 + n > WIDTH) {
			printf("\n%*s", INDENT, "");
			column = INDENT;
		}
		column += printf("%s%.*s", column > INDENT ? " " : "", n, text);
		text += n + (text[n] == ' ');
	}
	putchar('\n');
}

static void print_option(const struct option_row *row)
{
	char left[64];
	int n;

	n = snprintf(left, sizeof(left), "  %c%c%s--%s%s%s", row->letter ? '-' : ' ',
		     row->letter ? row->letter : ' ', row->letter ? ", " : "  ", row->name,
		     row->argument ? "=" : "", row->argument ? row->argument : "");
	if (n > INDENT - 2)
		printf("%s\n%*s", left, INDENT, "");
	else
		printf("%-*s", INDENT, left);
	print_wrapped(row->help);
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
	puts("\n'nwfc VERB --help' shows the options of a verb, nwfc-VERB(1) all about it.\n\n"
	     "Exit status: 0 fine, or nothing to do; 1 findings; 2 usage; 3 input unreadable or\n"
	     "refused; 4 the kernel refused and nothing changed; 10 changed "
	     "(--detailed-exitcode).");
}
