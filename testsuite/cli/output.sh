# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What compile writes: the ruleset, JSON, the map, dependencies, folders.
no_leftovers() { # FOLDER: no file in it has a temporary's name
	found=$(find "$1" -name '*.??????' ! -name '*.binding' | head -3)
	[ -z "$found" ] && ok || not_ok "$words" "no temporary files" "$found"
}

clean="$vm -p IP=192.0.2.7 clean-traffic"
exits 0 compile $clean
cp out expected
mkdir made
exits 0 compile $clean -o made/x.nft
is_empty out
cmp -s made/x.nft expected && ok || not_ok "$words" "what standard output gets" "something else"
exits 0 compile $clean -o -
cmp -s out expected && ok || not_ok "$words" "-o - is standard output" "something else"
umask 022
exits 0 compile $clean --output=made/x.nft
[ "$(stat -c %a made/x.nft)" = 644 ] && ok || not_ok "$words" "mode 644" "$(stat -c %a made/x.nft)"

# whole or not at all
echo precious >made/x.nft
exits 3 compile $vm -p CTRL_IP_LEARNING=none clean-traffic -o made/x.nft
has made/x.nft precious
exits 3 compile $vm misspelt.xml -o made/y.nft --map made/y.map -MD made/y.d
holds 'nothing is written' test ! -e made/y.nft -a ! -e made/y.map -a ! -e made/y.d
no_leftovers made
for unwritable in no-such-folder/x.nft one.xml/x.nft; do
	exits 3 compile $clean -o $unwritable
	has err "cannot write $unwritable"
	exits 3 compile $clean --map $unwritable
	has err "cannot write $unwritable"
	exits 3 compile $clean -MD $unwritable
	has err "cannot write $unwritable"
	exits 3 compile $clean -O $unwritable
	has err $unwritable
done
if [ $CLI_INSIDE = yes ] && mkdir full && mount -t tmpfs -o size=4k tmpfs full 2>/dev/null; then
	echo precious >full/x.nft
	exits 3 compile $clean -o full/x.nft
	has err 'full/x.nft' 'No space left'
	has full/x.nft precious
	no_leftovers full
	umount full
else
	skip "-o on a full file system: mounting needs root"
fi
# what is no regular file is written to, not replaced
mkfifo made/fifo
cat made/fifo >taken &
reader=$!
exits 0 compile $clean -o made/fifo
if [ -p made/fifo ]; then
	ok
else
	not_ok "$words" "made/fifo still a FIFO" "$(stat -c %F made/fifo)"
	kill $reader
fi
wait $reader 2>/dev/null
if [ $CLI_INSIDE = yes ] && mknod made/null c 1 3 2>/dev/null; then
	run compile $clean -o made/null
	[ -c made/null ] && ok || not_ok "$words" "made/null still a device" "$(stat -c %F made/null)"
else
	skip "-o on a device: making one needs root"
fi
rm -f made/fifo made/null

for full in "compile $clean" "compile $clean --emit=json" "compile $clean --dump=rules" --help \
	'compile --help' --version 'lint --explain all' 'lint --explain 101' fields 'completion bash'; do
	"$nwfc" $full >/dev/full 2>err
	code=$? words="nwfc $full >/dev/full"
	[ $code -eq 3 ] && ok || not_ok "$words" "exit 3" "exit $code"
	has err 'No space left'
	"$nwfc" $full >&- 2>err
	code=$? words="nwfc $full >&-"
	[ $code -eq 3 ] && ok || not_ok "$words" "exit 3" "exit $code"
	has err 'Bad file descriptor'
done
"$nwfc" lint misspelt.xml >/dev/full 2>err
code=$? words="nwfc lint misspelt.xml >/dev/full"
[ $code -ne 0 ] && ok || not_ok "$words" "an error" "exit 0"

exits 0 compile $clean --emit=json
is_json out
holds "it is libnftables' JSON" python3 -c '
import json
commands = json.load(open("out"))["nftables"]
assert any("rule" in command.get("add", {}) for command in commands)'

