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

# what is shown: by code, by comment, by .nwfc.conf, by what is known already
mkdir -p rules/deep
cat >rules/deep/a.xml <<'XML'
<filter name='a'>
	<rule action='drop' direction='in' statematch='no'/>
	<rule action='drop' direction='in' priority='1' statematch='off'/>
	<tcp/>
</filter>
XML
exits 1 lint rules/deep
has out NWF118 NWF119
exits 1 lint --select=NWF118 rules/deep
has out NWF118
lacks out NWF119
exits 1 lint --ignore=NWF118 rules/deep
lacks out NWF118
exits 1 lint --select=nwf1 --ignore=NWF119,NWF4 rules/deep
has out NWF118
lacks out NWF119
exits 0 lint --select=NWF118 --severity=NWF118=info rules/deep
has out 'info[NWF118]'
exits 0 lint --select=NWF118 --severity=NWF1=info rules/deep
exits 1 lint --select=NWF118 --severity=NWF118=error --severity=NWF1=info rules/deep
has out 'error[NWF118]'
exits 0 lint --select=NWF118 --fail-on=error rules/deep
exits 1 lint --select=NWF118 --severity=NWF118=style --fail-on=style rules/deep
exits 0 lint --exit-zero rules/deep
has out NWF119
exits 2 lint --select=NWF000 rules/deep
has err NWF000
exits 2 lint --ignore=N rules/deep
exits 2 lint --severity=NWF118 rules/deep
exits 2 lint --severity=NWF118=loud rules/deep
exits 2 lint --fail-on=loud rules/deep
has err loud

echo 'ignore = NWF119' >rules/.nwfc.conf
exits 1 lint rules/deep/a.xml
lacks out NWF119
exits 1 lint --ignore=NWF3 rules/deep
lacks out NWF119
printf 'severity = NWF118=info\nselect = NWF118, NWF000\n' >rules/deep/.nwfc.conf
exits 2 lint rules/deep
printf 'severity = NWF118=info\nselect = NWF118, NWF120\nfail-on = error\n' >rules/deep/.nwfc.conf
exits 0 lint rules/deep
has out 'info[NWF118]'
exits 1 lint --fail-on=info rules/deep
exits 1 lint --select=NWF119 rules/deep
has out NWF119
echo 'target = mark-ct' >rules/deep/.nwfc.conf
exits 2 lint rules/deep
has err "no setting 'target'" .nwfc.conf:1
printf 'include = ../../first\ninclude = ../../second\nstrict = yes\n' >rules/deep/.nwfc.conf
exits 1 lint rules/deep
has out 'error[NWF118]'
cp uses.xml rules/deep
exits 1 lint rules/deep/uses.xml rules/deep
lacks out NWF201
rm rules/deep/uses.xml rules/deep/.nwfc.conf rules/.nwfc.conf

cp rules/deep/a.xml known.xml
exits 2 lint --write-baseline known.xml
has err --baseline
exits 0 lint --baseline=base --write-baseline known.xml
is_empty out
has base '# nwfc baseline 1' 'NWF118 ' ' known.xml:2'
exits 0 lint --baseline=base known.xml
is_empty out
is_empty err
sed -i '1a <!-- a line more -->' known.xml
exits 0 lint --baseline=base known.xml
sed -i "2a <rule action='drop' direction='in' priority='2' statematch='no'/>" known.xml
exits 1 lint --baseline=base known.xml
has out known.xml:3: NWF118
sed -i '3d;s/<tcp.>//' known.xml
exits 0 lint --baseline=base known.xml
has err '1 findings of base are gone'
exits 2 lint --baseline=nowhere known.xml
has err nowhere
exits 2 lint --baseline=known.xml known.xml
has err 'no baseline'

# a folder without filters, though there may be some below it
mkdir -p bare/below
cp one.xml bare/below
for verb in lint 'fmt --check'; do
	exits 0 $verb bare
	has err 'folder bare has no filter (*.xml); those in it are not searched'
	is_empty out
done
rm -r bare

# comments: for the element that follows, or for the file
cat >quiet.xml <<'XML'
<?xml version='1.0'?>
<!-- nwfc ignore=NWF119 because it is a test -->
<filter name='quiet'>
	<!-- nwfc ignore=NWF118 because it is a test -->
	<rule action='drop' direction='in' statematch='no'/>
	<tcp><udp a='>'/></tcp>
	<rule action='drop' direction='in' statematch='no'/>
