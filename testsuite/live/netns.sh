# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Sourced by the live tests: runs a program in a network namespace of its own,
# shows what is not ok and its totals, exits as it does; 77 with the reason
# where that cannot be done.
in_netns() { # PROGRAM
	if ! command -v nft >/dev/null; then
		echo "SKIP: nft is not installed"
		exit 77
	fi
	if ! unshare -n true 2>/dev/null; then
		echo "SKIP: network namespaces need root"
		exit 77
	fi
	unshare -n "$1" >"$1.out" 2>&1
	status=$?
	grep -v '^ok' "$1.out"
	rm -f "$1.out"
	exit $status
}
