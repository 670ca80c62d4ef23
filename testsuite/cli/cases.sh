# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# nwfc test: cases, what fails and how, folders, reports, coverage, the kernel.
mkdir -p cases/filters cases/tests/deeper cases/none
cp smtp.xml cases/filters
cat >cases/tests/smtp.test <<'TEST'
filter ../filters/smtp.xml
RELAY = 192.0.2.9, 192.0.2.10

out tcp 10.0.0.5:4000 > 192.0.2.1:25 : drop by smtp.xml:6
out tcp 10.0.0.5:4000 > $RELAY[1]:25 : accept by ../filters/smtp.xml:3  # the second
out tcp 10.0.0.5:4000 > $RELAY:25 : accept by smtp
out ether 52:54:00:00:00:01 > ff:ff:ff:ff:ff:ff type 0x88b5 : drop by no-mac-spoofing:10
in tcp 192.0.2.1:25 > 10.0.0.5 from-host : accept by nothing
TEST
cat >cases/tests/deeper/named.test <<'TEST'
include ../../filters
filter smtp
RELAY = 192.0.2.9
out udp 10.0.0.5 > 192.0.2.1:53 : accept
TEST
exits 0 test cases/tests
is_empty err
has out '6 passed, 0 failed'
sed 1d cases/tests/deeper/named.test >input
exits 0 test - -I cases/filters <input
has out '1 passed'
exits 3 test - <cases/tests/deeper/named.test
has out '<standard input>:1:9: error[NWF101]' ../../filters
for header in 'filter gone.xml' 'binding gone.xml' 'include gone'; do
	printf '%s\nout stp : accept\n' "$header" >gone.test
	exits 3 test gone.test
	has out "gone.test:1:$(($(expr "$header" : ".* ") + 1)): error[NWF101]" gone
done
(cd cases/tests && "$nwfc" test . smtp.test >../../out 2>&1)
has out '11 passed, 0 failed'

# a case that fails: where, by what, and what nearly did
cat >failing.test <<'TEST'
filter smtp.xml
RELAY = 192.0.2.9
out tcp 10.0.0.5:4000 > 192.0.2.1:26 : drop by smtp.xml:6
out tcp 10.0.0.5:4000 > 192.0.2.9:25 : accept by smtp.xml:6
out tcp 10.0.0.5:4000 > 192.0.2.1:25 : reject
out udp 10.0.0.5:4000 > 192.0.2.1:24 : drop by smtp.xml:6
out stp : accept
out stp : drop by other.xml:1
TEST
exits 1 test failing.test
is_empty err
has out '1 passed, 5 failed' \
	'failing.test:3:40: error[NWF812]: expected drop by smtp.xml:6, found accept, no rule decided' \
	'note: smtp.xml:6 would drop: it wants th dport 25, the frame has 26' \
	'failing.test:4:40: error[NWF812]: expected accept by smtp.xml:6, found accept by smtp.xml:3' \
	'  --> smtp.xml:3:2:' 'this rule decided' \
	'expected reject, found drop by smtp.xml:6' \
	'note: the nearest rule of smtp.xml differs from the frame in 2 tests' \
	'note: the rule of other.xml was not reached, or there is none there'
exits 1 test --format=gcc failing.test
has out 'failing.test:3:40: error: expected drop by smtp.xml:6'

# reports
exits 1 test --format=json --coverage --junit results.xml failing.test cases/tests
is_json out
is_json err
holds 'JSON and JUnit agree' python3 - <<'PY'
import json, xml.etree.ElementTree as tree
doc = json.load(open("out"))
assert doc["format_version"] == "1.0" and (doc["passed"], doc["failed"]) == (7, 5)
assert len(doc["cases"]) == 12
assert doc["cases"][0] == {"file": "failing.test", "line": 3, "column": 1, "tap": "vnet0",
    "flow": "out tcp 10.0.0.5:4000 > 192.0.2.1:26", "expected": "drop by smtp.xml:6",
    "found": "accept, no rule decided", "verdict": "accept", "passed": False}
assert {(r["file"], r["line"], r["decided"]) for r in doc["coverage"]["rule"]} == {
    ("smtp.xml", 3, True), ("smtp.xml", 6, True),
    ("cases/filters/smtp.xml", 3, True), ("cases/filters/smtp.xml", 6, True)}
