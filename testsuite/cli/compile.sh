# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What compile takes: names and paths, folders, parameters, bindings, sets, stages.
cat >ports.xml <<'XML'
<filter name='ports'>
	<rule action='accept' direction='in'><tcp dstportstart='$PORT'/></rule>
</filter>
XML
cat >one-address.xml <<'XML'
<filter name='one-address' chain='ipv4'>
	<rule action='drop' direction='out'><ip match='no' srcipaddr='$IP'/></rule>
</filter>
XML
mkdir first second
filter same drop first/same.xml
filter same accept second/same.xml
filter beside drop second/beside.xml
echo "<filter name='uses'><filterref filter='same'/><filterref filter='beside'/></filter>" >uses.xml

# a list, in the order given
exits 0 compile --optimize=0 $vm -p PORT=22 -p PORT=80 -p PORT=443 ports.xml
grep -o 'th dport [0-9]*\|dport { [^}]*}' out | grep -oE '[0-9]+' | tr '\n' ' ' >taken
has taken '22 80 443 '
exits 0 compile $vm -pPORT=22 ports.xml
lacks out 'dport 80'
exits 0 compile $vm --parameter PORT=22 ports.xml
# MAC comes from --mac unless given
exits 0 compile $vm no-mac-spoofing
has out 52:54:00:12:34:56
exits 0 compile $vm -p MAC=52:54:00:99:99:99 no-mac-spoofing
has out 52:54:00:99:99:99
lacks out 52:54:00:12:34:56

# a path has a slash or ends in .xml, everything else is a name
exits 0 compile $vm one.xml
has out '"one:2"'
exits 0 compile $vm ./one.xml
refused 201 '<command line>:' compile $vm one
has err '-I'
exits 0 compile $vm -I . one
has out '"one:2"'
refused 201 '<command line>:' compile $vm no-mac-spofing
has err 'did you mean "no-mac-spoofing"'
# a misspelt folder must not let a built-in filter stand in for the user's
exits 2 compile $vm -I no-such-folder no-mac-spoofing
has err 'no-such-folder: No such file or directory'
exits 2 lint -I no-such-folder one.xml
has err 'no-such-folder: No such file or directory'
refused 101 '' compile $vm ./same
has err './same: No such file or directory'
# standard input
exits 0 compile $vm - <one.xml
has out '"one:2"'
exits 0 compile $vm --optimize=0 -I first -I second - <uses.xml
has out '"same:2"' '"beside:2"'
refused 103 '<standard input>:1:1' compile $vm - </dev/null

# the first folder wins, and a note says so
exits 0 compile $vm -I first -I second uses.xml
has out 'drop comment "same:2"'
has err 'first/same.xml:1:' 'info[NWF204]' 'second/same.xml:1:'
exits 0 compile $vm --optimize=0 -Isecond --include=first uses.xml
has out 'accept comment "same:2"'
exits 0 compile $vm -I first -I second same
has out 'drop comment "same:2"'
has err 'info[NWF204]'
# built-in filters come last
filter no-mac-spoofing drop first/no-mac-spoofing.xml
exits 0 compile $vm -p IP=192.0.2.7 -I first clean-traffic
has out '"no-mac-spoofing:2"'
has err 'info[NWF204]' 'first/no-mac-spoofing.xml:1:' '<built-in>/no-mac-spoofing.xml:'
rm first/no-mac-spoofing.xml

# what the modes make of an attribute that does not exist
cat >misspelt.xml <<'XML'
<filter name='misspelt'>
	<rule action='drop' direction='in'><tcp dstport='23'/></rule>
</filter>
XML
refused 122 misspelt.xml:2: compile $vm misspelt.xml
exits 0 compile $vm --compat=libvirt misspelt.xml
has err 'warning[NWF122]'
refused 122 misspelt.xml:2: compile $vm --strict misspelt.xml

# bindings
cat >vnet1.binding.xml <<'XML'
<filterbinding>
	<owner><name>www</name><uuid>d3b7a8f4-0f44-4d6c-8a0b-5c1f2f6d9e22</uuid></owner>
	<portdev name='vnet1'/>
	<mac address='52:54:00:00:00:01'/>
	<filterref filter='ports'>
		<parameter name='PORT' value='80'/>
		<parameter name='PORT' value='443'/>
	</filterref>
