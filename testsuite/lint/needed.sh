#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The program loads what configure chose: with static libraries neither libxml2 nor
# what that brings along, which is most of the time of a start; else libxml2.
set -u
NWFC=$(realpath "${NWFC:-./nwfc}")
status=$(dirname "$NWFC")/config.status
command -v readelf >/dev/null && [ -e "$status" ] || {
	echo "skipped: there is no readelf, or nothing was configured in $(dirname "$NWFC")"
	exit 77
}
loads=$(readelf -d "$NWFC" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
case $(grep -c '^S\["STATIC_LIBS_TRUE"\]=""$' "$status") in
1) wrong=$(echo "$loads" | grep -E '^lib(xml2|icu|stdc|z\.|lzma|nettle)') ;;
*) wrong=$(echo "$loads" | grep -q '^libxml2' || echo "no libxml2") ;;
esac
[ -z "$wrong" ] && echo "1 passed, 0 failed" && exit 0
printf '%s\n' "$NWFC loads:" "$wrong" "0 passed, 1 failed"
exit 1
