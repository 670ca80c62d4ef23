#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Replays the fuzz corpus and every input that once crashed, without a fuzzer.
set -u
srcdir=${srcdir:-.}
failed=0 passed=0
for target in xml value pipeline cases; do
	set -- $(find "$srcdir/testsuite/fuzz/corpus/$target" "$srcdir/testsuite/fuzz/crash" -type f |
		LC_ALL=C sort)
	if out=$("testsuite/fuzz/replay-$target" "$@" 2>&1); then
		passed=$((passed + $#))
	else
		echo "not ok: replay-$target: $out" | tail -40
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
