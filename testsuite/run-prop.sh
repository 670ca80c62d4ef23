#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Random filters and frames: the interpreter of rulesets against the kernel, and
# what the optimizer makes of them against what it was given; a fixed sample.
# Thousands of seeds: `make check-prop SEEDS=1-100000`.
set -u
NWFC_FILTERS=${srcdir:-.}/runtime/filters
export NWFC_FILTERS
testsuite/prop/prop-opt "${SEEDS:-1-400}" || {
	echo "0 passed, 1 failed"
	exit 1
}
out=$(testsuite/prop/prop-test "${SEEDS:-1-400}" 2>&1)
status=$?
echo "$out"
[ $status -ne 77 ] || exit 77
[ $status -eq 0 ] && echo "1 passed, 0 failed" || echo "0 passed, 1 failed"
exit $status
