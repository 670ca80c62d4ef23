# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# The stored filters and bindings as a user meets them, and the kernel beside
# them, in the network namespace that run-cli.sh made.
s='--root store'
uuid=6b5f8c1e-7a57-4f0e-9c58-0d1c6a1f00

named() { # NAME ACTION [UUID]: a filter for frames that the VM sends, in NAME.xml
	printf "<filter name='%s'>%s\n<rule action='%s' direction='out'/>\n</filter>\n" \
		"$1" "${3:+<uuid>$3</uuid>}" "$2" >"$1.xml"
}
refers() { # NAME FILTER
	printf "<filter name='%s'><filterref filter='%s'/></filter>\n" "$1" "$2" >"$1.xml"
}
mac() { # N: the rest of an interface vnetN on the command line
	printf -- '--tap vnet%d --mac 52:54:00:12:34:%02x' "$1" "$1"
}
guest() { # TYPE TARGET FILTER...: an interface of a domain for each filter, vnetTARGET and on
	guest_type=$1 guest_n=$2
	shift 2
	echo '<domain><name>guest</name><devices>'
	for guest_filter in "$@"; do
		printf "<interface type='%s'><mac address='52:54:00:12:35:%02x'/>" "$guest_type" \
			"${guest_n#-}"
		[ "$guest_n" -lt 0 ] || printf "<target dev='vnet%d'/>" "$guest_n"
		printf "<filterref filter='%s'/></interface>\n" "$guest_filter"
		guest_n=$((guest_n + 1))
	done
	echo '</devices></domain>'
}
# what is loaded and what is stored, all of it
all_state() {
	# the order of chains says nothing, that of the lines of a chain does
	nft list ruleset | awk '/^table/ { t = $0 } /^\t[a-z]/ { c = $0; n = 0 }
		/[a-z]/ { printf "%s%s %04d%s\n", t, c, n++, $0 }' | sort
	for state_folder in store/etc store/run store/var; do
		[ ! -d $state_folder ] || find $state_folder ! -type d ! -name lock -exec sha256sum {} + | sort
	done
}
remember() { all_state >remembered; }
unchanged() {
	all_state >now
	cmp -s remembered now && ok ||
		not_ok "$words" "kernel and store unchanged" "$(diff remembered now | head -5)"
}
loaded() { # PATTERN: is in the ruleset
	nft list ruleset >ruleset
	grep -q -e "$1" ruleset && ok || not_ok "$words" "'$1' loaded" "not"
}
not_loaded() {
	nft list ruleset >ruleset
	grep -q -e "$1" ruleset && not_ok "$words" "'$1' not loaded" "it is" || ok
}
agree() { # the kernel is what is stored
	exits 0 status $s
}
fresh() {
	nft flush ruleset
	rm -rf store
	mkdir store
}

define_filters() {
	fresh
	named web drop "${uuid}01"
	exits 0 define $s web.xml
	has out stored
	holds 'the file is as it was written' cmp web.xml store/etc/nwfc/filters/web.xml
	exits 0 define $s --detailed-exitcode web.xml
	has out 'nothing to do'
	remember
	named web drop "${uuid}02"
	refused 702 web.xml:1: define $s web.xml
	named copy drop "${uuid}01"
	refused 702 copy.xml:1: define $s copy.xml
	unchanged
	named web accept
	exits 10 define $s --detailed-exitcode web.xml
	has store/etc/nwfc/filters/web.xml "<uuid>${uuid}01</uuid>" "'accept'"
	named plain drop
	exits 0 define $s plain.xml
	holds 'a filter gets a uuid' grep -qE '<uuid>[0-9a-f-]{36}</uuid>' \
		store/etc/nwfc/filters/plain.xml
	refers one two
	refers two three
	refers three one
	exits 0 define $s one.xml two.xml
	remember
	refused 202 three.xml:1: define $s three.xml
	refers self self
	refused 202 self.xml:1: define $s self.xml
	refused 201 '' bind $s $(mac 0) one
	refused 203 web2.xml:1: define $s web.xml web2.xml
	exits 3 define $s missing.xml
	exits 3 define $s misspelt.xml
	exits 2 define $s
	exits 3 define $s --validate warns.xml
	unchanged
	exits 0 define $s - <plain.xml
	exits 0 define $s --validate - <plain.xml
	exits 0 define $s store/etc/nwfc/filters/plain.xml
	exits 0 list $s
	has out "${uuid}01" store/etc/nwfc/filters/two.xml '<built-in>/clean-traffic.xml'
	exits 0 list $s --format=json
	is_json out
	exits 0 dumpxml $s web
	has out "<uuid>${uuid}01</uuid>" "action='accept'"
	exits 3 dumpxml $s wed
	has err 'did you mean "web"'
	exits 0 undefine $s one two
	holds 'files of filters that are undefined are gone' \
		test ! -e store/etc/nwfc/filters/one.xml
	refused 704 '' undefine $s one
	refused 704 '' undefine $s clean-traffic
	exits 2 undefine $s
}

