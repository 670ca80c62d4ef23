/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_DEVICE_H
#define NWFC_RUNTIME_DEVICE_H

#include "ir/base/arena.h"
#include "ir/base/table.h"

/* what an interface of this network namespace is, as far as filtering it is concerned */
enum device_kind {
	DEVICE_ABSENT = 0, /* or nothing can be said of it */
	DEVICE_TAP,        /* made by /dev/net/tun */
	DEVICE_MACVTAP,    /* of no bridge */
	DEVICE_MACVLAN,    /* the same without a file that a VM could hold */
	DEVICE_OTHER,
	DEVICE_MAX,
};

/* all of them as they were when they were read, for who asks for many */
struct devices {
	bool read;
	struct table kind; /* points into an array by enum device_kind */
};

/* read only once; where it fails, device_kind() asks for each */
void devices_read(struct devices *d, struct arena *arena);
enum device_kind device_kind(const struct devices *d, struct str name);

#endif
