#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Random filters and frames: the interpreter of rulesets against the kernel, and
# what the optimizer makes of them against what it was given, and what lint says of
# them against what frames meet; a fixed sample.
# Thousands of seeds: `make check-prop SEEDS=1-100000`.
set -u
NWFC_FILTERS=${srcdir:-.}/runtime/filters
export NWFC_FILTERS
for program in prop-opt prop-lint; do
	testsuite/prop/$program "${SEEDS:-1-400}" || {
		echo "0 passed, 1 failed"
		exit 1
	}
done
out=$(testsuite/prop/prop-test "${SEEDS:-1-400}" 2>&1)
status=$?
echo "$out"
[ $status -ne 77 ] || exit 77
# a macvtap gets some frames later, and so takes longer
if [ $status -eq 0 ]; then
	testsuite/prop/prop-test "${MACVTAP_SEEDS:-1-100}" 240 passthru
	status=$?
fi
[ $status -eq 0 ] && echo "1 passed, 0 failed" || echo "0 passed, 1 failed"
exit $status
