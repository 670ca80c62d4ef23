/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_MACVTAP_H
#define NWFC_PACKET_MACVTAP_H

#include "end.h"

/*
 * A macvtap in the place of a tap: above one end of a veth, whose other end is the
 * port of the bridge.
 *
 *     vm (tap0, a macvtap) --- low-tap0 === wire-tap0 --- br0
 *
 * A mode is bridge, private, vepa or passthru; with @LINK behind it, the macvtap is a
 * further one above the veth of that link.
 */
bool macvtap_mode(const char *word);
/* the descriptor that a virtual machine would hold; -1, and why */
int macvtap_open(const struct end *end, const char *mode, char **ret_error);
/* waits until frames come through, once its port is in the bridge */
void macvtap_settle(const struct end *end, const char *mode);
/* with the link */
void macvtap_close(const struct end *end, const char *mode, int fd);
/* what is the port of the bridge, for either kind of link; the name lives until the next call */
const char *macvtap_port(const struct end *end, const char *mode);

#endif
