#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What runs nwfc at boot, when a tap appears and when libvirt starts a guest:
# systemd takes the units, they are confined, and their commands work confined so.
set -u
export LC_ALL=C
EXPOSURE=20 # tenths, of 100
srcdir=$(realpath "${srcdir:-.}")
nwfc=$(realpath "${NWFC:-./nwfc}")
NWFC_FILTERS=$srcdir/runtime/filters
export NWFC_FILTERS
# looking for leaks takes a right that the units do not have
export ASAN_OPTIONS=detect_leaks=0
command -v systemd-analyze >/dev/null || {
	echo "SKIP: systemd-analyze is not installed"
	exit 77
}

# everything runs inside, so that not even a defect reaches the host's own tables
if [ -z "${UNITS_INSIDE-}" ]; then
	UNITS_INSIDE=no
	[ "$(id -u)" -eq 0 ] && unshare -n -m true 2>/dev/null && UNITS_INSIDE=yes
	export UNITS_INSIDE
	[ $UNITS_INSIDE = no ] || exec unshare -n -m sh "$0"
fi

passed=0 failed=0
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
check() { # WHAT COMMAND...: the command succeeds
	what=$1
	shift
	if "$@" >"$tmp/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok: $what"
		head -n 20 "$tmp/log"
	fi
}
not() { ! "$@"; }

# the units of this build, with its program
units=$tmp/units
mkdir "$units"
for unit in nwfc.service nwfc@.service; do
	sed "s,^\(Exec[a-zA-Z]*=\)[^ ]*/nwfc ,\1$nwfc ," "runtime/units/$unit" >"$units/$unit" || exit 99
	check "$unit names the program" grep -q "^ExecStart=$nwfc apply" "$units/$unit"
done
cp "$units/nwfc@.service" "$units/nwfc@vnet0.service"

verify() { # UNIT
	systemd-analyze verify --man=no --recursive-errors=no "$1" >"$tmp/verify" 2>&1
	status=$?
	cat "$tmp/verify"
	# warnings, which have no status; those of other units are not ours
	[ $status -eq 0 ] && ! grep -q nwfc "$tmp/verify"
}
secure() { # UNIT
	systemd-analyze security --offline=yes --threshold=$EXPOSURE "$1"
}
for unit in nwfc.service nwfc@vnet0.service; do
	check "systemd takes $unit" verify "$units/$unit"
	check "$unit is confined" secure "$units/$unit"
done
# the checks see what they are for
sed 's/^ProtectClock/ProtectClocks/' "$units/nwfc.service" >"$tmp/nwfc-bad.service"
check "systemd sees a misspelt setting" not verify "$tmp/nwfc-bad.service"
grep -v '^CapabilityBoundingSet\|^SystemCallFilter' "$units/nwfc.service" >"$tmp/open.service"
check "a unit that may do anything is too open" not secure "$tmp/open.service"

installed() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s install DESTDIR="$tmp/dest" &&
		find "$tmp/dest" -name nwfc.service | grep /systemd/system/ &&
		find "$tmp/dest" -name nwfc@.service | grep /systemd/system/ &&
		find "$tmp/dest" -name 70-nwfc.rules | grep /udev/rules.d/ &&
		find "$tmp/dest" -name qemu-hook -perm -555 | grep /share/nwfc/ &&
		find "$tmp/dest" -name nwfc.conf | grep /share/doc/
}
check "make install: units, rules, hook, example" installed
check "make install leaves /etc alone" not test -e "$tmp/dest/etc"

# the example says what the program takes
mkdir -p "$tmp/conf/etc/nwfc"
sed 's/^#\([a-z]* = \)/\1/; /^strict/d' "$srcdir/doc/nwfc.conf" >"$tmp/conf/etc/nwfc/nwfc.conf"
check "every setting of the example is one" "$nwfc" list --show-config --root "$tmp/conf"
names=$(sed -n 's/^\t{"\([a-z-]*\)", CONFIG_HOST.*/\1/p' "$srcdir/compiler/cli/config.c")
check "the program's settings are found" test -n "$names"
for name in $names; do
	check "the example shows $name" grep -q "^#$name = " "$srcdir/doc/nwfc.conf"