# names of filters that are no names of files, or not those of filters
define_names() {
	fresh
	for name in 'a b' 'x.binding' 'a:b'; do
		named "$name" drop
		exits 0 define $s "$name.xml"
		exits 0 dumpxml $s "$name"
		exits 0 bind $s $(mac 0) "$name"
	done
	exits 0 unbind $s vnet0
	exits 0 undefine $s 'a b' x.binding a:b
	printf '%0201d' 0 | tr 0 x >long
	named "$(cat long)" drop
	refused 110 '' define $s "$(cat long).xml"
	# a good name, but not that of a file
	colons=$(printf '%0100d' 0 | tr 0 :)
	named colons drop
	sed -i "s/colons/$colons/" colons.xml
	remember
	refused 701 '' define $s colons.xml
	unchanged
	# a file of another name, put there by hand, stays the filter's file
	named web drop
	exits 0 define $s plain.xml
	cp web.xml store/etc/nwfc/filters/mine.xml
	named web accept
	exits 0 define $s web.xml
	has store/etc/nwfc/filters/mine.xml "'accept'"
	holds 'no second file' test ! -e store/etc/nwfc/filters/web.xml
	sed -i 's/accept/drop/' store/etc/nwfc/filters/mine.xml
	exits 0 define $s "$(pwd)/store/etc/nwfc/filters/mine.xml"
	holds 'no second file' test ! -e store/etc/nwfc/filters/web.xml
	cp web.xml store/etc/nwfc/filters/plain2.xml
	remember
	refused 203 '' bind $s $(mac 0) web
	unchanged
}

redefine() {
	fresh
	named web drop "${uuid}01"
	refers outer web
	exits 0 define $s outer.xml web.xml
	exits 0 bind $s $(mac 0) web
	exits 0 bind $s $(mac 1) outer
	exits 0 bind $s $(mac 2) no-mac-spoofing
	exits 0 bind $s $(mac 3) outer --transient
	# one rule by two ways: that the other way is bound too changes nothing
	agree
	exits 0 unbind $s vnet0
	agree
	exits 0 bind $s $(mac 0) web
	printf "<filter name='web'><rule action='drop' direction='out'><ip protocol='77'/></rule></filter>" \
		>web.xml
	exits 10 define $s --dry-run --detailed-exitcode web.xml
	has out 'change vnet0' 'change vnet1' 'change vnet3' 'would take it'
	lacks out vnet2
	not_loaded 'protocol 77'
	exits 10 define $s --detailed-exitcode web.xml
	loaded 'protocol 77'
	agree
	# a variable that one binding lacks
	sed 's/77/$PROTO/' web.xml >variable.xml
	exits 0 bind $s $(mac 0) -p PROTO=78 web
	remember
	refused 306 variable.xml:1: define $s variable.xml
	has err 'binding of vnet1'
	unchanged
	refused 703 store/etc/nwfc/bindings/vnet0.xml undefine $s web
	has err vnet1 vnet3
	refused 703 '' undefine $s outer
	unchanged
	exits 0 bind $s $(mac 1) -p PROTO=79 web
	exits 0 unbind $s vnet3
	exits 0 define $s variable.xml
	loaded 'protocol 78'
	loaded 'protocol 79'
	agree
}

