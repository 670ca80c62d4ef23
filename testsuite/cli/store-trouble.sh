# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# The store when something is wrong: files that do not compile, a disk that is
# full or read-only, an editor that fails; and what libvirt's hook and the
# settings do.  Words are those of store.sh.

two_taps_bound() { # vnet0 with web, vnet1 with other
	fresh
	named web drop "${uuid}01"
	named other accept "${uuid}02"
	exits 0 define $s web.xml other.xml
	exits 0 bind $s $(mac 0) web
	exits 0 bind $s $(mac 1) other
}

# a filter that was broken by hand, with and without what was loaded for it
keep_going() {
	two_taps_bound
	echo '<filter' >store/etc/nwfc/filters/web.xml
	remember
	exits 3 apply $s
	has err 'error[NWF'
	exits 1 status $s
	has out 'vnet0            does not compile'
	exits 3 apply $s --keep-going
	has err 'vnet0 does not compile; it stays as it is loaded'
	unchanged
	nft flush ruleset
	exits 3 apply $s
	not_loaded nwfc
	exits 3 apply $s --keep-going --check
	not_loaded nwfc
	exits 3 apply $s --keep-going
	has err 'the last ruleset that was loaded is loaded again'
	bound vnet0 vnet1
	loaded 'web:2'
	for kept in '' 'add table bridge nwfc' 'add tab'; do
		nft flush ruleset
		printf %s "$kept" >store/var/lib/nwfc/vnet0.nft
		exits 3 apply $s --keep-going
		has err 'it drops everything'
		loaded nwfc-closed
		bound vnet0 vnet1
	done
	# the others go on
	named other drop
	exits 0 define $s other.xml
	named web drop "${uuid}01"
	exits 0 define $s web.xml
	agree
	not_loaded nwfc-closed
	rm store/etc/nwfc/filters/web.xml
	exits 3 apply $s
	has err 'error[NWF201]' bindings/vnet0.xml:
	exits 1 status $s
	exits 0 define $s web.xml
	agree
}

# of many interfaces the last rulesets are in one file, and what was unbound is not in it
kept_together() {
	fresh
	named web drop "${uuid}01"
	exits 0 define $s web.xml
	taps=
	for n in $(seq 0 19); do
		exits 0 bind $s $(mac "$n") web
		taps="$taps vnet$n"
	done
	nft flush ruleset
	exits 0 apply $s
	ls store/var/lib/nwfc >kept
	holds 'two files' test "$(grep -c . kept)" = 2
	has kept web.xml.interfaces .group
	exits 0 unbind $s vnet19
	echo '<filter' >store/etc/nwfc/filters/web.xml
	nft flush ruleset
	exits 3 apply $s --keep-going
	has err 'vnet7 does not compile; the last ruleset that was loaded is loaded again'
	# shellcheck disable=SC2086 # a list of words
	bound ${taps% vnet19}
	loaded 'web:2'
	named web drop "${uuid}01"
	exits 0 define $s web.xml
	exits 0 bind $s $(mac 19) web
	exits 0 unbind $s vnet19
	nft flush ruleset
	sed -i 's/vnet7/vnet19/' store/etc/nwfc/bindings/vnet7.xml
	mv store/etc/nwfc/bindings/vnet7.xml store/etc/nwfc/bindings/vnet19.xml
	echo '<filter' >store/etc/nwfc/filters/web.xml
	exits 3 apply $s --keep-going
	has err 'vnet19 does not compile; it drops everything'
}

damaged_bindings() {
	two_taps_bound
	for damage in '' '<filterbinding' 'x' "$(sed 's/vnet0/vnet7/' store/etc/nwfc/bindings/vnet0.xml)"; do
		printf %s "$damage" >store/etc/nwfc/bindings/vnet0.xml
		remember
		exits 3 apply $s
		has err 'error[NWF'
		exits 3 apply $s --keep-going
		exits 1 status $s
		exits 3 bindings $s
		has out vnet1
		exits 3 define $s plain.xml
		exits 3 save $s all.json
		unchanged
	done
	exits 0 define $s --keep-going plain.xml
	exits 0 bind $s $(mac 0) web
	agree
	mkdir store/etc/nwfc/bindings/vnet5.xml
	echo hello >store/etc/nwfc/bindings/README
	exits 3 apply $s
	rmdir store/etc/nwfc/bindings/vnet5.xml
	exits 0 apply $s
	dd if=/dev/urandom of=store/etc/nwfc/filters/noise.xml bs=1k count=4 2>/dev/null
	exits 0 apply $s
	exits 0 define $s web.xml
	exits 0 list $s
	has out web
	rm store/etc/nwfc/filters/noise.xml
	ln -s /nowhere store/etc/nwfc/filters/web2.xml
	exits 0 apply $s
}

