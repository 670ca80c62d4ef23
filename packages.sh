#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# packages.sh: installs what packages.txt lists to build nwfc (needs root).
# packages.sh test: and what only the tests need, the second word there.
set -eu
cd "$(dirname "$0")"
missing=$(while read -r package use; do
	[ -z "$use" ] || [ "$use" = "${1-}" ] || continue
	dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^.i' || echo "$package"
done <packages.txt)
[ -n "$missing" ] || exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update
# shellcheck disable=SC2086 # a list of words is meant
apt-get install -y --no-install-recommends $missing
