/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_HOST_H
#define NWFC_PACKET_HOST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The host's side of the bridge: its sockets.  -1 and errno as system calls have it. */

/* at layer 2: what is written leaves by the link, what arrives up it is received */
int host_link_socket(const char *link);
/* puts the VLAN tag, which the kernel keeps beside the frame, back into it */
ssize_t host_link_receive(int fd, uint8_t *frame, size_t size);

/* through the IPv4 stack and its output hook; `frame` has an Ethernet header, which is ignored */
int host_ip_socket(const char *link);
ssize_t host_ip_send(int fd, const uint8_t *frame, size_t len);

/* drops all entries of conntrack; 0 or an errno value */
int host_forget(void);

#endif
