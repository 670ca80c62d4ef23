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
