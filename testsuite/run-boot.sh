#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A boot by the real systemd, in a container in one virtual machine by vm/run-in-vm:
# bindings are stored, the container starts, taps are made.
# boot_probe.py looks at it from inside.
set -u

# in the machine: installs into its root, which is the host's below an overlay
inside() {
	top=$PWD
	cp -r dest/. / || exit 1
	mount -t cgroup2 cgroup /sys/fs/cgroup || exit 1
	mkdir -p /etc/nwfc /out /run/container
	for n in 0 1 2 4; do
		/usr/bin/nwfc bind --tap vnet$n --mac 52:54:00:12:34:5$n no-mac-spoofing || exit 1
	done
	for name in mv-0 mv-1; do
		/usr/bin/nwfc bind --hook=netdev --tap $name --mac 52:54:00:12:34:60 no-mac-spoofing || exit 1
	done
	# a boot begins without what was loaded, and without /run
	nft flush ruleset
	rm -rf /run/nwfc
	cat >/etc/systemd/system/probe.service <<-UNIT
		[Unit]
		After=basic.target
		[Service]
		Type=oneshot
		ExecStart=/usr/bin/python3 $top/boot_probe.py /out/result
		ExecStopPost=/usr/bin/systemctl poweroff --force
		TimeoutStartSec=4min
	UNIT
	cat >/etc/systemd/system/probe.target <<-UNIT
		[Unit]
		Requires=basic.target probe.service
	UNIT
	mount --bind / /run/container || exit 1
	mkdir -p /run/container/run /run/container/tmp
	systemctl --root=/run/container enable nwfc.service nftables.service || exit 1
	# the devices of the machine cost time and are none of ours
	systemctl --root=/run/container mask systemd-udev-trigger.service || exit 1
	# udev wants to write there; the kernel tells it what happens in its network namespace
	SYSTEMD_NSPAWN_API_VFS_WRITABLE=yes timeout 240 systemd-nspawn --quiet --boot --directory=/run/container --private-network \
		--register=no --keep-unit --bind=/dev/net/tun --bind="$top" --bind="$top:/out" \
		systemd.unit=probe.target >console.log 2>&1 </dev/null
	[ -s result ] || tail -n 40 console.log
}

if [ "${1-}" = inside ]; then
	inside
	exit
fi
srcdir=$(realpath "${srcdir:-.}")
skip() {
	echo "SKIP: $1"
	exit 77
}
[ "$(id -u)" -eq 0 ] || skip "the virtual machine needs root"
command -v systemd-nspawn >/dev/null || skip "systemd-nspawn is not installed"
[ -e /lib/systemd/system/nftables.service ] || skip "there is no nftables.service"
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
# /usr/lib: where / has links, a copy would put folders
mkdir -p "$folder/dest/usr/bin" "$folder/dest/usr/lib/systemd/system" \
	"$folder/dest/usr/share/nwfc/filters" "$folder/dest/usr/lib/udev/rules.d" &&
	cp "$srcdir/runtime/units/70-nwfc.rules" "$folder/dest/usr/lib/udev/rules.d" &&
	cp "${NWFC:-./nwfc}" "$folder/dest/usr/bin/nwfc" &&
	cp "$srcdir"/runtime/filters/*.xml "$folder/dest/usr/share/nwfc/filters" &&
	cp "$srcdir/testsuite/boot_probe.py" "$0" "$folder" || exit 99
for unit in nwfc.service nwfc@.service; do
	sed "s,^\(Exec[a-zA-Z]*=\)[^ ]*/nwfc ,\1/usr/bin/nwfc ," "runtime/units/$unit" \
		>"$folder/dest/usr/lib/systemd/system/$unit" || exit 99
done
bash "$srcdir/testsuite/vm/run-in-vm" --timeout 600 "$folder" sh run-boot.sh inside
status=$?
# 77: it said why
[ $status -eq 0 ] || exit $status
cat "$folder/result" || exit 1
good=$(grep -c '^ok' "$folder/result")
bad=$(grep -c '^not ok' "$folder/result")
echo "$good passed, $bad failed"
[ "$bad" -eq 0 ] && grep -qx 'end' "$folder/result"
