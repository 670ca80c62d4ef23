#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What frames in words leave out about their connection is what conntrack says
# of a first packet (first_state.c).
set -u
if ! command -v bridge >/dev/null; then
	echo "SKIP: iproute2 is not installed"
	exit 77
fi
exec timeout 120 testsuite/live/first-state
