#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-format settles layout (.clang-format).
set -u
cd "${srcdir:-.}" || exit 99
command -v clang-format >/dev/null || { echo "SKIP: clang-format is not installed"; exit 77; }
log=$(mktemp) || exit 99
files=$(find ir compiler emit runtime testsuite -name '*.[ch]' ! -name 'value_grammar.*' \
	! -name 'value_scanner.*' | sort)
# shellcheck disable=SC2086 # a list of words is meant
if clang-format --dry-run -Werror $files 2>"$log"; then
	bad=0
else
	bad=$(grep -c 'error:' "$log")
	grep 'error:' "$log" | head -20
fi
rm -f "$log"
echo "$([ "$bad" -eq 0 ] && echo 1 || echo 0) passed, $bad failed"
[ "$bad" -eq 0 ]
