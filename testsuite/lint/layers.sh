#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Which folder may include which (doc/architecture.md), from the #include lines;
# and that only one file includes libxml2, only one libnftables.
set -u
cd "${srcdir:-.}" || exit 99
bad=0
complain() { echo "$1"; bad=$((bad + 1)); }

allow() { # FOLDER-PATTERN ALLOWED-PREFIXES...
	pattern=$1
	shift
	for file in $(find $pattern -name '*.[chyl]' -o -name '*.def' | sort); do
		case $file in compiler/cli/*) [ "$pattern" = compiler/cli ] || continue ;; esac
		sed -n 's/^#include "\(.*\)"$/\1/p' "$file" | while read -r header; do
			case $header in value_grammar.h | compiler/value_grammar.h) continue ;; esac
			for prefix in "$@"; do
				case $header in "$prefix"*) continue 2 ;; esac
			done
			echo "$file includes $header"
		done
	done
}
found=$(
	allow ir/base ir/base/
	allow ir ir/
	allow compiler ir/ compiler/
	allow emit ir/ emit/
	allow runtime ir/ emit/ runtime/
	allow compiler/cli ir/ compiler/ emit/ runtime/
)
[ -z "$found" ] || complain "$found"
# a pass must not reach up to the command line
up=$(grep -l '#include "compiler/cli/' compiler/*.[ch] 2>/dev/null)
[ -z "$up" ] || complain "$up includes the command line"
for library in libxml nftables; do
	users=$(grep -l "#include <$library/" -r ir compiler emit runtime | sort)
	[ "$(echo "$users" | wc -l)" -eq 1 ] && [ -n "$users" ] ||
		complain "<$library/> is included by: $users"
done
echo "$([ $bad -eq 0 ] && echo 1 || echo 0) passed, $bad failed"
[ $bad -eq 0 ]
