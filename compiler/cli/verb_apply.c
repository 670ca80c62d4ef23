/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/host.h"
#include "compiler/cli/verbs.h"

int apply_stored(struct host *h, bool keep_going)
{
	struct apply_options options = {.exact = true};
	struct stored_list list;
	VEC(const struct stored_binding *) left = {0};
	bool failed = false;
	int code;

	if (!host_bindings(h, &list))
		return EXIT_INPUT;
	for (size_t i = 0; i < list.at.n; i++) {
		const struct stored_binding *b = list.at.at[i];
		bool compiled = !b->detached && host_compile(h, b);

		failed |= !compiled && !b->detached;
		if (!compiled)
			*VEC_PUSH(h->store.arena, &left) = b;
		session_progress(i + 1, list.at.n);
	}
	if (failed && !keep_going)
		return EXIT_INPUT;
	for (size_t i = 0; i < left.n; i++)
		if (!fallback_load(h, left.at[i], &options))
			return EXIT_KERNEL;
	code = host_change(h, options);
	return failed && (code == EXIT_FINE || code == EXIT_CHANGED) ? EXIT_INPUT : code;
}

int verb_apply(struct host *h)
{
	const struct options *o = h->options;

	if (o->tap || o->mac || o->parameter.n || o->binding.n || o->bindings || o->operand.n)
		return bind_wanted(h, true);
	return apply_stored(h, o->keep_going);
}