</filter>
XML
exits 1 lint quiet.xml
has out quiet.xml:7: NWF118
lacks out NWF119
lacks out quiet.xml:5:
sed -i '7s/no/false/' quiet.xml
exits 0 lint quiet.xml
is_empty out
exits 0 lint --ignore=NWF118 quiet.xml
is_empty out
sed -i '5s/no/false/' quiet.xml
exits 1 lint quiet.xml
has out quiet.xml:4: NWF990
exits 0 lint --ignore=NWF99 quiet.xml
# what lint does not look for in a file, because that does not compile or is only referred to
sed -i '4s/NWF118/NWF902/' quiet.xml
exits 0 lint quiet.xml
mkdir quiet.d
sed 's/quiet/lower/; s/NWF119/NWF902/; /<tcp>/d' quiet.xml >quiet.d/lower.xml
printf "<filter name='upper'><filterref filter='lower'/></filter>" >quiet.d/upper.xml
exits 0 lint quiet.d/upper.xml
lacks out NWF990
exits 1 lint quiet.d
has out quiet.d/lower.xml:2: NWF990
rm -r quiet.d
sed -i '4s/NWF902/NWF118/' quiet.xml
# what does not compile does not compile because of a comment
exits 3 compile $vm ./quiet.xml
has err NWF119

# fixes: by byte range, of what changes nothing; others on request
cat >spelt.xml <<'XML'
<filter name='spelt' chain='root'>
	<!-- as they write it -->
	<rule action='drop' direction='inout' priority='500'>
		<mac  srcmacaddr="AA:B:C:0:0:1" match='yes'/></rule>
	<rule action='drop' direction='inout' statematch='no'>
		<tcp srcipaddr='192.0.2.7' srcipmask='255.255.255.0' dstportend='22' dstportstart='22'/>
	</rule>
</filter>
XML
chmod 640 spelt.xml
cp spelt.xml kept.xml
exits 1 lint --diff spelt.xml
has out '--- spelt.xml' '-<filter name='\''spelt'\'' chain='\''root'\''>' "+<filter name='spelt'>" '+		<mac  srcmacaddr="aa:0b:0c:00:00:01"/></rule>'
cmp -s spelt.xml kept.xml && ok || not_ok "lint --diff" "the file as it was" "another"
if command -v patch >/dev/null; then
	cp spelt.xml patched.xml
	holds 'the difference can be applied' patch -s patched.xml out
fi
exits 1 lint --fix --select=NWF9,NWF118 spelt.xml
has err 'nwfc: mended'
has out NWF118
lacks out NWF9
[ ! -e patched.xml ] || holds 'it is what was shown' cmp spelt.xml patched.xml
has spelt.xml "<filter name='spelt'>" '<!-- as they write it -->' \
	'		<mac  srcmacaddr="aa:0b:0c:00:00:01"/></rule>' \
	"<tcp srcipaddr='192.0.2.0' srcipmask='24' dstportstart='22'/>" "statematch='no'"
[ "$(stat -c %a spelt.xml)" = 640 ] && ok || not_ok "lint --fix" "mode 640" "$(stat -c %a spelt.xml)"
exits 0 lint --diff spelt.xml
is_empty out
exits 0 lint --fix --unsafe-fixes spelt.xml
has spelt.xml "statematch='false'"
exits 2 lint --unsafe-fixes spelt.xml
has err --fix
# what is left out is not mended
cp kept.xml spelt.xml
exits 1 lint --fix --ignore=NWF90 spelt.xml
cmp -s spelt.xml kept.xml && ok || not_ok "lint --fix --ignore=NWF90" "the file as it was" "another"
exits 1 lint --diff - <kept.xml
has out '+++ <standard input>'
# one candidate is a fix, two are none
echo "<filter name='f'><rule action='drop' direction='in'><tcp srcipadr='1.2.3.4'/></rule></filter>" >typo.xml
exits 0 lint --fix --select=NWF122 typo.xml
has typo.xml "srcipaddr='1.2.3.4'"
echo "<filter name='f'><rule action='drop' direction='in'><tcp dstport='1'/></rule></filter>" >typo.xml
exits 1 lint --fix --unsafe-fixes --select=NWF122 typo.xml
has typo.xml "dstport='1'"
# one byte range of several does not leave the others behind
echo "<filter name='f'><rule action='drop' direction='in'><tcp srcipfrom='10.0.0.9' srcipto='10.0.0.1'/></rule></filter>" >typo.xml
exits 0 lint --fix --unsafe-fixes --select=NWF321 typo.xml
has typo.xml "srcipfrom='10.0.0.1' srcipto='10.0.0.9'"
