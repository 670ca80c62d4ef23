/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/attach.h"

static bool refuse(struct compile *c, const struct binding *b, enum attach actual)
{
	struct diag *d =
		diag_report(&c->diag, DIAG_INTERFACE_DIRECT, b->tap_span,
			    "\"%.*s\" is %s: hook %s sees none of its frames as they are "
			    "meant",
			    STR_ARG(b->tap), actual == ATTACH_NETDEV ? "a macvtap" : "a tap",
			    attach_word(b->attach));

	diag_help(&c->diag, d, "it is filtered with hook %s, and so it is if none is given",
		  attach_word(actual));
	return false;
}

enum attach attach_actual(struct host *h, struct str tap, enum attach wish)
{
	switch (device_kind(&h->devices, tap)) {
	case DEVICE_TAP:
		return wish == ATTACH_NETDEV ? ATTACH_BRIDGE : wish;
	case DEVICE_MACVTAP:
	case DEVICE_MACVLAN:
		return ATTACH_NETDEV;
	case DEVICE_ABSENT:
	case DEVICE_OTHER:
	case DEVICE_MAX:
		break;
	}
	return wish;
}

bool attach_settle(struct host *h, struct binding *b)
{
	enum attach actual = attach_actual(h, b->tap, b->attach);

	if (actual != b->attach && b->attach != ATTACH_UNSAID)
		return refuse(&h->job->compile, b, actual);
	b->attach = actual;
	return true;
}
