# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Sourced by the live tests: runs a command in a network namespace of its own,
# shows what is not ok and its totals, exits as it does; 77 with the reason
# where that cannot be done.
in_netns() { # COMMAND...
	if ! command -v nft >/dev/null; then
		echo "SKIP: nft is not installed"
		exit 77
	fi
	if ! unshare -n true 2>/dev/null; then
		echo "SKIP: network namespaces need root"
		exit 77
	fi
	out=$(mktemp) || exit 99
	unshare -n "$@" >"$out" 2>&1
	status=$?
	grep -v '^ok' "$out"
	rm -f "$out"
	exit $status
}
