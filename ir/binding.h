/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_BINDING_H
#define NWFC_IR_BINDING_H

#include "ir/base/source.h"
#include "ir/base/str.h"
#include "ir/filter.h"

/*
 * Where an interface is filtered: as a port of a bridge, as all taps are, or at the
 * device itself, as a macvtap must be.  Unsaid: as a port, unless it is a macvtap.
 */
enum attach { ATTACH_UNSAID, ATTACH_BRIDGE, ATTACH_NETDEV };

/*
 * One interface and its filter: what libvirt's <filterbinding> says
 * (semantics.md 7.1).  Parameters include MAC, filled in from the interface's
 * address unless the user gave one.
 */
struct binding {
	struct span span; /* where it is written: a file or the command line */
	/* the VM whose interface it is: as written, unchecked, empty if nobody says */
	struct str owner_name;
	struct str owner_uuid;
	struct str tap;
	struct span tap_span;
	enum attach attach;
	unsigned char mac[6];
	struct str filter; /* interned */
	struct span filter_span;
	struct parameter_list parameter;
};

/* the word for it: "bridge" or "netdev"; ATTACH_UNSAID if the text is none of them */
const char *attach_word(enum attach attach);
enum attach attach_find(struct str text);

/* a name nft and the kernel take as it is: [A-Za-z0-9_.-]{1,15}, not . or .. */
bool tap_name_ok(struct str name);

#endif
