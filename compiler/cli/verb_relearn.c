/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "compiler/cli/host.h"
#include "compiler/cli/verbs.h"
#include "runtime/learned_sets.h"

int verb_relearn(struct host *h)
{
	const struct options *o = h->options;
	struct diag_list *diag = &h->job->compile.diag;
	struct learned_list list;
	size_t n = 0;

	if (!o->operand.n)
		return usage_error("name the interfaces whose addresses are to be forgotten");
	for (size_t i = 0; i < o->operand.n; i++)
		if (!tap_name_ok(str_of(o->operand.at[i])))
			return usage_error("'%s' is no name of an interface", o->operand.at[i]);
	if (!learned_read(&h->runtime, diag, &list))
		return EXIT_KERNEL;
	for (size_t i = 0; i < o->operand.n; i++) {
		struct str tap = str_of(o->operand.at[i]);

		n += learned_count(&list, tap);
		if (!o->check && !learned_forget(&h->runtime, &list, tap, diag))
			return EXIT_KERNEL;
	}
	if (!n)
		fprintf(h->out, "nothing to do\n");
	else
		fprintf(h->out, "%s: %zu address%s\n", o->check ? "would forget" : "forgotten", n,
			n == 1 ? "" : "es");
	return n && o->detailed ? EXIT_CHANGED : EXIT_FINE;
}
