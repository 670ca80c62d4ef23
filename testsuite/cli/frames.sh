# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# nwfc explain: frames in words, as digits and from a file; text and JSON.
cat >smtp.xml <<'XML'
<filter name='smtp'>
	<filterref filter='no-mac-spoofing'/>
	<rule action='accept' direction='out'>
		<tcp dstipaddr='$RELAY' dstportstart='25'/>
	</rule>
	<rule action='drop' direction='out'>
		<tcp dstportstart='25'/>
	</rule>
</filter>
XML
smtp="$vm -p RELAY=192.0.2.9 -p RELAY=192.0.2.10"

exits 0 explain $smtp smtp.xml 'out tcp 10.0.0.5:4000 > 192.0.2.1:25'
is_empty err
has out 'out tcp 10.0.0.5:4000 > 192.0.2.1:25' 'vnet0, state new: drop by smtp.xml:6' \
	"    6 | <rule action='drop' direction='out'>" '      | ^^^^^' \
	'out-l2: accept, 2 rules looked at' 'jump    mac' 'return  <built-in>/no-mac-spoofing.xml:7' \
	'out-l3: drop, 3 rules looked at' 'drop    smtp.xml:6' 'near misses:' \
	'smtp.xml:3 would accept: it wants ip daddr 192.0.2.9 or ip daddr 192.0.2.10, the frame has 192.0.2.1' \
	"    4 | <tcp dstipaddr='\$RELAY' dstportstart='25'/>" '      |                 ^^^^^^'

# several words are one frame, options stand anywhere
cp out one-word
exits 0 explain smtp.xml out tcp 10.0.0.5:4000 to 192.0.2.1:25 $smtp
exits 0 explain $smtp smtp.xml out tcp 10.0.0.5:4000 to 192.0.2.1:25
sed 's/ to / > /' out | cmp -s - one-word && ok || not_ok "$words" 'what one word gives' 'something else'

# how the filter is referred to, of the rule that decided
exits 0 explain $smtp smtp.xml out ether 52:54:00:12:34:57 to ff:ff:ff:ff:ff:ff type 0x88b5
has out 'state untracked: drop by <built-in>/no-mac-spoofing.xml:10' \
	'= "no-mac-spoofing" is referred to at smtp.xml:2' \
	'would return: it wants ether saddr 52:54:00:12:34:56, the frame has 52:54:00:12:34:57'
exits 0 explain $smtp smtp.xml in tcp 192.0.2.9:25 to 10.0.0.5:4000
has out 'state new: drop by smtp.xml:6' \
	'smtp.xml:3 would accept: it wants ct state established, the frame has state new'
exits 0 explain $smtp smtp.xml in tcp 192.0.2.9:25 to 10.0.0.5:4000 reply
has out 'state established reply: accept by smtp.xml:3'
exits 0 explain $smtp --target mark-ct smtp.xml in tcp 192.0.2.9:25 to 10.0.0.5:4000
has out 'state new: drop by smtp.xml:6' 'it wants state established, the frame has state new'
exits 0 explain $smtp smtp.xml in tcp 192.0.2.1:25 to 10.0.0.5:4000 from-host
has out 'state new: accept, no rule decided'
lacks out in-l3

# both of several bindings
exits 0 explain --binding vnet1.binding.xml -I . -I first out arp request 192.0.2.7 to 192.0.2.1
has out 'out arp request' 'vnet1, state untracked: '

exits 0 explain $smtp smtp.xml --hex 02:00:00:00:00:01:52:54:00:12:34:57:88b5 out
has out 'drop by <built-in>/no-mac-spoofing.xml:10'
exits 0 explain $smtp smtp.xml --hex 02000000000152540012345688b5 out invalid
has out 'state invalid: accept'

exits 0 explain $smtp --format=json smtp.xml out tcp 10.0.0.5:4000 to 192.0.2.1:25
is_json out
holds 'what the text says' python3 - out <<'PY'
import json, sys
doc = json.load(open(sys.argv[1]))
assert doc["format_version"] == "1.0"
(e,) = doc["explanations"]
assert (e["tap"], e["direction"], e["state"], e["reply"]) == ("vnet0", "out", "new", False)
assert e["flow"] == "out tcp 10.0.0.5:4000 to 192.0.2.1:25"
assert bytes.fromhex(e["frame"])[12:14] == b"\x08\0"
assert e["verdict"] == "drop"
(origin,) = e["decided_by"][0]["origins"]
assert (origin["filter"], origin["file"], origin["line"], origin["column"]) == ("smtp", "smtp.xml", 6, 2)
assert [h["hook"] for h in e["hooks"]] == ["out-l2", "out-l3"]
assert [m["verdict"] for m in e["hooks"][0]["matched"]] == ["jump", "return"]
assert e["hooks"][0]["matched"][1]["origins"][0]["path"][0]["line"] == 2
(near,) = e["near_misses"]
assert near["attribute"] == "dstipaddr='$RELAY'"
assert near["wanted"] == ["ip daddr 192.0.2.9", "ip daddr 192.0.2.10"]
assert near["found"] == "192.0.2.1"
PY

# a file of frames, both byte orders
holds 'pcap files' python3 - <<'PY'
import struct
def frame(src, dst):
    mac = bytes.fromhex("525400123456"), bytes.fromhex("020000000001")
    head = (mac[1] + mac[0] if src[0] == 10 else mac[0] + mac[1]) + b"\x08\0"
    tcp = struct.pack(">HHIIHHHH", 4000, 25, 1, 0, 0x5002, 65535, 0, 0)
    return head + struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + bytes(src) + bytes(dst) + tcp