root = tree.parse("results.xml").getroot()
assert (root.get("tests"), root.get("failures")) == ("12", "5")
assert [s.get("name") for s in root] == ["failing.test", "cases/tests/deeper/named.test",
                                         "cases/tests/smtp.test"]
bad = [c for s in root for c in s if c.find("failure") is not None]
assert len(bad) == 5 and bad[0].get("line") == "3"
assert bad[0].find("failure").get("message") == "expected drop by smtp.xml:6, found accept, no rule decided"
PY

# coverage: a rule behind one that always decides first, and one that nothing matches
cat >covered.xml <<'XML'
<filter name='covered'>
	<filterref filter='no-mac-spoofing'/>
	<rule action='drop' direction='out' priority='100'><udp dstportstart='53'/></rule>
	<rule action='accept' direction='out' priority='200'><udp dstportstart='53'/></rule>
	<rule action='drop' direction='in' priority='300'><icmp/></rule>
</filter>
XML
printf 'filter covered.xml\nout udp 192.0.2.7 > 192.0.2.1:53 : drop\n' >covered.test
exits 0 test --coverage covered.test
has out 'coverage: 1 of 3 rules decided (33 %)'
holds 'the lists' awk '
	/^matched, but never decided:$/ { list = "shadowed"; next }
	/^never matched:$/ { list = "unmatched"; next }
	/^  covered.xml:4: accept out udp$/ { ok += list == "shadowed" }
	/^  covered.xml:5: drop in icmp$/ { ok += list == "unmatched" }
	/^  / { n++ }
	END { exit !(ok == 2 && n == 2) }' out
exits 0 test --coverage-threshold 33 covered.test
exits 1 test --coverage-threshold 34 covered.test
has out 'error[NWF813]' '1 of 3 rules decided, which is 33 %, less than 34 %'
for threshold in 101 -1 x ''; do
	exits 2 test "--coverage-threshold=$threshold" covered.test
	has err --coverage-threshold
done

# several bindings in a file, documents of bindings, sets, targets
cat >several.test <<'TEST'
filter allow-arp
tap tap7
out arp request 192.0.2.7 > 192.0.2.1 : accept by allow-arp
binding vnet1.binding.xml
include first
out stp : accept
TEST
exits 0 test --format=json several.test
has out '"tap": "tap7"' '"tap": "vnet1"'
printf 'binding vnet1.binding.xml\nfilter allow-arp\nout stp : accept\n' >bad.test
exits 3 test bad.test
has out 'bad.test:1:9: error[NWF811]'
printf "<filter name='r'><rule action='reject' direction='out'><tcp/></rule></filter>" >r.xml
printf 'filter r.xml\nout tcp 192.0.2.7 > 192.0.2.1:25 : reject\n' >r.test
exits 0 test --target=bridge-ct,reject r.test
exits 1 test --target=bridge-ct,no-reject r.test
printf "<filter name='s'><rule action='drop' direction='in'><all ipset='bad' ipsetflags='src'/></rule></filter>" >s.xml
printf 'filter s.xml\nset bad=net:elements\nin ip 192.0.2.7 > 192.0.2.1 proto 6 : drop by s.xml:1\nin ip 192.0.3.7 > 192.0.2.1 proto 6 : accept\n' >cases/s.test
cp s.xml cases
echo 192.0.2.0/24 >cases/elements
exits 0 test cases/s.test
sed 2d cases/s.test >cases/unknown.test
exits 1 test cases/unknown.test
has out 'unknown.test:2:' 'it wants ip saddr @ipset.bad, the frame has 192.0.2.7'
rm cases/s.test cases/unknown.test

# what cannot be read or compiled is no failure of a case
exits 3 test no-such.test
has out no-such.test
exits 3 test cases/none
has out 'has no file of cases'
exits 3 test - </dev/null
has out 'no case'
printf 'filter covered.xml\nout udp 1.1.1.1 > 2.2.2.2:1 drop\nout udp 1.1.1.1 > 2.2.2.2:53 : drop\n' >bad.test
exits 3 test bad.test
has out 'bad.test:2:33: error[NWF811]' '1 passed'
printf 'out stp : drop\n' >bad.test
exits 3 test bad.test
has out 'bad.test:1:1: error[NWF811]: no filter is named'
printf 'filter nothing\nout stp : drop\n' >bad.test
exits 3 test bad.test
has out 'bad.test:1:8: error[NWF201]'
printf 'filter smtp.xml\nout stp : drop\n' >bad.test
exits 3 test bad.test
has out NWF306
printf 'filter covered.xml\nout std : drop\n' >bad.test
exits 3 test bad.test
has out 'bad.test:2:5: error[NWF801]' 'did you mean "stp"?'
exits 2 test
has err '*.test'
exits 3 test --junit no-such/results.xml covered.test
has err no-such/results.xml

