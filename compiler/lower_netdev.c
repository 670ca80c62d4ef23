/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lower_match.h"

/* hooks of a device see frames before connections are tracked */
void instance_refuse_state(struct instance *in)
{
	struct diag_list *list = &in->l->compile->diag;
	const struct filter_rule *source = in->rule->source;
	struct diag *d;

	in->failed = true;
	if (in->l->stateful == source)
		return;
	in->l->stateful = source;
	d = diag_report(list, DIAG_NETDEV_STATE, source->span,
			"the rule asks for the state of a connection, which nothing knows at a "
			"macvtap");
	if (rule_match(in->rule, FIELD_CONNLIMIT))
		diag_help(list, d, "connections cannot be counted there: leave connlimit out");
	else
		diag_help(list, d,
			  "statematch='0' lets both directions of it pass, whoever began; or drop "
			  "what must not pass");
}
