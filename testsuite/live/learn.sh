#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is learned stays within its limit, whoever sends at the same time.
set -u
if ! command -v nft >/dev/null || ! command -v ip >/dev/null; then
	echo "SKIP: nft or iproute2 is not installed"
	exit 77
fi
NWFC_FILTERS=$(realpath "${srcdir:-.}/runtime/filters")
export NWFC_FILTERS
race() { # WHAT ROUNDS
	timeout 300 python3 "${srcdir:-.}/testsuite/live/learn_race.py" "${NWFC:-./nwfc}" "$@"
}
race tap 40 && race macvtap 12