done

# libvirt's arguments and standard input go through
hook() {
	printf '#!/bin/sh\nprintf "%%s|" "$@"\ncat\n' >"$tmp/nwfc" && chmod +x "$tmp/nwfc" &&
		sed "s,exec [^ ]*/nwfc ,exec $tmp/nwfc ," runtime/units/qemu-hook >"$tmp/hook" &&
		echo '<domain/>' | sh "$tmp/hook" 'a guest' start begin - >"$tmp/out" &&
		grep -Fx 'hook|qemu|a guest|start|begin|-|<domain/>' "$tmp/out"
}
check "the hook of libvirt" hook

# what the rule of udev makes of an event, without a daemon: which unit it asks for
udev_wants() { # ACTION DEVICE [UNIT]
	udevadm test --action="$1" "$2" >"$tmp/udev" 2>&1 || return
	wants=$(sed -n 's/^SYSTEMD_WANTS=//p' "$tmp/udev")
	echo "wants: $wants"
	[ "$wants" = "${3-}" ] && { [ -z "$wants" ] || grep -q '^TAGS=.*:systemd:' "$tmp/udev"; }
}
udev_world() {
	# it writes there, and the devices of this namespace are seen in a sysfs of its own
	mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /dev/char &&
		mkdir -p /run/udev/rules.d &&
		cp "$srcdir/runtime/units/70-nwfc.rules" /run/udev/rules.d || return
	ip link add low0 type veth peer name wire0 && ip tuntap add vnet0 mode tap &&
		ip link add link low0 name mv-0 type macvtap
}
udev_rules() {
	check "a world for udev" udev_world
	check "udev: a tap appears" udev_wants add /sys/class/net/vnet0 nwfc@vnet0.service
	check "udev: a macvtap appears" udev_wants add /sys/class/net/mv-0/macvtap/tap* \
		nwfc@mv-0.service
	unit=$(sed -n 's/^SYSTEMD_WANTS=\(nwfc@\)\(.*\)\.service$/\1.service \2/p' "$tmp/udev")
	check "bind mv-0" "$nwfc" bind --root "$tmp/root" --tap mv-0 \
		--mac 52:54:00:12:34:60 no-mac-spoofing
	nft flush ruleset
	# shellcheck disable=SC2086 # the unit and its interface
	check "the unit that it asks for" unit_runs $unit
	nft list chains netdev >"$tmp/chains" 2>&1
	check "loads the rules of the macvtap" grep -q 'chain mv-0.dev-out-l2' "$tmp/chains"
	check "udev: its interface alone is none yet" udev_wants add /sys/class/net/mv-0
	check "udev: it gets another name" udev_wants move /sys/class/net/mv-0 nwfc@mv-0.service
	check "udev: a veth is none" udev_wants add /sys/class/net/low0
	check "udev reads the rule" not grep -q '70-nwfc.rules:' "$tmp/udev"
	sed -i 's/ATTR{tun_flags}/ATRR{tun_flags}/' /run/udev/rules.d/70-nwfc.rules
	check "udev: a misspelt rule asks for nothing" udev_wants add /sys/class/net/vnet0
	check "and udev says so" grep -q '70-nwfc.rules:' "$tmp/udev"
}

