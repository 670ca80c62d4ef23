#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Frames through taps on a bridge, one network namespace a scenario.
set -u
SRCDIR=$(realpath "${srcdir:-.}")
NWFC_FILTERS=$SRCDIR/runtime/filters
export SRCDIR NWFC_FILTERS
out=$(mktemp) || exit 99
trap 'rm -f "$out"' EXIT
set -- "$SRCDIR"/testsuite/packet/*.scn
if [ -e /proc/sys/net/bridge ]; then
	set -- "$@" "$SRCDIR"/testsuite/packet/nf/*.scn
else
	echo "left out, for want of br_netfilter: testsuite/packet/nf"
fi
testsuite/packet/packet-test "$@" >"$out" 2>&1
status=$?
if [ $status -eq 77 ]; then
	echo "SKIP: $(cat "$out")"
	exit 77
fi
grep -v '^ok' "$out"
echo "$(grep -c '^ok' "$out") passed, $(grep -c '^not ok' "$out") failed"
exit $status