# the journal of a change that was cut off
journals() {
	two_taps_bound
	remember
	for junk in 'put 9 x.xml' 'put 0 ../x.xml' 'move 0 x.xml' 'put' 'put 0 '; do
		printf '%s\n' "$junk" >store/var/lib/nwfc/journal
		remember
		refused_kernel apply $s
		has err 'no journal of a change'
		refused_kernel define $s plain.xml
		unchanged
	done
	named web accept "${uuid}01"
	cp web.xml store/etc/nwfc/filters/.web.xml.new
	printf '%s\n' 'put 0 web.xml' 'remove 1 vnet1.xml' >store/var/lib/nwfc/journal
	exits 0 apply $s
	bound vnet0
	has store/etc/nwfc/filters/web.xml "'accept'"
	holds 'nothing is left over' test -z "$(find store -name '*.new' -o -name journal)"
	agree
	printf '%s\n' 'put 0 web.xml' 'remove 1 vnet0.xml' >store/var/lib/nwfc/journal
	named web drop "${uuid}01"
	cp web.xml store/etc/nwfc/filters/.web.xml.new
	exits 0 save $s all.json
	has all.json "'drop'"
	lacks all.json vnet0
	exits 1 status $s
	exits 0 apply $s
	cp web.xml store/etc/nwfc/filters/.web.xml.new
	cp web.xml store/var/lib/nwfc/.journal.new
	# who died did not let go of the lock
	: >store/run/nwfc/lock
	exits 0 apply $s --detailed-exitcode
	holds 'nothing is left over' test -z "$(find store -name '*.new' -o -name journal)"
}
refused_kernel() { # not even the store can be read: a code all the same
	run "$@"
	case $code in 3 | 4) ok ;; *) not_ok "$words" 'exit 3 or 4' "$code" ;; esac
	has err 'error[NWF'
}

# nothing can be written: the store and the kernel stay
full_disk() {
	two_taps_bound
	exits 0 save $s all.json
	cp -r store/etc etc.copy
	mount -t tmpfs -o size=64k,nr_inodes=40 tmpfs store/etc || return
	cp -r etc.copy/. store/etc
	named web accept
	dd if=/dev/zero of=store/etc/fill bs=1k count=64 2>/dev/null
	remember
	refused 701 '' define $s web.xml
	refused 701 '' bind $s $(mac 2) web
	unchanged
	exits 0 unbind $s vnet1
	exits 0 apply $s
	rm store/etc/fill
	exits 0 define $s web.xml
	exits 0 restore $s all.json
	agree
	mount -o remount,ro store/etc
	named web accept
	remember
	refused 701 '' define $s web.xml
	has err 'needs to be writable'
	refused 701 '' bind $s $(mac 2) web
	refused 701 '' unbind $s vnet1
	unchanged
	exits 0 apply $s
	exits 0 bind $s $(mac 3) --transient web
	exits 0 unbind $s vnet3
	agree
	umount store/etc
	rm -r store/etc etc.copy
}

# the last rulesets have no room: that is said, and the change is made
full_state() {
	two_taps_bound
	mount -t tmpfs -o size=16k tmpfs store/var || return
	dd if=/dev/zero of=store/var/fill bs=1k count=64 2>/dev/null
	exits 0 bind $s $(mac 2) web
	has err 'cannot keep a ruleset in'
	agree
	guest bridge 4 web web >guest.xml
	remember
	refused 701 '' bind $s --domain guest.xml
	unchanged
	umount store/var
}

