#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every key in every kind of statement, checked against the bytecode nft makes.
set -u
# shellcheck source=/dev/null
. "${srcdir:-.}/testsuite/live/netns.sh"
in_netns testsuite/live/every-key
