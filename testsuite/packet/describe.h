/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_DESCRIBE_H
#define NWFC_PACKET_DESCRIBE_H

#include <stdio.h>

#include "frame.h"

/*
 * One line of text about a packet that `from` sends, without an end of line.
 * Written for readers who know IP: the addresses of what is inside, and of
 * Ethernet only what differs from the sender's own address.
 */
void describe(FILE *out, const struct packet *packet, const struct end *from);

#endif
