# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# apply and unbind, in the network namespace that run-cli.sh made.
other='--tap vnet1 --mac 52:54:00:12:34:57'
call_iptables=/proc/sys/net/bridge/bridge-nf-call-iptables

nothing_changed() { # since `before`
	nft list ruleset >after
	cmp -s before after && ok || not_ok "$words" "nothing changed" "$(diff before after | head -5)"
}
bound() { # TAP...: these and no others are in the map of what VMs send
	nft list map bridge nwfc out-l2 2>&1 |
		grep -oE '"[^"]+"( comment "[0-9a-f]+")? : goto' | cut -d'"' -f2 | sort >taken
	printf '%s\n' "$@" | sort >expected
	cmp -s taken expected && ok || not_ok "$words" "$* bound" "$(tr '\n' ' ' <taken)"
}

apply_and_unbind() {
	nft flush ruleset
	mkdir -p root
	r='--root root'
	exits 0 unbind $r vnet0
	has out 'nothing to do'
	exits 0 apply $r $vm no-mac-spoofing
	has out 'changed'
	bound vnet0
	nft list ruleset >before
	exits 0 apply $r $vm no-mac-spoofing
	has out 'nothing to do'
	exits 0 apply $r --detailed-exitcode $vm no-mac-spoofing
	exits 0 apply $r --check --detailed-exitcode $vm no-mac-spoofing
	exits 0 apply $r --check $other no-mac-spoofing
	has out 'would take it'
	exits 10 apply $r --check --detailed-exitcode $other no-mac-spoofing
	nothing_changed
	exits 10 apply $r --detailed-exitcode $other -p IP=192.0.2.8 clean-traffic
	bound vnet0 vnet1
	nft list ruleset >before
	exits 3 apply $r $vm -p CTRL_IP_LEARNING=none clean-traffic
	has err NWF310
	exits 3 apply $r $vm misspelt.xml
	has err misspelt.xml:2:
	exits 2 apply $r $vm
	exits 0 unbind $r vnet9
	has out 'nothing to do'
	exits 0 unbind $r --detailed-exitcode vnet9
	nothing_changed
	exits 10 apply $r --detailed-exitcode $vm -p IP=192.0.2.7 clean-traffic
	bound vnet0 vnet1
	exits 10 unbind $r --detailed-exitcode vnet0
	has out 'changed'
	bound vnet1
	exits 0 apply $r --stats $vm one.xml
	has err parse output
	exits 0 unbind $r vnet0 vnet9 vnet1
	nft list map bridge nwfc out-l2 >after
	lacks after goto
	holds 'run-time files are below --root' test -d root/run
	exits 4 apply --root /proc $vm no-mac-spoofing
	has err 'NWF'
}

# bindings: all in one go, and those that are not named stay
apply_bindings() {
	nft flush ruleset
	exits 10 apply $r --detailed-exitcode $vm no-mac-spoofing
	exits 10 apply $r --detailed-exitcode -I . --binding whole.binding.xml
	bound vnet0 vnet1
	exits 0 apply $r --detailed-exitcode -I . --binding whole.binding.xml
	nft list ruleset >before
	sed 's/vnet1/vnet2/' whole.binding.xml >second.binding.xml
	sed 's/vnet1/vnet3/; s/no-mac-spoofing/no-such-filter/' whole.binding.xml >third.binding.xml
	exits 3 apply $r --binding second.binding.xml --binding third.binding.xml
	nothing_changed
}

# interfaces alone: what others have loaded, or have stored, stays as it is
apply_some() {
	nft flush ruleset
	rm -rf root
	for n in 0 1 2; do
		exits 0 bind $r --tap vnet$n --mac 52:54:00:12:34:5$n no-mac-spoofing
	done
	nft flush ruleset
	exits 10 apply $r --detailed-exitcode vnet1
	bound vnet1
	exits 0 apply $r --detailed-exitcode vnet1 vnet1
	exits 10 apply $r --detailed-exitcode vnet1 vnet0
	bound vnet0 vnet1
	nft list ruleset >before
	exits 3 apply $r vnet2 vnet9
	has err NWF704 '"vnet9" has no binding'
	exits 2 apply $r vnet2/../vnet2
	exits 2 apply $r vnet2 --mac 52:54:00:12:34:52
	exits 3 bind $r --tap vnet2 --mac 52:54:00:12:34:52 one.xml
	nothing_changed
	cp "$NWFC_FILTERS/no-mac-spoofing.xml" .
	exits 0 bind $r --transient --tap vnet3 --mac 52:54:00:12:34:53 \
		no-mac-spoofing.xml
	exits 3 apply $r vnet3
	has err NWF704 detached
	bound vnet0 vnet1 vnet3
	# the transient one hides the other
	exits 0 bind $r --transient --tap vnet0 --mac 52:54:00:12:34:5a no-mac-spoofing
	nft flush ruleset
	exits 0 apply $r vnet0
	nft list ruleset >after
	has after 52:54:00:12:34:5a
	lacks after 52:54:00:12:34:50
	sed -i 's/no-mac-spoofing/no-such-filter/' root/etc/nwfc/bindings/vnet1.xml
	exits 3 apply $r vnet1
	exits 3 apply $r --keep-going vnet1
	has err 'the last ruleset that was loaded is loaded again'
	bound vnet0 vnet1
}

# a rule of L3 needs the state of connections: the kernel has it, or br_netfilter
# lends it, or apply refuses and says what to switch on
apply_state() {
	nft flush ruleset
	nft list ruleset >before
	if printf '%s\n' 'table bridge p { chain c { type filter hook prerouting priority 0;' \
		'ct state new accept' '}' '}' | nft -c -f - 2>/dev/null; then
		exits 0 apply $r $vm -p PORT=22 ports.xml
		nft list ruleset >after
		has after 'ct state'
		return
	fi
	for file in $call_iptables ${call_iptables%iptables}ip6tables; do
		[ ! -f "$file" ] || echo 0 >"$file"
	done
	exits 4 apply $r $vm -p PORT=22 ports.xml
	has err NWF507 bridge-nf-call-iptables=1 bridge-nf-call-ip6tables=1
	nothing_changed
	exits 0 apply $r $vm no-mac-spoofing
	exits 0 unbind $r vnet0
	if [ ! -f $call_iptables ]; then
		has err br_netfilter
		skip "apply with br_netfilter: it is not loaded"
		return
	fi
	for file in $call_iptables ${call_iptables%iptables}ip6tables; do
		echo 1 >"$file"
	done
	exits 0 apply $r $vm -p PORT=22 ports.xml
	nft list ruleset >after
	has after 'nwfc_ct'
}

if [ $CLI_INSIDE = no ]; then
	skip "apply and unbind: network namespaces need root"
elif ! command -v nft >/dev/null; then
	skip "apply and unbind: nft is not installed"
else
	apply_and_unbind
	apply_bindings
	apply_some
	apply_state
fi
