#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# No frame meets anything but the old rules or the new ones, through $UPDATES
# updates (window_live.c), also with a macvtap beside a tap; more of them with `make check-window`.
set -u
if ! command -v nft >/dev/null || ! command -v bridge >/dev/null; then
	echo "SKIP: nft or iproute2 is not installed"
	exit 77
fi
timeout 300 testsuite/live/window-live "$NWFC" "${UPDATES:-300}" || exit
exec timeout 300 testsuite/live/window-live "$NWFC" "${UPDATES:-300}" passthru
