/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_PLAY_H
#define NWFC_PACKET_PLAY_H

#include <stdbool.h>

#include "report.h"
#include "scenario.h"

/*
 * Runs a scenario in a world of its own, into which this process moves for good.
 * False: it may not make one, and nothing was run or reported; *ret_reason says
 * why.  Every expectation of the scenario is one point of the report: those
 * after a command that failed are not tried, and fail.
 */
bool scenario_play(const struct scenario *s, struct report *report, char **ret_reason);

#endif
