/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/probe.h"

#include "runtime/refusal.h"

#define SCRATCH "add table bridge nwfc_probe\n"
#define SCRATCH_CHAIN                                                                              \
	SCRATCH "add chain bridge nwfc_probe c "                                                   \
		"{ type filter hook prerouting priority -300; policy accept; }\n"

static bool accepts(struct runtime *rt, const char *text, struct buf *messages)
{
	messages->len = 0;
	return rt->backend->run(rt->backend, str_of(text), true, messages);
}

static bool works(struct runtime *rt, struct diag_list *diag, struct buf *messages)
{
	struct refusal_list refusals = {.arena = rt->arena};

	if (accepts(rt, SCRATCH, messages))
		return true;
	refusal_parse(&refusals, buf_str(messages));
	diag_report(diag, DIAG_KERNEL_REFUSED, (struct span){0}, "nf_tables cannot be used: %.*s",
		    STR_ARG(refusals.refusal.at[0].words));
	return false;
}

/* br_netfilter hands bridged packets to IP conntrack if both are 1 */
static bool bridge_calls_ip(struct runtime *rt)
{
	struct backend *b = rt->backend;

	return b->sysctl(b, "net/bridge/bridge-nf-call-iptables") == 1 &&
	       b->sysctl(b, "net/bridge/bridge-nf-call-ip6tables") == 1;
}

bool probe_has_state(struct runtime *rt, const struct target *target)
{
	return target->state == STATE_BRIDGE_CT || bridge_calls_ip(rt);
}

static void report_stateless(struct runtime *rt, struct diag_list *diag)
{
	struct backend *b = rt->backend;
	bool module = b->sysctl(b, "net/bridge/bridge-nf-call-iptables") >= 0;
	struct diag *d;

	d = diag_report(diag, DIAG_STATE_TARGET, (struct span){0},
			"the kernel shows no connection state of bridged packets");
	if (module)
		diag_help(diag, d,
			  "switch it on: sysctl net.bridge.bridge-nf-call-iptables=1 "
			  "net.bridge.bridge-nf-call-ip6tables=1");
	else
		diag_help(
			diag, d,
			"load nf_conntrack_bridge (modprobe nf_conntrack_bridge), or br_netfilter "
			"with sysctl net.bridge.bridge-nf-call-iptables=1 "
			"net.bridge.bridge-nf-call-ip6tables=1");
}

bool probe_target(struct runtime *rt, bool need_state, struct target *ret, struct diag_list *diag)
{
	struct target target = target_default();
	struct buf messages;
	bool ok, bridge_ct;

	buf_init(&messages);
	ok = works(rt, diag, &messages);
	bridge_ct = ok &&
		    accepts(rt, SCRATCH_CHAIN "add rule bridge nwfc_probe c ct state new accept\n",
			    &messages);
	target.reject =
		ok && accepts(rt, SCRATCH_CHAIN "add rule bridge nwfc_probe c reject\n", &messages);
	buf_release(&messages);
	if (!ok)
		return false;
	target.state = bridge_ct ? STATE_BRIDGE_CT : STATE_MARK_CT;
	if (need_state && !probe_has_state(rt, &target)) {
		report_stateless(rt, diag);
		return false;
	}
	*ret = target;
	return true;
}