</filterbinding>
XML
sed 's/vnet1/vnet2/; s/:01/:02/; s/ports/same/; /parameter/d' vnet1.binding.xml >vnet2.binding.xml
exits 0 compile --optimize=0 -I . --binding vnet1.binding.xml
has out '"vnet1" : goto' 80 443
exits 0 compile -I . -Ifirst --binding vnet1.binding.xml --binding=vnet2.binding.xml
has out '"vnet1" : goto' '"vnet2" : goto' '"same:2"'
mkdir bindings
cp vnet1.binding.xml vnet2.binding.xml bindings
exits 0 compile -I . -I first --bindings bindings
has out '"vnet1" : goto' '"vnet2" : goto'
cp vnet1.binding.xml again.binding.xml
refused 132 again.binding.xml:3: compile -I . --binding vnet1.binding.xml \
	--binding again.binding.xml
has err 'vnet1.binding.xml:3:' 'vnet1'
cp again.binding.xml bindings
refused 132 bindings/ compile -I . -I first --bindings bindings
is_empty out
rm bindings/again.binding.xml
mkfifo bindings/fifo.xml
run compile -I . -I first --bindings bindings
[ $code -eq 0 ] || [ $code -eq 3 ] && ok ||
	not_ok "$words with a FIFO in it" "exit 0 or 3" "exit $code"
rm bindings/fifo.xml
refused 201 vnet2.binding.xml:5: compile --binding vnet2.binding.xml

# sets
cat >blocked.xml <<'XML'
<filter name='blocked'>
	<rule action='drop' direction='in'><all ipset='bad-hosts' ipsetflags='src'/></rule>
</filter>
XML
printf '192.0.2.1\n198.51.100.0/24\n' >elements
exits 0 compile $vm blocked.xml
has out 'ipset.bad-hosts'
exits 0 compile $vm --set bad-hosts=net:elements blocked.xml
has out 'ipset.bad-hosts' 192.0.2.1 198.51.100.0/24
# a network in another: nft merges one dimension, in more the narrow one is left out
sed "s/src'/src,dst'/" blocked.xml >blocked-ports.xml
printf '192.0.2.0/25,tcp:80\n192.0.2.0/24,tcp:80\n192.0.2.7,tcp:80\n192.0.2.7,udp:80\n' >elements
exits 0 compile $vm --set bad-hosts=net,port:elements blocked-ports.xml
has out '192.0.2.0/24 . 6 . 80' '192.0.2.7 . 17 . 80'
lacks out '192.0.2.0/25' '192.0.2.7 . 6'
printf '192.0.2.1\nnonsense\n' >elements
refused 508 elements:2:1 compile $vm --set bad-hosts=net:elements blocked.xml
refused 101 '' compile $vm --set bad-hosts=net:no-such-file blocked.xml
has err no-such-file
for set in bad-hosts bad-hosts=frob =net 'a b=net'; do
	refused 508 '<command line>:1:' compile $vm --set "$set" blocked.xml
done

# every stage, and nothing after it
for stage in parse link bind rules order lower; do
	exits 0 compile $vm -p IP=192.0.2.7 -p IP=192.0.2.8 --dump=$stage clean-traffic
	holds 'something is printed' test -s out
	lacks out 'add table'
	cp out dump.$stage
	for other in parse link bind rules order lower; do
		[ $other = $stage ] || [ ! -f dump.$other ] || ! cmp -s dump.$stage dump.$other ||
			not_ok "$words" "a dump of its own" "that of $other"
	done
done
has dump.parse clean-traffic
has dump.link no-mac-spoofing
has dump.bind vnet0 192.0.2.8
has dump.rules 192.0.2.8
exits 0 compile -I . -I first --bindings bindings --dump=bind
has out vnet1 vnet2

exits 0 compile $vm -p IP=192.0.2.7 clean-traffic
cp out expected
exits 0 compile $vm --stats -p IP=192.0.2.7 clean-traffic
cmp -s out expected && ok || not_ok "$words" "the same ruleset as without" "another one"
has err parse link bind rules order lower 'bindings 1'
exits 3 compile $vm --stats -p CTRL_IP_LEARNING=none clean-traffic
has err 'NWF310' parse

for target in bridge-ct mark-ct bridge-ct,no-reject mark-ct,reject mark-ct,mark=0x1f00; do
	exits 0 compile $vm --target=$target -p PORT=22 ports.xml
done
for target in frob bridge-ct,frob mark-ct,mark= mark-ct,mark=0x15 mark-ct,mark=0 ''; do
	exits 2 compile $vm --target="$target" -p PORT=22 ports.xml
	has err --target
done
