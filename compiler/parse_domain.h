/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_PARSE_DOMAIN_H
#define NWFC_COMPILER_PARSE_DOMAIN_H

#include "compiler/compile.h"
#include "ir/binding.h"

/*
 * A virtual machine as libvirt describes it (virsh dumpxml) is also a list of
 * bindings: one for each <interface> with a <filterref>.
 */
struct domain_interface {
	/* as written: network, bridge, ethernet, or direct, which is filtered at the device */
	struct str type;
	struct binding *binding; /* its owner is the domain */
};

struct domain {
	struct str name; /* trimmed; empty if absent */
	struct str uuid;
	VEC(struct domain_interface) interface; /* in document order */
};

/*
 * One <domain> document; NULL after a diagnostic.  An interface with a filter
 * that cannot be bound is left out with a warning: it has no name on the host
 * before the VM runs, or is of a type that libvirt does not filter.  All else
 * in the document is ignored.  The same interface name twice is not noticed.
 */
struct domain *parse_domain(struct compile *c, const struct source *source);

#endif