# the kernel has taken the change when the store fails: it is taken back
taken_back() {
	two_taps_bound
	exits 0 unbind $s vnet1
	exits 0 undefine $s other
	mkdir -p store/etc/libvirt/nwfilter
	cp other.xml store/etc/libvirt/nwfilter
	exits 0 bind $s $(mac 1) other
	mkdir store/etc/nwfc/filters/other.xml
	sed -i 's/accept/drop/' other.xml
	remember
	exits 5 define $s other.xml
	has err 'error[NWF701]'
	unchanged
	rmdir store/etc/nwfc/filters/other.xml
	exits 0 define $s other.xml
	agree
}

editing() {
	two_taps_bound
	cat >editor <<'EOF'
#!/bin/sh
case $1 in
fail) exit 1 ;;
change) sed -i "s/'drop'/'accept'/" "$2" ;;
break) echo '<filter' >"$2" ;;
rename) sed -i "s/name='web'/name='new'/" "$2" ;;
meanwhile) echo '<!-- -->' >>store/etc/nwfc/filters/web.xml ;;
look) ;;
esac
EOF
	chmod +x editor
	VISUAL=
	export EDITOR VISUAL
	remember
	EDITOR='./editor fail'
	exits 3 edit $s web
	has err failed
	EDITOR=/nonexistent
	exits 3 edit $s web
	EDITOR='./editor break'
	exits 3 edit $s web </dev/null
	has err 'error[NWF103]'
	EDITOR='./editor look'
	exits 0 edit $s web
	exits 0 edit $s clean-traffic
	exits 2 edit $s
	exits 3 edit $s nothing
	has err 'error[NWF201]'
	unchanged
	EDITOR='./editor change'
	exits 10 edit $s --detailed-exitcode web
	has store/etc/nwfc/filters/web.xml "'accept'"
	agree
	VISUAL='./editor rename'
	refused 702 '' edit $s web </dev/null
	VISUAL='./editor meanwhile'
	exits 3 edit $s web
	has err 'changed meanwhile'
	unset EDITOR VISUAL
	holds 'no copies are left' test -z "$(find /tmp -maxdepth 1 -name 'nwfc-edit-*' -newer editor)"
}

hook() { # CODE OPERATION: with the guest's document
	run hook $s qemu guest "$2" begin - <guest.xml
	[ $code -eq "$1" ] && ok || not_ok "$words" "exit $1" "$code, $(shown)"
	is_empty out
}
hooks() {
	two_taps_bound
	guest bridge 2 web web >guest.xml
	for operation in prepare migrate other; do
		remember
		hook 0 $operation
		unchanged
	done
	for operation in start started reconnect attach restore; do
		hook 0 $operation
		bound vnet0 vnet1 vnet2 vnet3
		agree
		hook 0 stopped
		bound vnet0 vnet1
		agree
	done
	hook 0 start
	exits 0 bindings $s
	has out 'vnet2            52:54:00:12:35:02  transient   web'
	hook 0 release
	bound vnet0 vnet1
	# the binding that was there before comes back
	guest bridge 0 other >guest.xml
	hook 0 start
	loaded 'goto other'
	agree
	hook 0 stopped
	bound vnet0 vnet1
	agree
	guest bridge 2 nothing >guest.xml
	remember
	hook 3 start
	has err 'error[NWF201]'
	hook 0 started
	has err 'error[NWF201]'
	unchanged
	echo junk >guest.xml
	hook 3 start
	hook 0 stopped
	# a macvtap, which is no port of a bridge
	guest direct 2 other >guest.xml
	hook 0 start
	loaded 'hook egress device "vnet2"'
	agree
	hook 0 stopped
	bound vnet0 vnet1
	agree
	remember
	echo '<domain><devices/></domain>' >guest.xml
	hook 0 start
	unchanged
	exits 2 hook $s qemu guest
	exits 2 hook $s lxc guest start
	guest bridge 2 web >guest.xml
	sed -i "s|<filterref filter='web'/>|<filterref filter='web'><parameter name='A' value='1;2'/></filterref>|" \
		guest.xml
	hook 0 started
	hook 0 stopped
	agree
	holds 'nothing is left of it' test -z "$(find store -name 'vnet2*')"
}

