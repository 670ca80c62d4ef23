# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Bad words on the command line and in bindings: one coded error, with its place.
newline=$(printf '\nx')
newline=${newline%x}

for name in '' . .. 'a"b' "a'b" 'a*' 'a b' a/b vnet%d 0123456789abcdef 'a:b' 'a{' 'a;b' 'a$b' 'a\b' \
	é "a${newline}b" "a${newline}add table ip x"; do
	refused 131 '<command line>:1:7' compile --tap "$name" --mac 52:54:00:12:34:56 one.xml
	is_empty out
	exits 2 unbind "$name"
done
for name in a 0123456789abcde tap-0.1_x; do
	exits 0 compile --tap "$name" --mac 52:54:00:12:34:56 one.xml
	has out "\"$name\" : goto"
done
for mac in '' x 52:54:00:12:34 52:54:00:12:34:56:78 52:54:00:12:34:5g 52-54-00-12-34-56 \
	525400123456 ' 52:54:00:12:34:56' '52:54:00:12:34:56 ' "52:54:00:12:34:56$newline" 52:54:00:12:34:156 ::; do
	refused 133 '<command line>:2:7' compile --tap vnet0 --mac "$mac" one.xml
	is_empty out
done

for parameter in PORT 'P T=1' =22 = 'PO;RT=22' "PO${newline}RT=22" '$PORT=22' 'PÖRT=22'; do
	refused 312 '<command line>:1:4' compile $vm -p "$parameter" ports.xml
	is_empty out
done
refused 306 ports.xml:2: compile $vm ports.xml
has err PORT -p
for value in '' x '22;' "22$newline" "22$newline;drop" '22 ' '22}' '-1' 65536 99999999999999999999 \
	'22 comment "x"' '$OTHER' 22,23 22-23; do
	exits 3 compile $vm -p "PORT=$value" ports.xml
	holds 'a coded error' grep -qE 'error\[NWF3(0[1-9]|12)\]' err
	holds 'with a place' grep -qE '^(ports\.xml:2|<command line>:1):[0-9]+:' err
	is_empty out
done
for value in '' x 192.0.2 192.0.2.256 192.0.2.7/24 010.0.0.1 192.0.2.7x fe80::1 \
	'192.0.2.7 ' "192.0.2.7${newline}" 'vm.example.org' '@set' '0x7f000001'; do
	exits 3 compile $vm -p "IP=$value" one-address.xml
	holds 'a coded error' grep -qE 'error\[NWF3(0[1-9]|12)\]' err
	is_empty out
done
refused 310 one-address.xml:2: compile $vm -p CTRL_IP_LEARNING=none one-address.xml
for value in '' x 'any ' anydhcp 0; do
	refused 313 '<command line>:1:21' compile $vm -p "CTRL_IP_LEARNING=$value" one-address.xml
	is_empty out
done
for value in '' x 0 33 -1 99999999999999999999 1,2; do
	refused 313 '<command line>:1:14' compile $vm -p "LEARN_MAX=$value" one-address.xml
	is_empty out
done
# looked at only if an address has to be learned
exits 0 compile $vm -p IP=192.0.2.7 -p CTRL_IP_LEARNING=x -p LEARN_MAX=x one-address.xml

cat >lists.xml <<'XML'
<filter name='lists'>
	<rule action='accept' direction='in'>
		<tcp srcipaddr='$FROM' dstportstart='$PORT'/>
	</rule>
	<rule action='accept' direction='in'><udp dstportstart='$PORT[3]'/></rule>
</filter>
XML
refused 308 lists.xml:3: compile $vm -p FROM=192.0.2.1 -p PORT=1 -p PORT=2 -p PORT=3 \
	-p PORT=4 lists.xml
has err FROM PORT
refused 307 lists.xml:5: compile $vm -p FROM=192.0.2.1 -p PORT=1 lists.xml

# long and many: the limits are those of the system
long=$(head -c 100000 /dev/zero | tr '\0' 7)
exits 3 compile $vm -p "PORT=$long" ports.xml
holds 'a short message' test "$(wc -c <err)" -lt 4000
exits 3 compile $vm -p "$long=1" -p PORT=22 "./$long.xml"
holds 'a short message' test "$(wc -c <err)" -lt 220000
sed -n '/#/d; 1,/filterref/p' vnet1.binding.xml >long.binding.xml
{
	printf "<parameter name='PORT' value='"
	head -c 900000 /dev/zero | tr '\0' 7
	printf "'/>\n</filterref>\n</filterbinding>\n"
} >>long.binding.xml
exits 3 compile -I . --binding long.binding.xml
has err 'error[NWF3' ports.xml:2:
holds 'a short message' test "$(wc -c <err)" -lt 4000
set --
while [ $# -lt 3000 ]; do
	set -- "$@" -p "PORT=$(($# + 1))"
done
exits 0 compile --optimize=0 $vm "$@" ports.xml
has out 'dport 2999'

# a binding that lacks each of its parts in turn
cat >whole.binding.xml <<'XML'
<filterbinding>
	<owner><name>www</name><uuid>d3b7a8f4-0f44-4d6c-8a0b-5c1f2f6d9e22</uuid></owner>
	<portdev name='vnet1'/>
	<mac address='52:54:00:00:00:01'/>
	<filterref filter='no-mac-spoofing'/>
</filterbinding>
XML
exits 0 compile --binding whole.binding.xml
lack() { # CODE LINE SED-SCRIPT
	sed "$3" whole.binding.xml >lacks.xml
	refused "$1" "lacks.xml:$2" compile --binding lacks.xml
	is_empty out
}
lack 130 1: /portdev/d
lack 133 1: /mac/d
lack 130 1: /filterref/d
lack 130 3: "s/ name='vnet1'//"
lack 130 4: "s/ address='[^']*'//"
lack 130 5: "s/ filter='[^']*'//"
lack 131 3: "s/vnet1/vnet%d/"
lack 130 3: "s/vnet1//"
lack 133 4: "s/:01/:zz/"
lack 119 4: "/portdev/p"
lack 108 1: "s/filterbinding/filter/"
lack 103 6: '$d'
lack 119 3: "s/portdev/device/"
lack 201 5: "s/no-mac-spoofing/no-such-filter/"
refused 101 '' compile --binding no-such.xml
has err no-such.xml
refused 101 '' compile --bindings no-such-folder
has err no-such-folder
refused 101 '' compile --bindings whole.binding.xml
refused 108 one.xml:1:1 compile --binding one.xml