# the command of a unit, as confined as systemd would
unit_runs() { # UNIT [INTERFACE]
	command=$(sed -n 's/^ExecStart=//p' "$units/$1" | sed "s/%i/${2-}/")
	# shellcheck disable=SC2086 # a list of words is meant
	unshare -m python3 "$srcdir/testsuite/confine.py" "$units/$1" "$tmp/root" \
		$command --root "$tmp/root"
}
confined() { # COMMAND...
	unshare -m python3 "$srcdir/testsuite/confine.py" "$units/nwfc.service" "$tmp/root" "$@"
}
same() { # as `wanted`
	nft list ruleset >"$tmp/after" && diff "$tmp/wanted" "$tmp/after"
}
exits() { # CODE COMMAND...
	wanted=$1
	shift
	"$@"
	[ $? -eq "$wanted" ]
}
boot() {
	rm -rf "$tmp/root"
	nft flush ruleset
	for n in 0 1 2; do
		check "bind vnet$n" "$nwfc" bind --root "$tmp/root" --tap vnet$n \
			--mac 52:54:00:12:34:5$n -p IP=192.0.2.$n clean-traffic
	done
	nft flush ruleset
	"$nwfc" apply --root "$tmp/root"
	nft list ruleset >"$tmp/wanted"
	rm -rf "$tmp/root/run" "$tmp/root/var"
	nft flush ruleset
	check "nwfc.service loads what is stored" unit_runs nwfc.service
	check "and it is what was" same
	check "it keeps what is loaded" test -s "$tmp/root/var/lib/nwfc/vnet0.nft"
	nft flush ruleset
	check "nwfc@vnet1.service" unit_runs nwfc@.service vnet1
	nft list map bridge nwfc out-l2 >"$tmp/map" 2>&1
	check "loads vnet1" grep -q vnet1 "$tmp/map"
	check "alone" not grep -q vnet0 "$tmp/map"
	# a change that was cut short after its commit
	printf 'put 1 vnet2.xml\nremove 1 vnet1.xml\n' >"$tmp/root/var/lib/nwfc/journal"
	sed 's/:52</:5f</; s/:52'\''/:5f'\''/' "$tmp/root/etc/nwfc/bindings/vnet2.xml" \
		>"$tmp/root/etc/nwfc/bindings/.vnet2.xml.new"
	check "nwfc.service finishes a change" unit_runs nwfc.service
	check "with the new file" grep -q 52:54:00:12:34:5f "$tmp/root/etc/nwfc/bindings/vnet2.xml"
	check "without the old one" not test -e "$tmp/root/etc/nwfc/bindings/vnet1.xml"
	sed -i 's/clean-traffic/no-such-filter/' "$tmp/root/etc/nwfc/bindings/vnet0.xml"
	nft flush ruleset
	code=$(sed -n 's/^SuccessExitStatus=//p' "$units/nwfc.service")
	check "a bad binding is no failure" exits "$code" unit_runs nwfc.service
	nft list map bridge nwfc out-l2 >"$tmp/map" 2>&1
	check "the others are loaded" grep -q vnet2 "$tmp/map"
	check "and what it had" grep -q vnet0 "$tmp/map"
}
walls() {
	check "confined: runs a program" confined true
	check "confined: reads" confined cat "$tmp/root/etc/nwfc/bindings/vnet0.xml"
	check "confined: writes its folder" confined touch "$tmp/root/run/nwfc/x"
	check "confined: nothing beside" not confined touch "$tmp/root/x"
	check "confined: nor elsewhere" not confined touch "$srcdir/x"
	check "confined: no sockets of IP" not confined python3 -c \
		'import socket; socket.socket(socket.AF_INET)'
	check "confined: no chown" not confined chown 1 "$tmp/root/run/nwfc/x"
	check "confined: no namespaces" not confined unshare -n true
	check "confined: no mounts" not confined mount -o remount,rw /
}
if [ "$UNITS_INSIDE" = no ]; then
	echo "# skipped: the commands of the units: network namespaces need root"
elif ! command -v nft >/dev/null; then
	echo "# skipped: the commands of the units: nft is not installed"
else
	boot
	walls
fi
if [ "$UNITS_INSIDE" = no ] || ! command -v udevadm >/dev/null; then
	echo "# skipped: the rules of udev: udevadm is not installed, or this is not root"
else
	udev_rules
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
