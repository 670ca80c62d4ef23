# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# lint: files, folders, standard input, and its exit codes.
exits 0 lint one.xml
is_empty out
is_empty err
exits 0 lint "$NWFC_FILTERS"
exits 0 lint "$srcdir/examples/test-eth0.xml"
exits 1 lint misspelt.xml
has out misspelt.xml:2:42 NWF122
is_empty err
exits 1 lint one.xml misspelt.xml
has out NWF122
exits 0 lint - <one.xml
exits 1 lint - <misspelt.xml
has out '<standard input>:2:42' NWF122
exits 1 lint - </dev/null
has out NWF103

# malformed XML is a finding; a warning is one too
printf "<filter name='x'>\n<rule action='drop' direction='in'>\n</filter>\n" >malformed.xml
exits 1 lint malformed.xml
has out malformed.xml:2:1 NWF103
cat >warned.xml <<'XML'
<filter name='warned'>
	<rule action='drop' direction='in' statematch='no'/>
</filter>
XML
exits 1 lint warned.xml
has out 'warning[NWF118]'
exits 1 lint --strict warned.xml
has out 'error[NWF118]'
exits 1 lint --compat=libvirt misspelt.xml
has out 'warning[NWF122]'

# folders: every *.xml but bindings, and references among neighbours
mkdir -p repo/empty
cp misspelt.xml warned.xml uses.xml one.xml vnet1.binding.xml repo
cp first/same.xml second/beside.xml repo
echo 'no filter' >repo/README
exits 1 lint repo
has out repo/misspelt.xml:2: repo/warned.xml:2:
lacks out NWF201
lacks out NWF108
lacks out README
exits 1 lint repo/uses.xml repo/misspelt.xml
lacks out NWF201
rm repo/same.xml
exits 1 lint repo/uses.xml
has out repo/uses.xml:1: NWF201 same
exits 0 lint -I first repo/uses.xml
exits 0 lint repo/empty

exits 3 lint no-such-file.xml
has out no-such-file.xml
exits 3 lint no-such-file.xml misspelt.xml
has out NWF122
ln -s nowhere repo/dangling.xml
exits 3 lint repo
has out repo/dangling.xml NWF122
rm repo/dangling.xml
ln -s circle.xml circle.xml
exits 3 lint circle.xml
has out circle.xml
rm circle.xml
if [ "$(id -u)" -ne 0 ]; then
	chmod 0 repo/warned.xml
	exits 3 lint repo
	chmod 600 repo/warned.xml
else
	skip "files without read permission: root reads them all"
fi
# what could block for ever is left alone, or refused
mkfifo repo/fifo.xml
run lint repo
[ $code -eq 1 ] || [ $code -eq 3 ] && ok ||
	not_ok "$words with a FIFO in it" "exit 1 or 3" "exit $code"
rm repo/fifo.xml
