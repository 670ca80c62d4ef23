/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_TARGET_H
#define NWFC_IR_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/base/str.h"

struct buf;

/*
 * What the kernel that will run the ruleset can do.  Probed at apply, given at
 * compile (--target=bridge-ct | mark-ct, then ",no-reject" or ",reject",
 * ",mark=MASK").  bridge-ct: conntrack in family bridge (nf_conntrack_bridge).
 * mark-ct: br_netfilter runs IP conntrack on bridged frames and a constant
 * table for each IP family whose state is read copies it into five bits of the mark.
 */
enum state_source { STATE_BRIDGE_CT, STATE_MARK_CT };

/* meaning of the mark bits, from the lowest bit of the mask up */
enum mark_bit {
	MARK_ESTABLISHED,
	MARK_RELATED,
	MARK_NEW,
	MARK_INVALID,
	MARK_REPLY,
	MARK_BITS,
};

struct target {
	enum state_source state;
	bool reject;   /* in family bridge, at prerouting */
	uint32_t mark; /* mask of the five consecutive bits that mark-ct may use */
};

#define TARGET_MARK 0x1f000000u

struct target target_default(void);
/* false if the text is no target; *ret untouched */
bool target_parse(struct str text, struct target *ret);
void target_print(const struct target *target, struct buf *out);
uint32_t target_mark_bit(const struct target *target, enum mark_bit bit);

#endif
