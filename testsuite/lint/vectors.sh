#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every named row (testsuite/packet/README.md) is proved by a section of a
# scenario, which has a frame that passes and one that does not.
set -u
cd "${srcdir:-.}/testsuite/packet" || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

{ seq -f A.%.0f 30 && seq -f V.%.0f 14 && seq -f P.%.0f 18; } >"$work/rows"
# "FILE ROW", from lines "| `FILE` | A.1-A.3 P.4 |"
awk -F '[|`]' '/^\| `[^`]*\.scn` \| [AVP]\./ {
	n = split($5, range, " ")
	for (i = 1; i <= n; i++) {
		split(range[i], end, "-")
		last = end[2] == "" ? end[1] : end[2]
		for (row = substr(end[1], 3) + 0; row <= substr(last, 3) + 0; row++)
			print $3, substr(range[i], 1, 2) row
	}
}' README.md | sort >"$work/listed"
# "FILE ROW pass drop": how many such frames the section has
awk '/^say / { section = "" }
	/^say [AVP]\.[0-9]/ { section = FILENAME " " $2; seen[section] }
	section != "" && $1 ~ />/ { if ($2 == "pass") pass[section]++; else drop[section]++ }
	END { for (s in seen) print s, pass[s] + 0, drop[s] + 0 }' \
	./*.scn nf/*.scn vm/*.scn | sed "s,^\./,," | sort >"$work/sections"
cut -d ' ' -f 1,2 "$work/sections" >"$work/found"

bad=$(
	cut -d ' ' -f 2 "$work/found" | sort -u >"$work/proved"
	sort "$work/rows" | comm -23 - "$work/proved" | sed 's/$/ has no section/'
	sort "$work/rows" | comm -13 - "$work/proved" | sed 's/$/ is no row/'
	comm -23 "$work/listed" "$work/found" | sed 's/$/ is listed, but not there/'
	comm -13 "$work/listed" "$work/found" | sed 's/$/ is not listed in README.md/'
	awk '!$3 || !$4 { print $1, $2, "has no frame that", $3 ? "is dropped" : "passes" }' \
		"$work/sections"
)
[ -z "$bad" ] || echo "$bad"
[ -z "$bad" ] && echo "1 passed, 0 failed" || echo "0 passed, 1 failed"
[ -z "$bad" ]
