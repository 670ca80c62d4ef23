# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Forms and colours of diagnostics.
escape=$(printf '\033')

exits 3 compile $vm misspelt.xml
has err 'misspelt.xml:2:42: error[NWF122]' '^^^^^^^' 'help:' dstportstart
cp err expected
exits 3 compile $vm --format=tty misspelt.xml
cmp -s err expected && ok || not_ok "$words" "the default" "something else"
exits 3 compile $vm --format=gcc misspelt.xml
holds 'one line as gcc writes it' grep -qE '^misspelt\.xml:2:42: error: .* \[NWF122\]$' err
exits 3 compile $vm --format=json misspelt.xml
is_json err
holds 'what the JSON says' python3 -c '
import json
all = json.load(open("err"))
first = all["diagnostics"][0]
assert all["errors"] == 1 and first["code"] == "NWF122" and first["severity"] == "error"
span = first["spans"][0]
place = [span[word] for word in ("file", "line", "column", "end_column")]
assert place == ["misspelt.xml", 2, 42, 49]
assert "dstportstart" in first["help"]'
exits 0 compile $vm --format=json one.xml
is_json err
exits 3 compile $vm --format=json no-such-filter
is_json err
if [ $CLI_INSIDE = yes ]; then
	exits 3 apply $vm --root . --format=json misspelt.xml
	is_json err
fi
exits 1 lint --format=json misspelt.xml one.xml
is_json out
exits 0 lint --format=json one.xml
is_json out
exits 1 lint --format=gcc misspelt.xml
holds 'one line as gcc writes it' grep -qE '^misspelt\.xml:2:42: error: .* \[NWF122\]$' out

# no colour where there is no terminal, unless asked for
lacks expected "$escape"
exits 3 compile $vm --color=always misspelt.xml
has err "$escape["
exits 3 compile $vm --color=never misspelt.xml
lacks err "$escape"
exits 3 compile $vm --color=auto misspelt.xml
lacks err "$escape"
exits 1 lint --color=always misspelt.xml
has out "$escape["

# on a terminal: colour, but not with NO_COLOR or --color=never
on_terminal() { # WORDS...: what it prints on a terminal, to `typed`
	words="nwfc $* on a terminal"
	python3 -c '
import os, pty, sys
with open("typed", "wb") as copy:
    def keep(fd):
        data = os.read(fd, 4096)
        copy.write(data)
        return b""
    pty.spawn(sys.argv[1:], keep)' "$nwfc" "$@" >pty.out 2>&1 </dev/null
}
on_terminal compile $vm misspelt.xml
has typed NWF122 "$escape["
on_terminal lint misspelt.xml
has typed NWF122 "$escape["
on_terminal compile $vm --color=never misspelt.xml
has typed NWF122
lacks typed "$escape"
NO_COLOR=1
export NO_COLOR
on_terminal compile $vm misspelt.xml
has typed NWF122
lacks typed "$escape"
on_terminal compile $vm --color=always misspelt.xml
has typed "$escape["
NO_COLOR=
on_terminal compile $vm misspelt.xml
has typed "$escape["
unset NO_COLOR

# a terminal is never written what a file contains: controls are shown, not sent
printf "<filter name='x'>\n<rule action='\302\2332J' direction='in'/>\n</filter>\n" >control.xml
exits 3 compile $vm control.xml
has err control.xml:2: NWF115
exits 3 compile $vm "$(printf 'a\033[2Jb')"
lacks err "$escape"

# many diagnostics: the first, and how many more; lint shows all
{
	echo "<filter name='worst'>"
	i=0
	while [ $i -lt 50 ]; do
		echo "<rule action='drop' direction='in'><tcp dstport='1'/></rule>"
		i=$((i + 1))
	done
	echo '</filter>'
} >worst.xml
exits 3 compile $vm worst.xml
has err 'and 30 more'
exits 1 lint worst.xml
[ "$(grep -c 'error\[NWF122\]' out)" -eq 50 ] && ok ||
	not_ok "$words" "50 diagnostics" "$(grep -c 'error\[' out)"
