/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/filter.h"

#define CHAIN_NAME_MAX 12
#define CHAIN_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-"

const char *action_name(enum action action)
{
	static const char *const names[] = {
		[ACTION_DROP] = "drop",         [ACTION_ACCEPT] = "accept",
		[ACTION_REJECT] = "reject",     [ACTION_RETURN] = "return",
		[ACTION_CONTINUE] = "continue",
	};

	return names[action];
}

const char *direction_name(enum direction direction)
{
	static const char *const names[] = {
		[DIRECTION_IN] = "in",
		[DIRECTION_OUT] = "out",
		[DIRECTION_INOUT] = "inout",
	};

	return names[direction];
}

/* the default priority of stp is that of a prefix libvirt's table lacks (semantics.md 3.2) */
static const struct chain_kind chain_kinds[] = {
	{"stp", 0, 0, true},           {"mac", -800, 0, false},       {"vlan", -750, 0x8100, false},
	{"ipv4", -700, 0x0800, false}, {"ipv6", -600, 0x86dd, false}, {"arp", -500, 0x0806, false},
	{"rarp", -400, 0x8035, false},
};

static const struct chain_kind root_kind = {CHAIN_ROOT, 0, 0, false};

const struct chain_kind *chain_kind(struct str chain)
{
	if (str_is(chain, CHAIN_ROOT))
		return &root_kind;
	if (chain.len > CHAIN_NAME_MAX || !str_only(chain, CHAIN_CHARS))
		return NULL;
	for (size_t i = 0; i < sizeof(chain_kinds) / sizeof(chain_kinds[0]); i++)
		if (str_starts(chain, str_of(chain_kinds[i].prefix)))
			return &chain_kinds[i];
	return NULL;
}

const struct parameter *parameter_find(const struct parameter_list *list, struct str name)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->at[i].name, name))
			return &list->at[i];
	return NULL;
}