frames = [frame((10, 0, 0, 5), (192, 0, 2, 1)), frame((192, 0, 2, 1), (10, 0, 0, 5)),
          frame((10, 0, 0, 5), (192, 0, 2, 10))]
for name, order in ("little.pcap", "<"), ("big.pcap", ">"):
    with open(name, "wb") as f:
        f.write(struct.pack(order + "IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for n in frames:
            f.write(struct.pack(order + "IIII", 0, 0, len(n), len(n)) + n)
with open("cut.pcap", "wb") as f:
    f.write(open("little.pcap", "rb").read()[:-1])
PY
at='ether 52:54:00:12:34:56 > 02:00:00:00:00:01'
for order in little big; do
	exits 0 explain $smtp smtp.xml --pcap $order.pcap
	has out "out $at tcp 10.0.0.5:4000 > 192.0.2.1:25 flags syn # $order.pcap:1" \
		"in ether 02:00:00:00:00:01 > 52:54:00:12:34:56 tcp 192.0.2.1:4000 > 10.0.0.5:25" \
		"# $order.pcap:2" 'drop by smtp.xml:6' \
		"out $at tcp 10.0.0.5:4000 > 192.0.2.10:25 flags syn # $order.pcap:3" 'accept by smtp.xml:3'
done
# the third one passed, so that its answer has a connection; the words are good for a case
holds 'an answer' python3 - <<'PY'
import struct
data = bytearray(open("little.pcap", "rb").read())
frame = bytearray(data[-54:])
frame[0:6], frame[6:12] = frame[6:12], frame[0:6]
frame[26:30], frame[30:34] = frame[30:34], frame[26:30]
frame[34:36], frame[36:38] = frame[36:38], frame[34:36]
frame[47] = 0x12
open("answer.pcap", "wb").write(data + struct.pack("<IIII", 0, 0, 54, 54) + frame)
PY
exits 0 explain $smtp smtp.xml --pcap answer.pcap
has out 'tcp 192.0.2.10:25 > 10.0.0.5:4000 flags syn,ack # answer.pcap:4' \
	'vnet0, state established reply: accept by smtp.xml:3'
words=$(sed -n 's/ # answer.pcap:3//p' out)
exits 0 explain $smtp smtp.xml "$words"
has out 'accept by smtp.xml:3'
exits 0 explain $smtp smtp.xml --pcap little.pcap in invalid
has out '# little.pcap:1' 'state invalid'
lacks out 'out ether'
exits 3 explain $smtp smtp.xml --pcap cut.pcap
has err 'error[NWF804]' cut.pcap
is_empty out
for bad in /dev/null smtp.xml no-such.pcap; do
	exits 3 explain $smtp smtp.xml --pcap $bad
	has err $bad
	is_empty out
done

# mistakes in the frame have a place
exits 3 explain $smtp smtp.xml out tcpp 10.0.0.5:1 to 192.0.2.1:25
has err '<frame>:1:5: error[NWF801]: expected a protocol' 'found "tcpp"' '    1 | out tcpp' '      |     ^^^^' \
	'did you mean "tcp"?'
is_empty out
exits 3 explain $smtp --format=json smtp.xml out tcp 10.0.0.5 to 192.0.2.1:99999
is_json err
is_empty out
exits 3 explain $smtp smtp.xml --hex 00 out
has err NWF803
exits 3 explain $vm smtp.xml out arp request 10.0.0.5 to 10.0.0.1
has err NWF306
is_empty out
exits 2 explain $smtp smtp.xml
has err "'out' or 'in'"
exits 2 explain $smtp
exits 2 explain out stp
has err --tap
exits 2 explain $smtp smtp.xml --hex 00 --pcap little.pcap out
has err --hex --pcap

# a stored binding: of one tap the transient one hides the other
mkdir -p host/etc/nwfc/bindings host/etc/nwfc/filters host/run/nwfc/bindings
cp smtp.xml host/etc/nwfc/filters/smtp.xml
stored() { # ADDRESS OF THE RELAY: a binding of vnet7
	printf "<filterbinding><portdev name='vnet7'/><mac address='52:54:00:00:00:07'/><filterref filter='smtp'>
		<parameter name='RELAY' value='%s'/></filterref></filterbinding>" "$1"
}
stored 192.0.2.1 >host/etc/nwfc/bindings/vnet7.xml
exits 0 explain --root host --tap vnet7 out tcp 10.0.0.5 to 192.0.2.1:25
has out 'vnet7, state new: accept by host/etc/nwfc/filters/smtp.xml:3'
exits 0 explain --root host --tap vnet7 --format=json --hex 02000000000152540000000788b5 out
is_json out
stored 192.0.2.2 >host/run/nwfc/bindings/vnet7.xml
exits 0 explain --root host --tap vnet7 out tcp 10.0.0.5 to 192.0.2.1:25
has out 'vnet7, state new: drop by host/etc/nwfc/filters/smtp.xml:6' 'it wants ip daddr 192.0.2.2'
echo 'target = no-such-target' >host/etc/nwfc/nwfc.conf
exits 2 explain --root host --tap vnet7 out stp
rm host/etc/nwfc/nwfc.conf
exits 3 explain --root host --tap vnet8 out stp
has err 'error[NWF704]' 'interface "vnet8" has no binding'
is_empty out
exits 2 explain --root host --tap vnet7
exits 2 explain --root host --tap a/b out stp
exits 2 explain --root host $smtp smtp.xml out stp
has err --root
exits 3 explain --root host --tap vnet7 out std
has err NWF801
is_empty out
rm -r host
