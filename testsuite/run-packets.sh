#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Frames through taps on a bridge, one network namespace a scenario.
set -u
SRCDIR=$(realpath "${srcdir:-.}")
NWFC_FILTERS=$SRCDIR/runtime/filters
export SRCDIR NWFC_FILTERS
out=$(mktemp) || exit 99
trap 'rm -f "$out"' EXIT
testsuite/packet/packet-test "$SRCDIR"/testsuite/packet/*.scn >"$out" 2>&1
status=$?
if [ $status -eq 77 ]; then
	echo "SKIP: $(cat "$out")"
	exit 77
fi
grep -v '^ok' "$out"
echo "$(grep -c '^ok' "$out") passed, $(grep -c '^not ok' "$out") failed"
exit $status
