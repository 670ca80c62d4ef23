#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Real clients of DHCP and a real server, with the addresses learned by rules.
set -u
for program in nft ip nsenter dnsmasq; do
	if ! command -v "$program" >/dev/null; then
		echo "SKIP: $program is not installed"
		exit 77
	fi
done
if ! unshare -n true 2>/dev/null; then
	echo "SKIP: network namespaces need root"
	exit 77
fi
NWFC_FILTERS=$(realpath "${srcdir:-.}/runtime/filters")
export NWFC_FILTERS
exec timeout 300 python3 "${srcdir:-.}/testsuite/live/learn_dhcp.py" "${NWFC:-./nwfc}"