guards() {
	two_taps_bound
	exits 10 apply $s --guard vnet --detailed-exitcode
	loaded 'iifname "vnet\*".* drop'
	exits 0 apply $s --guard vnet --detailed-exitcode
	exits 1 status $s
	exits 0 status $s --guard vnet
	exits 0 apply $s
	not_loaded 'vnet\*'
	agree
	exits 2 apply $s --guard 'a b'
	exits 2 apply $s --guard ''
	mkdir -p store/etc/nwfc
	echo 'guard = vnet # those of libvirt' >store/etc/nwfc/nwfc.conf
	exits 1 status $s
	exits 0 apply $s
	loaded 'vnet\*'
	agree
	exits 0 unbind $s vnet0
	loaded 'vnet\*'
	agree
	exits 0 bind $s $(mac 0) web
	agree
	exits 0 unbind $s vnet0 vnet1
	loaded 'vnet\*'
	agree
}

settings() {
	fresh
	mkdir -p store/etc/nwfc more
	named away drop
	mv away.xml more
	printf '%s\n' '# settings' '' 'include = more' '  target=mark-ct,mark=0x3e # bits' \
		'strict = no' 'set = blocked=net' 'guard = vnet' >store/etc/nwfc/nwfc.conf
	exits 0 apply $s --show-config
	has out 'include = more' 'target = mark-ct' 'mark=0x0000003e' 'strict = no' 'set = blocked=net' 'guard = vnet'
	exits 0 apply $s --show-config --target bridge-ct --strict
	has out 'target = bridge-ct' 'strict = yes'
	exits 0 bind $s $(mac 0) away
	exits 0 bindings $s
	has out persistent
	agree
	printf 'compat = libvirt\r\n' >store/etc/nwfc/nwfc.conf
	exits 0 list $s --show-config
	has out 'compat = libvirt'
	for wrong in 'gaurd = vnet' 'guard' 'strict = maybe' 'compat = ebtables' 'target = x' '= x' \
		'tap = vnet0'; do
		printf '\n%s\n' "$wrong" >store/etc/nwfc/nwfc.conf
		remember
		exits 2 apply $s
		has err store/etc/nwfc/nwfc.conf:2:
		unchanged
	done
	echo 'guards = vnet' >store/etc/nwfc/nwfc.conf
	exits 2 status $s
	has err "did you mean 'guard'"
	echo 'include = nowhere' >store/etc/nwfc/nwfc.conf
	exits 2 apply $s
	rm store/etc/nwfc/nwfc.conf
	mkdir store/etc/nwfc/nwfc.conf
	exits 2 apply $s
}

# many at once: each change is there in the end, or was never
together() {
	fresh
	named web drop
	exits 0 define $s web.xml
	for i in 1 2 3 4; do
		for j in 1 2 3 4 5 6; do
			"$nwfc" bind $s $(mac $((i * 10 + j))) web || echo "bind $i$j: $?"
			[ $((j % 3)) -ne 0 ] || "$nwfc" unbind $s vnet$((i * 10 + j)) || echo "unbind: $?"
			"$nwfc" apply $s || echo "apply: $?"
		done >together.$i 2>&1 &
	done
	for j in 1 2 3 4 5 6 7 8; do
		named web drop && [ $((j % 2)) -eq 0 ] && named web accept
		"$nwfc" define $s web.xml || echo "define: $?"
		named "extra$j" drop
		"$nwfc" define $s "extra$j.xml" || echo "define: $?"
	done >together.5 2>&1
	wait
	words='several at once'
	holds 'each exits with 0' sh -c '! grep -E "^(bind|unbind|apply|define)[^:]*: [0-9]" together.*'
	for i in 1 2 3 4; do
		for j in 1 2 4 5; do echo "vnet$i$j"; done
	done >wanted
	bound $(cat wanted)
	holds 'bindings of all' test "$(ls store/etc/nwfc/bindings | wc -l)" -eq 16
	holds 'filters of all' test "$(ls store/etc/nwfc/filters | wc -l)" -eq 9
	has store/etc/nwfc/filters/web.xml "'accept'"
	agree
	exits 0 apply $s --detailed-exitcode
	holds 'nothing is left over' test -z "$(find store -name '*.new' -o -name journal)"
}

if [ $CLI_INSIDE = yes ] && command -v nft >/dev/null; then
	keep_going
	kept_together
	damaged_bindings
	journals
	full_disk
	full_state
	taken_back
	editing
	hooks
	guards
	settings
	together
fi