# the examples are tested too, with the built-in filters of this tree
exits 0 test --coverage --coverage-threshold 90 "$srcdir/examples"

# and the file of cases in README.md
sed -n '/^filter /,/^```/{ /^```/q; p }' "$srcdir/README.md" >readme.test
cp "$srcdir/examples/test-eth0.xml" .
exits 0 test readme.test
has out '2 passed'

# addresses that are learned, and a macvtap
cat >learn.test <<'END'
tap vnet0
mac 52:54:00:12:34:56
filter clean-traffic

out udp 10.0.0.5 > 192.0.2.1:53 : accept
out udp 10.0.0.6 > 192.0.2.1:53 : accept
out ether 52:54:00:99:99:99 > 02:00:00:00:00:01 udp 10.0.0.5 > 192.0.2.1:53 : drop
END
exits 0 test learn.test
has out '3 passed'
cat >macvtap0.binding.xml <<'END'
<filterbinding>
  <portdev name='macvtap0' hook='netdev'/>
  <mac address='52:54:00:12:34:56'/>
  <filterref filter='clean-traffic'/>
</filterbinding>
END
cat >macvtap.test <<'END'
binding macvtap0.binding.xml

out udp 10.0.0.5 > 192.0.2.1:53 : accept
out tcp [2001:db8::5] > [2001:db8::6]:80 : drop
END
exits 0 test macvtap.test
has out '2 passed'

# the same frames through a tap
if [ "$CLI_INSIDE" = yes ] && [ -w /dev/net/tun ]; then
	exits 0 test --kernel cases/tests
	has out '6 passed, 0 failed, 5 also through the kernel'
	exits 1 test --kernel --format=json failing.test
	holds 'the kernel agrees' python3 -c '
import json
cases = json.load(open("out"))["cases"]
assert all(c["kernel_agrees"] for c in cases if "kernel_agrees" in c), cases
assert sum("kernel_agrees" in c for c in cases) >= 4'
	exits 0 test --kernel "$srcdir/examples"
	lacks out ' 0 also through'
	# nothing was learned before a case, here or there
	exits 0 test --kernel learn.test
	has out '3 passed, 0 failed, 3 also through the kernel'
	exits 0 test --kernel macvtap.test
	has out '2 passed, 0 failed, 0 also through the kernel'
	has err 'frames of macvtaps are not sent'
else
	skip 'test --kernel: it needs root here, and /dev/net/tun'
fi

# without root, in a user namespace; the program where everybody can read it
mkdir -p everybody
if [ "$CLI_INSIDE" = yes ] && command -v setpriv >/dev/null && mount -t tmpfs none everybody &&
	chmod 755 everybody && mknod everybody/tun c 10 200 && chmod 666 everybody/tun &&
	mount --bind everybody/tun /dev/net/tun &&
	setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Un true 2>/dev/null; then
	cp "$nwfc" everybody/nwfc
	cp -r cases "$NWFC_FILTERS" everybody
	chmod -R a+rX everybody
	words='setpriv --reuid 65534 nwfc test --kernel'
	(cd everybody && NWFC_FILTERS=filters setpriv --reuid 65534 --regid 65534 --clear-groups \
		./nwfc test --kernel cases/tests) >out 2>err
	has out '6 passed, 0 failed, 5 also through the kernel'
	is_empty err
	chmod 600 everybody/tun
	(cd everybody && NWFC_FILTERS=filters setpriv --reuid 65534 --regid 65534 --clear-groups \
		./nwfc test --kernel cases/tests) >out 2>err
	[ $? -eq 4 ] && ok || not_ok "$words" 'exit 4' 'another'
	has err 'cannot make a tap: Permission denied'
	umount /dev/net/tun
	umount everybody
else
	umount -l everybody 2>/dev/null
	skip 'test --kernel without root: no user namespaces here, or no setpriv'
fi
