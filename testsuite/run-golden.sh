#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Golden tests: for each NAME.args below testsuite/golden (words for nwfc, one a
# line), every sibling NAME.EXT is what nwfc must print:
#   .nft .json      the ruleset           .parse .link .bind .rules .order .lower  a dump
#   .err            the diagnostics of a compile, and its exit status
#   .lint           what lint prints of NAME.xml, or of the folder NAME.d, and its exit status
# Programs are as lowered, unless the words say --optimize=1.
#   .explain        what explain says of each frame in NAME.flows
#   .tested         what test prints of NAME.test, with coverage, and its exit status
# With an argument I/N, the I-th part of N.  NWFC_UNDER is a command to run nwfc under, such as
# valgrind with its options; then dumps are left out: a compile goes through what they stop at.
# UPDATE=1 rewrites them, shows what changed, and fails all the same.
set -u
srcdir=${srcdir:-.}
nwfc=$(realpath "${NWFC:-./nwfc}")
NWFC_FILTERS=$(realpath "$srcdir/runtime/filters")
export NWFC_FILTERS
cd "$srcdir/testsuite/golden" || exit 99
part=${1:-1/1}
passed=0 failed=0
out=$(mktemp) || exit 99
trap 'rm -f "$out"' EXIT

# the words of NAME.args and then "$@", to a command line
run() {
	args=$1
	shift
	[ "$1" = lint ] || set -- "$@" --optimize=0
	while IFS= read -r word; do
		[ -n "$word" ] && set -- "$@" "$word"
	done <"$args"
	${NWFC_UNDER-} "$nwfc" "$@"
}

# each line of NAME.flows is a frame, which stands behind the filter
explain() {
	args=$1.args
	while IFS= read -r flow; do
		set --
		while IFS= read -r word; do
			[ -n "$word" ] && set -- "$@" "$word"
		done <"$args"
		${NWFC_UNDER-} "$nwfc" explain "$@" "$flow"
	done <"$1.flows"
}

produce() {
	base=$1 ext=$2
	case $ext in
	nft) run "$base.args" compile ;;
	json) run "$base.args" compile --emit=json ;;
	err)
		run "$base.args" compile 2>&1 >/dev/null
		echo "exit $?"
		;;
	lint)
		if [ -d "$base.d" ]; then
			${NWFC_UNDER-} "$nwfc" lint "$base.d"
		else
			${NWFC_UNDER-} "$nwfc" lint "$base.xml"
		fi
		echo "exit $?"
		;;
	explain) explain "$base" ;;
	tested)
		${NWFC_UNDER-} "$nwfc" test --coverage "$base.test"
		echo "exit $?"
		;;
	*) run "$base.args" compile --dump="$ext" ;;
	esac
}

check() {
	expected=$1
	base=${expected%.*}
	ext=${expected##*.}
	produce "$base" "$ext" >"$out" 2>"$out.err" || true
	[ "$ext" = err ] || [ "$ext" = lint ] || [ "$ext" = tested ] || [ ! -s "$out.err" ] || {
		[ -s "$out" ] || cat "$out.err" >>"$out"
	}
	rm -f "$out.err"
	if cmp -s "$out" "$expected"; then
		passed=$((passed + 1))
	elif [ -n "${UPDATE-}" ]; then
		cp "$out" "$expected"
		failed=$((failed + 1))
	else
		echo "not ok: $expected"
		diff -u "$expected" "$out" | head -40
		failed=$((failed + 1))
	fi
}

for file in $(find . -type f \( -name '*.nft' -o -name '*.json' -o -name '*.err' -o -name '*.lint' \
	-o -name '*.parse' -o -name '*.link' -o -name '*.bind' -o -name '*.rules' -o -name '*.order' \
	-o -name '*.lower' -o -name '*.explain' -o -name '*.tested' \) | sed 's|^\./||' | LC_ALL=C sort |
	awk -v part="${part%/*}" -v parts="${part#*/}" 'NR % parts == part % parts'); do
	case ${NWFC_UNDER:+$file} in
	*.parse | *.link | *.bind | *.rules | *.order | *.lower) continue ;;
	esac
	check "$file"
done
if [ -n "${UPDATE-}" ] && [ $failed -gt 0 ]; then
	git diff --stat . 2>/dev/null
	echo "rewrote $failed golden files; read the difference, then run without UPDATE"
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
