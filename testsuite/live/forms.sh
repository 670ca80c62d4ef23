#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Text, text twice and JSON load into the same tables.
set -u
# shellcheck source=/dev/null
. "${srcdir:-.}/testsuite/live/netns.sh"
in_netns testsuite/live/forms-live
