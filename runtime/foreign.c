/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/foreign.h"

#include <string.h>

#include "ir/base/diag.h"
#include "ir/base/table.h"
#include "ir/ruleset.h"
#include "runtime/device.h"

/* of nf_inet_hooks (linux/netfilter.h) */
#define HOOK_FORWARD 2

struct reading {
	struct runtime *runtime;
	struct diag_list *diag;
	const char *family;
	struct table seen;
};

static void warn(struct reading *r, const struct loaded_chain *chain, const char *what)
{
	struct str key = str_printf(r->runtime->arena, "%s %.*s", r->family, STR_ARG(chain->table));
	struct diag *d;

	if (table_get(&r->seen, key))
		return;
	table_put(&r->seen, r->runtime->arena, key, r);
	d = diag_report(r->diag, DIAG_FOREIGN, (struct span){0}, "table %.*s %s", STR_ARG(key),
			what);
	diag_note(r->diag, d, "chain %.*s", STR_ARG(chain->name));
}

static void on_bridge_chain(void *context, const struct loaded_chain *chain)
{
	if (chain->base && !str_is(chain->table, NFT_TABLE))
		warn(context, chain, "also filters bridged frames");
}

static void on_device_chain(void *context, const struct loaded_chain *chain)
{
	static const struct devices unread;

	if (chain->base && !str_is(chain->table, NFT_TABLE) &&
	    device_kind(&unread, chain->device) == DEVICE_MACVTAP)
		warn(context, chain, "also filters frames of a macvtap");
}

static void on_ip_chain(void *context, const struct loaded_chain *chain)
{
	if (chain->base && chain->hook == HOOK_FORWARD && chain->drops)
		warn(context, chain, "drops what it does not accept on its way through a bridge");
}

static bool read_family(struct reading *r, const char *family,
			void (*on_chain)(void *context, const struct loaded_chain *chain))
{
	struct backend *b = r->runtime->backend;
	struct read_query query = {.what = READ_CHAINS, .family = family};
	struct reader reader = {.context = r, .chain = on_chain};
	enum read_result result = READ_CHANGED;
	int error = 0;

	r->family = family;
	for (unsigned i = 0; i < 16 && result == READ_CHANGED; i++)
		result = b->read(b, &query, &reader, &error);
	if (result == READ_FAILED)
		diag_report(r->diag, DIAG_KERNEL_REFUSED, (struct span){0},
			    "cannot read what is loaded: %s", strerror(error));
	return result != READ_FAILED;
}

bool foreign_report(struct runtime *rt, struct diag_list *diag)
{
	struct reading r = {.runtime = rt, .diag = diag};
	struct backend *b = rt->backend;
	static const char *const ip[] = {"ip", "ip6", "inet"};
	bool ok = read_family(&r, "bridge", on_bridge_chain) &&
		  read_family(&r, "netdev", on_device_chain);

	if (b->sysctl(b, "net/bridge/bridge-nf-call-iptables") != 1 &&
	    b->sysctl(b, "net/bridge/bridge-nf-call-ip6tables") != 1)
		return ok;
	for (size_t i = 0; i < sizeof(ip) / sizeof(ip[0]) && ok; i++)
		ok = read_family(&r, ip[i], on_ip_chain);
	return ok;
}