bind_ways() {
	fresh
	named web drop
	exits 0 define $s web.xml
	exits 10 bind $s --detailed-exitcode $(mac 0) -p IP=192.0.2.7 clean-traffic
	exits 0 bind $s --detailed-exitcode $(mac 0) -p IP=192.0.2.7 clean-traffic
	exits 0 dumpxml $s --binding vnet0
	cp out vnet0.xml
	has out "portdev name='vnet0'" "value='192.0.2.7'"
	sed 's/vnet0/vnet1/; s/12:34:00/12:34:01/' vnet0.xml >vnet1.xml
	exits 0 bind $s vnet1.xml vnet0.xml
	bound vnet0 vnet1
	refused 132 '' bind $s vnet1.xml vnet1.xml
	guest bridge 2 web web >guest.xml
	exits 0 bind $s --domain guest.xml
	guest network 4 web | run bind $s --domain -
	[ $code -eq 0 ] && ok || not_ok "$words" 'exit 0' "$code"
	bound vnet0 vnet1 vnet2 vnet3 vnet4
	remember
	guest bridge 6 web nothing >bad.xml
	refused 201 bad.xml:3 bind $s --domain bad.xml
	unchanged
	guest bridge -1 web >targetless.xml
	exits 0 bind $s --domain targetless.xml
	has err NWF134
	unchanged
	exits 0 bindings $s
	has out 'vnet0            52:54:00:12:34:00  persistent  clean-traffic'
	exits 0 bindings $s --format=json
	is_json out
	exits 2 bind $s $(mac 0)
	exits 2 bind $s $(mac 0) web web
	exits 2 bind $s --domain guest.xml web.xml
	exits 0 unbind $s vnet0 vnet0 vnet9
	bound vnet1 vnet2 vnet3 vnet4
	exits 2 unbind $s
	exits 2 unbind $s ../etc
	agree
}

bind_kinds() {
	fresh
	named web drop
	exits 0 define $s web.xml
	exits 0 bind $s $(mac 0) web
	exits 0 bind $s $(mac 0) --transient no-mac-spoofing
	exits 0 bindings $s
	has out 'transient   no-mac-spoofing'
	agree
	rm -r store/run
	agree_not
	exits 0 apply $s
	agree
	# a binding that later runs could not compile
	remember
	named other drop
	refused 704 '' bind $s $(mac 1) ./other.xml
	refused 704 '' bind $s $(mac 1) -I . other
	unchanged
	exits 0 bind $s $(mac 1) --transient ./other.xml
	exits 0 bindings $s
	has out 'detached    other'
	agree
	has out 'detached'
	named web accept
	exits 0 define $s web.xml
	bound vnet0 vnet1
	nft flush ruleset
	agree_not
	exits 10 apply $s --detailed-exitcode
	agree
	bound vnet0 vnet1
	# without the ruleset it had nothing may pass
	nft flush ruleset
	rm store/var/lib/nwfc/vnet1.nft
	exits 0 apply $s
	has err 'drops everything'
	loaded nwfc-closed
	exits 0 bind $s $(mac 1) web
	exits 0 bindings $s
	lacks out detached
	exits 0 unbind $s vnet1
	agree
	# names that are no names of files
	exits 0 bind $s --tap .hid --mac 52:54:00:12:34:56 web
	exits 0 bindings $s
	has out '.hid '
	agree
	exits 0 bind $s --tap .hid --mac 52:54:00:12:34:56 --transient ./other.xml
	exits 0 bindings $s
	has out 'detached'
	exits 0 unbind $s .hid
	bound vnet0
	holds 'nothing is left of it' test -z "$(find store -name '*hid*')"
	remember
	for tap in '' . .. a/b 'a b' 'a"b' 1234567890123456 'é' '$(true)'; do
		refused 131 '' bind $s --tap "$tap" --mac 52:54:00:12:34:56 web
	done
	unchanged
}
agree_not() { exits 1 status $s; }

