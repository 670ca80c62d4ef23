#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every golden that compiles to nft, for a kernel without conntrack in family
# bridge: loads, loads twice into the same, can be listed (nft 1.0.6 dies of some
# rules when it lists them), loads as JSON into the same, and apply finds it
# loaded the second time.
set -u
case ${1-} in
inside) ;;
*)
	# shellcheck source=/dev/null
	. "${srcdir:-.}/testsuite/live/netns.sh"
	NWFC=$(realpath "${NWFC:-./nwfc}")
	NWFC_FILTERS=$(realpath "${srcdir:-.}/runtime/filters")
	export NWFC NWFC_FILTERS
	in_netns sh "$0" inside
	;;
esac
cd "${srcdir:-.}/testsuite/golden" || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

compile() { # ARGUMENTS-FILE WORDS...: the words, then those of the file, to nwfc
	file=$1
	shift
	while IFS= read -r word; do
		case $1-$word in
		*- | apply---layout=*) ;;
		*) set -- "$@" "$word" ;;
		esac
	done <"$file"
	"$NWFC" "$@" --target=mark-ct
}

# handles count all that ever was loaded
listing() {
	nft list ruleset >/dev/null || return 1
	nft -j list ruleset >"$work/raw" || return 1
	sed 's/, "handle": [0-9]*//g' "$work/raw"
}

golden() {
	nft flush ruleset
	nft -f "$work/nft" || { echo "does not load"; return 1; }
	listing >"$work/once" || { echo "cannot be listed"; return 1; }
	nft -f "$work/nft" || { echo "does not load twice"; return 1; }
	listing >"$work/twice"
	cmp -s "$work/once" "$work/twice" || { echo "is another when loaded twice"; return 1; }
	# what JSON cannot hold is refused (NWF505), and tested elsewhere
	if compile "$1" compile --emit=json >"$work/json" 2>"$work/messages"; then
		nft flush ruleset
		nft -j -f "$work/json" || { echo "does not load as JSON"; return 1; }
		listing >"$work/json-list"
		cmp -s "$work/once" "$work/json-list" || { echo "is another as JSON"; return 1; }
	elif ! grep -q NWF505 "$work/messages"; then
		echo "does not compile to JSON"
		return 1
	fi
	compile "$1" apply "--root=$work" >/dev/null 2>&1 || { echo "cannot be applied"; return 1; }
	compile "$1" apply "--root=$work" 2>/dev/null | grep -qx 'nothing to do' ||
		{ echo "is not recognised as loaded"; return 1; }
}

# no goldens, no test
for file in $(find . -name '*.args' | sort); do
	[ -e "${file%.args}.nft" ] || continue
	# connlimit needs the conntrack of family bridge (NWF502)
	compile "$file" compile >"$work/nft" 2>"$work/messages" || {
		grep -q NWF502 "$work/messages" && continue
		echo "not ok - $file does not compile"
		failed=$((failed + 1))
		continue
	}
	if why=$(golden "$file" 2>&1); then
		passed=$((passed + 1))
	else
		echo "not ok - ${file%.args} $why"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
