#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# One noun a file, functions that fit a screen.  Raising a number needs a commit
# that says why.
set -u
cd "${srcdir:-.}" || exit 99
FILE_LINES=420
FUNCTION_LINES=70
files=$(find ir compiler emit runtime testsuite -name '*.[ch]' ! -name 'value_grammar.*' \
	! -name 'value_scanner.*' | sort)
bad=$(
	for file in $files; do
		lines=$(wc -l <"$file")
		[ "$lines" -le $FILE_LINES ] || echo "$file has $lines lines, $FILE_LINES allowed"
		awk -v max=$FUNCTION_LINES '
			/^[a-z].*[^;]$/ && !/^(struct|enum|static const|typedef)/ && !/= \{$/ { name = $0; start = FNR }
			/^}/ { if (start && FNR - start > max)
				print FILENAME ":" start ": function of " FNR - start " lines, " max " allowed"
			       start = 0 }' "$file"
		head -2 "$file" | grep -q SPDX-License-Identifier || echo "$file has no SPDX line"
	done
)
[ -z "$bad" ] || echo "$bad"
[ -z "$bad" ] && echo "1 passed, 0 failed" || echo "0 passed, 1 failed"
[ -z "$bad" ]