# interfaces of one filter are groups by what is looked up, and change as groups
groups() {
	fresh
	fan() { # ACTION SOURCE: addresses of the interface, and where they are looked up
		printf "<filter name='fan'><uuid>%s</uuid><rule action='%s' direction='out'><ip %s='\$IP'/></rule><rule action='drop' direction='out' priority='900'><all/></rule></filter>\n" \
			"${uuid}0f" "$1" "$2" >fan.xml
	}
	fan accept srcipaddr
	exits 0 define $s fan.xml
	exits 0 bind $s $(mac 0) -p IP=192.0.2.1 fan
	exits 0 bind $s $(mac 1) -p IP=192.0.2.2 fan
	exits 0 bind $s $(mac 2) -p IP=192.0.2.3 -p IP=192.0.2.4 fan
	entries() { nft list chains bridge | grep -c 'fan/.*out-l2'; }
	holds 'two groups' test "$(entries)" = 2
	# by one of each
	fan drop srcipaddr
	exits 0 define $s fan.xml
	holds 'two groups' test "$(entries)" = 2
	holds 'the new rule' sh -c 'nft list table bridge nwfc | grep value.ipv4/IP | grep -q drop'
	lacks_rule() { ! nft list table bridge nwfc | grep 'value.ipv4/IP accept'; }
	holds 'no old rule' lacks_rule
	agree
	# the one that stood for its group goes; one that is not loaded stands for none
	exits 0 unbind $s vnet0
	fan accept srcipaddr
	exits 0 define $s fan.xml
	agree
	nft delete element bridge nwfc out-l2 '{ "vnet1" }'
	fan drop srcipaddr
	exits 0 define $s fan.xml
	# nothing said any more that the chain behind the element was vnet1's
	exits 0 apply $s
	agree
	# another set: other elements for all
	fan accept dstipaddr
	exits 0 define $s fan.xml
	agree
	printf "<filter name='fan'><uuid>%s</uuid><rule action='drop' direction='out'><arp arpsrcmacaddr='\$MAC[@1]' arpsrcipaddr='\$IP'/></rule></filter>\n" \
		"${uuid}0f" >fan.xml
	exits 0 define $s fan.xml
	agree
	holds 'an address for each value' test \
		"$(nft list set bridge nwfc value.ipv4/IP | grep -o '192\.0\.2\.[0-9]*' | sort -u | wc -l)" = 3
	# what does not compile for one changes none
	remember
	printf "<filter name='fan'><uuid>%s</uuid><rule action='drop' direction='out'><mac srcmacaddr='\$IP'/></rule></filter>\n" \
		"${uuid}0f" >fan.xml
	exits 3 define $s fan.xml
	has err 'error[NWF'
	unchanged
}

