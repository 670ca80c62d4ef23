/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint.h"

/*
 * What other readers of filters do not take: the schema that virt-xml-validate
 * holds files against (semantics.md 1.1), libvirt's own nftables driver (8.4),
 * and kernels without connection tracking in bridges.
 */
struct limit {
	enum field_id field;
	enum slot slot;
	enum family family; /* FAMILY_NONE: of any */
	enum diag_id id;
	const char *message;
};

static const struct limit limits[] = {
	{FIELD_STATE, SLOT_VALUE, FAMILY_IPV6, DIAG_SCHEMA,
	 "libvirt's schema has no state for IPv6"},
	{FIELD_CONNLIMIT, SLOT_VALUE, FAMILY_IPV6, DIAG_SCHEMA,
	 "libvirt's schema has no connlimit-above for IPv6"},
	{FIELD_IPSET, SLOT_VALUE, FAMILY_IPV6, DIAG_SCHEMA,
	 "libvirt's schema has no ipset for IPv6"},
	{FIELD_ARP_SRCIP, SLOT_MASK, FAMILY_NONE, DIAG_SCHEMA,
	 "libvirt's schema has no arpsrcipmask"},
	{FIELD_ARP_DSTIP, SLOT_MASK, FAMILY_NONE, DIAG_SCHEMA,
	 "libvirt's schema has no arpdstipmask"},
	{FIELD_TCP_OPTION, SLOT_VALUE, FAMILY_NONE, DIAG_SCHEMA, "libvirt's schema has no option"},
	{FIELD_IPSET, SLOT_VALUE, FAMILY_NONE, DIAG_DRIVER_IPSET,
	 "libvirt's nftables driver makes the rule without its set"},
	{FIELD_CONNLIMIT, SLOT_VALUE, FAMILY_NONE, DIAG_CONNLIMIT_KERNEL,
	 "connlimit-above needs a kernel with connection tracking in bridges"},
};

/* libvirt's nftables driver turns the comparison round */
static void stp_range(struct lint *l, const struct filter_rule *r)
{
	for (size_t i = 0; i < r->match.n && r->proto->bpdu; i++)
		if (lint_has(&r->match.at[i], SLOT_END))
			diag_report(&l->compile->diag, DIAG_DRIVER_STP,
				    r->match.at[i].operand[SLOT_END].name,
				    "libvirt's nftables driver matches what is outside this "
				    "range");
}

void lint_portable(struct lint *l, const struct filter *f, const struct filter_rule *r)
{
	(void)f;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct match *m = lint_match(r, limits[i].field);

		if (lint_has(m, limits[i].slot) &&
		    (!limits[i].family || limits[i].family == r->proto->family))
			diag_report(&l->compile->diag, limits[i].id,
				    m->operand[limits[i].slot].name, "%s", limits[i].message);
	}
	if (r->action == ACTION_REJECT && r->proto->layer == LAYER_L3)
		diag_report(&l->compile->diag, DIAG_DRIVER_REJECT, r->span,
			    "libvirt's nftables driver drops what this rule rejects");
	stp_range(l, r);
}
