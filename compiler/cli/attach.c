/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/attach.h"

#include <net/if.h>

static bool refuse(struct host *h, const struct binding *b, enum attach actual)
{
	static const char *const words[DEVICE_MAX] = {
		[DEVICE_TAP] = "a tap",         [DEVICE_MACVTAP] = "a macvtap",
		[DEVICE_MACVLAN] = "a macvlan", [DEVICE_OTHER] = "no macvtap",
		[DEVICE_ABSENT] = "not there",
	};
	struct compile *c = &h->job->compile;
	struct diag *d = diag_report(&c->diag, DIAG_INTERFACE_DIRECT, b->tap_span,
				     "\"%.*s\" is %s: hook %s sees none of its frames as they are "
				     "meant",
				     STR_ARG(b->tap), words[device_kind(&h->devices, b->tap)],
				     attach_word(b->attach));

	diag_help(&c->diag, d, "it is filtered with hook %s, and so it is if none is given",
		  attach_word(actual));
	return false;
}

enum attach attach_actual(struct host *h, struct str tap, enum attach wish)
{
	switch (device_kind(&h->devices, tap)) {
	/* what others send is what the host receives of them, as of a tap */
	case DEVICE_TAP:
	case DEVICE_OTHER:
		return wish == ATTACH_NETDEV ? ATTACH_BRIDGE : wish;
	case DEVICE_MACVTAP:
	case DEVICE_MACVLAN:
		return ATTACH_NETDEV;
	case DEVICE_ABSENT:
	case DEVICE_MAX:
		break;
	}
	return wish;
}

bool attach_settle(struct host *h, struct binding *b)
{
	enum attach actual = attach_actual(h, b->tap, b->attach);

	if (actual != b->attach && b->attach != ATTACH_UNSAID)
		return refuse(h, b, actual);
	b->attach = actual;
	return true;
}

static bool has_guard(const struct host *h, struct str tap)
{
	for (size_t i = 0; i < h->options->guard.n; i++)
		if (str_starts(tap, str_of(h->options->guard.at[i])))
			return true;
	return false;
}

static bool report_unguarded(struct host *h, struct str tap)
{
	struct diag_list *diag = &h->job->compile.diag;
	struct diag *d =
		diag_report(diag, DIAG_GUARD_DEVICE, (struct span){0},
			    "nothing filters \"%.*s\": it is a macvtap without a binding, and "
			    "the guard holds for ports of bridges",
			    STR_ARG(tap));

	diag_help(diag, d, "bind it: nwfc bind --tap %.*s --mac MAC FILTER", STR_ARG(tap));
	return !diag_is_error(diag, DIAG_GUARD_DEVICE);
}

bool attach_guarded(struct host *h, const struct stored_list *list)
{
	struct if_nameindex *all = h->options->guard.n ? if_nameindex() : NULL;
	bool ok = true;

	for (struct if_nameindex *i = all; i && i->if_name; i++) {
		struct str tap = str_dup(h->store.arena, str_of(i->if_name));

		if (has_guard(h, tap) && !table_get(&list->by_tap, tap) &&
		    attach_actual(h, tap, ATTACH_UNSAID) == ATTACH_NETDEV)
			ok &= report_unguarded(h, tap);
	}
	if (all)
		if_freenameindex(all);
	return ok;
}