apply_stored() {
	fresh
	named web drop
	exits 0 define $s web.xml
	exits 0 bind $s $(mac 0) web
	exits 0 bind $s $(mac 1) -p IP=192.0.2.1 clean-traffic
	remember
	exits 0 apply $s --detailed-exitcode
	has out 'nothing to do'
	unchanged
	nft flush ruleset
	exits 1 status $s
	has out 'not loaded'
	exits 10 apply $s --check --detailed-exitcode
	not_loaded nwfc
	exits 10 apply $s --dry-run --detailed-exitcode
	has out 'add vnet0' 'add vnet1'
	not_loaded nwfc
	exits 10 apply $s --detailed-exitcode
	agree
	# exact: what is loaded but not stored goes
	"$nwfc" compile $(mac 7) no-mac-spoofing | nft -f -
	exits 1 status $s
	has out 'vnet7            loaded, no binding'
	exits 0 apply $s
	bound vnet0 vnet1
	agree
	nft flush chain bridge nwfc "$(nft list chains bridge | grep -o 'web/.*out-l2')"
	exits 1 status $s
	has out 'vnet0            differs'
	exits 1 status $s --tap vnet0
	lacks out vnet1
	exits 0 apply $s
	agree
	exits 0 status $s --format=json
	is_json out
	exits 0 status $s --hash
	holds 'hashes of 64 digits' grep -qE '^vnet1 +[0-9a-f]{64}$' out
	ip tuntap add vnet0 mode tap
	ip tuntap add free0 mode tap
	exits 0 status $s
	has out 'vnet0            loaded  ' 'vnet1            loaded, no interface' \
		'free0            no binding'
	ip link del vnet0
	ip link del free0
	# a clock that jumps is none of our business
	touch -d '2001-01-01' store/etc/nwfc/filters/web.xml store/etc/nwfc/bindings/*
	exits 0 apply $s --detailed-exitcode
	touch -d '2037-01-01' store/etc/nwfc/filters/web.xml store/var/lib/nwfc/*
	exits 0 apply $s --detailed-exitcode
}

save_and_restore() {
	fresh
	named web drop "${uuid}01"
	refers outer web
	exits 0 define $s web.xml outer.xml
	exits 0 bind $s $(mac 0) outer
	exits 0 bind $s $(mac 1) -p IP=192.0.2.1 clean-traffic
	exits 0 save $s bundle.json
	is_json bundle.json
	remember
	exits 0 save $s
	holds 'standard output is the same' cmp out bundle.json
	exits 0 restore $s --detailed-exitcode bundle.json
	unchanged
	named web accept
	exits 0 define $s web.xml
	exits 0 bind $s $(mac 2) outer
	exits 0 bind $s $(mac 0) --transient web
	exits 0 unbind $s vnet1
	exits 10 restore $s --detailed-exitcode bundle.json
	agree
	exits 0 bindings $s
	has out 'vnet0            52:54:00:12:34:00  transient   web'
	lacks out vnet2
	bound vnet0 vnet1
	exits 0 bind $s $(mac 0) outer
	agree
	mkdir elsewhere
	exits 0 restore --root elsewhere bundle.json
	holds 'filters are the same elsewhere' diff -r store/etc/nwfc elsewhere/etc/nwfc
	exits 0 apply $s
	remember
	for change in 's/"hash": "./"hash": "0/' 's/vnet1.,$/vnet3",/' 's/web.xml/..\/web.xml/' \
		's/web.xml/.web.xml/' 's/web.xml/web/' 's/web.xml/a\\nb.xml/' 's/outer.xml/web.xml/' \
		's/"vnet1"/"..\/vnet1"/' 's/"vnet1"/"vnet0"/' 's/1\.0/2.0/' 's/"filters"/"f"/' \
		's/"bindings"/"b"/' 's/"text"/"t"/' 's/^{/[/' "s/name='web'/name='outer'/"; do
		sed "$change" bundle.json >changed.json
		cmp -s changed.json bundle.json && not_ok "$change" 'a change' 'none'
		exits 3 restore $s changed.json
		holds "$change is refused with a code" grep -q 'error\[NWF' err
		unchanged
	done
	sed 's/"hash": "./"hash": "z/' bundle.json >changed.json
	refused 706 '' restore $s changed.json
	refused 706 '' restore $s missing.json
	exits 2 restore $s
	unchanged
	exits 3 save $s missing/bundle.json
	holds 'no half of a bundle' test ! -e missing
}

if [ $CLI_INSIDE = no ]; then
	skip "the store: network namespaces need root"
elif ! command -v nft >/dev/null; then
	skip "the store: nft is not installed"
else
	named web2 drop
	sed -i 's/web2/web/' web2.xml
	printf "<filter name='warns'><rule action='drop' direction='out'><ip protocol='tcp' colour='x'/>%s" \
		'</rule></filter>' >warns.xml
	define_filters
	define_names
	redefine
	bind_ways
	bind_kinds
	groups
	apply_stored
	save_and_restore
fi
