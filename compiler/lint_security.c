/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint.h"

/* Rules that let through, or miss, what their author would not want. */

#define PORT_DHCP_SERVER 67
#define ICMPV6_ROUTER_ADVERTISEMENT 134
#define L4_TCP 6
#define L4_UDP 17
#define L4_SCTP 132

static bool is_number(const struct match *m, uint32_t number)
{
	return lint_literal(m, SLOT_VALUE) && !m->negated && !lint_has(m, SLOT_END) &&
	       value_number(&m->operand[SLOT_VALUE].value) == number;
}

static bool names_peer(const struct filter_rule *r)
{
	return lint_match(r, FIELD_SRCIP) || lint_match(r, FIELD_SRCIP_FROM) ||
	       lint_match(r, FIELD_SRCMAC) || lint_match(r, FIELD_IPSET);
}

static int l4_of(const struct filter_rule *r)
{
	const struct match *p = lint_match(r, FIELD_IP_PROTOCOL);

	if (r->proto->layer == LAYER_L3)
		return r->proto->l4proto;
	return lint_literal(p, SLOT_VALUE) && !p->negated ? p->operand[SLOT_VALUE].value.b[0] : -1;
}

/* later fragments have no ports: nothing reassembles frames at the Ethernet layer */
static void fragments(struct lint *l, const struct filter_rule *r)
{
	const struct match *port = lint_match(r, FIELD_DSTPORT);
	struct diag *d;

	if (!port)
		port = lint_match(r, FIELD_SRCPORT);
	if (!port)
		port = lint_match(r, FIELD_IP6_TYPE);
	if (!port || r->proto->layer != LAYER_L2 || !lint_refuses(r))
		return;
	d = diag_report(&l->compile->diag, DIAG_FRAGMENT_EVADES, port->operand[SLOT_VALUE].name,
			"later fragments have no such header and pass this rule");
	diag_help(&l->compile->diag, d,
		  "use the stateful <tcp>, <udp> or <icmpv6>, or accept what is wanted and drop "
		  "the rest");
}

/* whoever sends chooses the source port */
static void source_port(struct lint *l, const struct filter_rule *r)
{
	const struct match *port = lint_match(r, FIELD_SRCPORT);
	int l4 = l4_of(r);
	struct diag *d;

	if (!port || port->negated || lint_match(r, FIELD_DSTPORT) || names_peer(r) ||
	    r->action != ACTION_ACCEPT || r->direction == DIRECTION_OUT ||
	    r->proto->layer != LAYER_L3 || (l4 != L4_TCP && l4 != L4_UDP && l4 != L4_SCTP))
		return;
	d = diag_report(&l->compile->diag, DIAG_SOURCE_PORT, port->operand[SLOT_VALUE].name,
			"any host may send from this port, to every port of the VM");
	diag_help(&l->compile->diag, d,
		  "replies need no rule of their own: accept the request with direction='out'");
}

static void dhcp_server(struct lint *l, const struct filter_rule *r)
{
	if (r->action != ACTION_ACCEPT || r->direction != DIRECTION_IN || l4_of(r) != L4_UDP ||
	    r->proto->family != FAMILY_IPV4 || names_peer(r) ||
	    !is_number(lint_match(r, FIELD_SRCPORT), PORT_DHCP_SERVER))
		return;
	diag_report(&l->compile->diag, DIAG_DHCP_ANY,
		    lint_match(r, FIELD_SRCPORT)->operand[SLOT_VALUE].span,
		    "any host on the network may answer as a DHCP server");
}

static void router_advertisement(struct lint *l, const struct filter_rule *r)
{
	const struct match *type = lint_match(r, FIELD_ICMP_TYPE);
	struct diag *d;

	if (r->proto->layer == LAYER_L2)
		type = lint_match(r, FIELD_IP6_TYPE);
	if (r->proto->family != FAMILY_IPV6 || r->action != ACTION_ACCEPT ||
	    r->direction == DIRECTION_IN || !is_number(type, ICMPV6_ROUTER_ADVERTISEMENT))
		return;
	d = diag_report(&l->compile->diag, DIAG_ROUTER_VM, type->operand[SLOT_VALUE].span,
			"the VM may announce itself as the router of the network");
	diag_help(&l->compile->diag, d,
		  "a host needs router advertisements with direction='in', and solicitations, "
		  "type 133, with 'out'");
}

static void stateless(struct lint *l, const struct filter_rule *r)
{
	const struct match *state = lint_match(r, FIELD_STATE);
	bool none = lint_literal(state, SLOT_VALUE) &&
		    state->operand[SLOT_VALUE].value.b[0] & STATE_NONE;
	struct diag *d;

	if (r->action != ACTION_ACCEPT || r->proto->layer != LAYER_L3 ||
	    r->direction == DIRECTION_INOUT || r->statematch || none ||
	    lint_match(r, FIELD_ICMP_TYPE))
		return;
	d = diag_report(&l->compile->diag, DIAG_STATELESS_ACCEPT, r->span,
			"without states, this rule accepts both directions, whoever began");
	diag_help(&l->compile->diag, d, "remove statematch='false', or write both rules");
}

void lint_security(struct lint *l, const struct filter *f, const struct filter_rule *r)
{
	static void (*const checks[])(struct lint *, const struct filter_rule *) = {
		fragments, source_port, dhcp_server, router_advertisement, stateless,
	};

	(void)f;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](l, r);
}
