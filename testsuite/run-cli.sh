#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line as a new user meets it: what each option does, what each
# mistake says, exit codes, and apply and unbind in a network namespace of its
# own.  $NWFC is the program; the parts are in testsuite/cli.
set -u
export LC_ALL=C
srcdir=$(realpath "${srcdir:-.}")
nwfc=$(realpath "${NWFC:-./nwfc}")
NWFC_FILTERS=$srcdir/runtime/filters
export NWFC_FILTERS
unset NO_COLOR

# everything runs inside, so that not even a defect reaches the host's own tables
if [ -z "${CLI_INSIDE-}" ]; then
	CLI_INSIDE=no
	[ "$(id -u)" -eq 0 ] && unshare -n -m true 2>/dev/null && CLI_INSIDE=yes
	export CLI_INSIDE
	if [ $CLI_INSIDE = yes ]; then
		cd "$srcdir" || exit 99
		NWFC=$nwfc srcdir=$srcdir exec unshare -n -m sh testsuite/run-cli.sh
	fi
fi

tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 99
cli=$srcdir/testsuite/cli
. "$cli/expect.sh"
for part in usage compile output diagnostics lint explain fmt frames cases bad-values bad-files apply store store-trouble; do
	. "$cli/$part.sh"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
