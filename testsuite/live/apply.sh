#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# apply against this kernel: switch, drift, refusal, unbind, probe.
set -u
# shellcheck source=/dev/null
. "${srcdir:-.}/testsuite/live/netns.sh"
in_netns testsuite/live/apply-live
