/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CONFORMANCE_CORNERS_H
#define NWFC_CONFORMANCE_CORNERS_H

#include "script.h"

/*
 * Frames from one end to another that filters are known to get wrong, whatever the
 * rules: extension headers, fragments that belong to nothing, tags, TCP options at
 * the edge of their header, headers cut short, all ICMP types, wrong checksums.
 * One in `every`; 1: all, and those where headers are broken above IP.
 */
void corners(struct script *s, unsigned from, unsigned to, unsigned every);

#endif
