/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "compiler/cli/host.h"
#include "compiler/cli/verbs.h"
#include "compiler/cli/wanted.h"

/*
 * What libvirt calls /etc/libvirt/hooks/qemu for, of which some concerns us.  What
 * fails before the guest runs keeps it from starting; a guest that runs goes on.
 */
static const struct event {
	const char *operation;
	enum { EVENT_BIND, EVENT_UNBIND } kind;
	bool running;
} events[] = {
	{"start", EVENT_BIND, false},    {"started", EVENT_BIND, true},
	{"reconnect", EVENT_BIND, true}, {"attach", EVENT_BIND, true},
	{"restore", EVENT_BIND, true},   {"stopped", EVENT_UNBIND, true},
	{"release", EVENT_UNBIND, true},
};

static const struct event *event_find(const char *operation)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (!strcmp(events[i].operation, operation))
			return &events[i];
	return NULL;
}

/* a persistent binding of the interface is in force again */
static bool unbind_one(struct host *h, struct str tap, struct apply_options *options)
{
	struct stored_binding *other = host_binding(h, STORE_BINDINGS, tap);

	host_remove(h, STORE_TRANSIENT, host_binding_file(h, tap, false));
	host_remove(h, STORE_TRANSIENT, host_binding_file(h, tap, true));
	if (other)
		return host_compile(h, other);
	*VEC_PUSH(h->store.arena, &options->gone) = tap;
	return true;
}

static int handle(struct host *h, const struct event *event)
{
	struct apply_options options = {0};
	struct wanted w = {0};
	bool ok;

	if (!host_lock(h))
		return EXIT_KERNEL;
	ok = wanted_domain(h->job, STR("-"), &w);
	for (size_t i = 0; i < w.binding.n && ok; i++)
		ok = event->kind == EVENT_BIND ? bind_one(h, w.binding.at[i], (struct str){0}, true)
					       : unbind_one(h, w.binding.at[i]->tap, &options);
	if (!ok)
		return EXIT_INPUT;
	return w.binding.n ? host_change(h, options) : EXIT_FINE;
}

int verb_hook(struct host *h)
{
	const struct options *o = h->options;
	const struct event *event;
	int code;

	if (o->operand.n < 3 || strcmp(o->operand.at[0], "qemu") != 0)
		return usage_error("it is: nwfc hook qemu GUEST OPERATION [SUB-OPERATION [EXTRA]]");
	event = event_find(o->operand.at[2]);
	if (!event)
		return EXIT_FINE;
	/* libvirt takes what a hook prints for a document */
	h->out = stderr;
	code = handle(h, event);
	/* what has to be taken back is */
	return event->running && code != EXIT_UNDONE ? EXIT_FINE : code;
}
