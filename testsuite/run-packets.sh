#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Frames through taps on a bridge, one network namespace a scenario.
set -u
SRCDIR=$(realpath "${srcdir:-.}")
NWFC_FILTERS=$SRCDIR/runtime/filters
export SRCDIR NWFC_FILTERS
MACVTAP='arp clean-traffic ipv6 learn learn-ipv6 peers-l2 spoofing stp vectors-l2 vlan'
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
# what needs no state, again with a macvtap: the same verdict on every frame
set --
for name in $MACVTAP; do
	set -- "$@" "$SRCDIR/testsuite/packet/$name.scn"
done
testsuite/packet/packet-test --macvtap passthru "$@" >>"$out" 2>&1 || status=1
grep -v '^ok' "$out"
echo "$(grep -c '^ok' "$out") passed, $(grep -c '^not ok' "$out") failed"
exit $status