# each line of the map is a line of that rule, and each rule with an origin is there
exits 0 compile $clean -o made/x.nft --map made/x.map
is_json made/x.map
exits 0 compile -I . -I first --bindings bindings -o made/two.nft --map made/two.map
for base in x two; do
	holds "the map of $base.nft" python3 "$cli/check-map.py" made/$base.nft made/$base.map
done
exits 0 compile $clean --map made/stdout.map
cp out made/stdout.nft
holds 'the map of standard output' python3 "$cli/check-map.py" made/stdout.nft made/stdout.map

# dependencies
mkdir 'a #b$c'
cp same.xml 'a #b$c' 2>/dev/null || filter same drop 'a #b$c/same.xml'
exits 0 compile $vm -I 'a #b$c' -I second uses.xml -o out.nft -MD out.d
has out.d out.nft: uses.xml
lacks out.d first/
lacks out.d built-in
cat >makefile <<'MAKE'
all: out.nft
include out.d
out.nft:
	@echo made again
MAKE
for file in uses.xml 'a #b$c/same.xml' second/beside.xml; do
	touch -d 2001-01-01 uses.xml 'a #b$c/same.xml' second/beside.xml
	touch -d 2001-01-02 out.nft
	holds 'up to date' make -q -f makefile
	touch -d 2001-01-03 "$file"
	make -q -f makefile >held 2>&1
	status=$?
	[ $status -eq 1 ] && ok ||
		not_ok "make with out.d" "$file a dependency" "exit $status, $(cat held)"
done
exits 0 compile $vm one.xml --depfile=other.d
has other.d one.xml

# a folder with a file for each interface
exits 0 compile -I . -I first --bindings bindings -O rules
is_json rules/manifest.json
holds 'the files of manifest.json' python3 -c '
import json, os
manifest = json.load(open("rules/manifest.json"))
files = manifest["files"]
assert [(f["tap"], f["filter"]) for f in files] == [("vnet1", "ports"), ("vnet2", "same")]
assert set(os.listdir("rules")) == {f["file"] for f in files} | {"manifest.json"}'
has rules/vnet1.nft '"vnet1"'
lacks rules/vnet1.nft vnet2
lacks rules/vnet2.nft vnet1
exits 0 compile -I . -I first --bindings bindings -O rules-json --emit=json
for file in manifest.json vnet1.json vnet2.json; do
	is_json rules-json/$file
done
exits 3 compile --bindings bindings -O rules-none
holds 'nothing is made' test ! -e rules-none
exits 0 compile $clean -O rules-clean -o made/z.nft
cmp -s made/z.nft expected && ok || not_ok "$words" "the same ruleset" "another one"
no_leftovers rules
if [ $CLI_INSIDE = yes ] && command -v nft >/dev/null; then
	run compile -I . -I first --bindings bindings -O loads --target=mark-ct
	for file in loads/vnet1.nft loads/vnet2.nft loads/vnet1.nft rules-clean/vnet0.nft; do
		holds "$file loads" nft -f $file
	done
	nft list map bridge nwfc in-l2 >listed 2>&1
	has listed vnet2 vnet0
	nft flush ruleset
	holds 'the second alone' nft -f loads/vnet2.nft
	nft flush ruleset
	run compile -I . -I first --bindings bindings -O loads-json --target=mark-ct --emit=json
	holds 'JSON alone' nft -j -f loads-json/vnet1.json
	nft flush ruleset
else
	skip "loading what -O wrote: needs root and nft"
fi

# what a link leads to is replaced, not the link
echo old >real.nft
ln -sf real.nft link.nft
exits 0 compile $vm -o link.nft one.xml
[ -L link.nft ] && ok || not_ok "-o on a link" "a link" "a file"
has real.nft 'table bridge nwfc'

# a dump stops before there is anything to write
exits 2 compile $vm --dump=rules -o out.nft one.xml
has err --dump
exits 2 compile $vm --dump=rules --emit=json one.xml

# what checks nothing says so
mkdir -p empty-folder
exits 3 compile --bindings empty-folder
has err empty-folder 'no binding'
exits 0 lint empty-folder
has err empty-folder 'no filter'
