#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# nwfc is killed at every step of a change: it is done or it is not (kills.py).
set -u
# shellcheck source=/dev/null
. "${srcdir:-.}/testsuite/live/netns.sh"
in_netns timeout 300 python3 "${srcdir:-.}/testsuite/live/kills.py" testsuite/live/crash-live
