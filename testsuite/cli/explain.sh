# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# lint --explain: every code has a reason, a bad and a good example.
exits 0 lint --explain all
cp out codes
[ "$(wc -l <codes)" -eq "$(grep -c '^DIAG(' "$srcdir/ir/base/diag.def")" ] && ok ||
	not_ok "$words" "one line for each code of diag.def" "$(wc -l <codes) lines"
[ "$(sort -u codes | wc -l)" -eq "$(wc -l <codes)" ] && ok || not_ok "$words" "no code twice" "some"
while read -r id severity title; do
	exits 0 lint --explain "$id"
	holds 'its title' grep -qxF "$id: $title" out
	holds 'its severity' grep -q "^Severity: $severity (with --compat=.*; with --strict: .*)$" out
	holds 'a reason, a bad and a good example' awk '
		/^Bad:$/ { part = 1; next }
		/^Good:$/ { part = 2; next }
		/^Severity:/ { part = 3 }
		NR > 1 && NF { lines[part + 0]++ }
		length > 100 { exit 1 }
		END { exit !(lines[0] > 1 && lines[1] && lines[2]) }' out
done <codes
for spelling in NWF122 nwf122 122; do
	exits 0 lint --explain $spelling
	has out 'NWF122: '
done
for spelling in 999 NWF999 frob NWF '' -1 0; do
	exits 2 lint --explain "$spelling"
	has err 'no diagnostic'
	is_empty out
done
