#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What needs Debian's stock kernel, with connection tracking in bridges, in one
# boot of a virtual machine by vm/run-in-vm: every golden ruleset and those of the
# corpus load, twice each, and the packet scenarios hold, also where br_netfilter
# hands bridged packets to the IP stack.
set -u

not_ok() { # TEXT
	echo "not ok: $1"
	failed=$((failed + 1))
}

# rulesets, each in a network namespace of its own
load_twice() { # FILE...
	log=$(mktemp) || exit
	for file; do
		# hooks of devices want the device
		# shellcheck disable=SC2016 # the inner shell has an argument of its own
		unshare -n sh -c 'for device in $(sed -n "s/.* device .\([^\"]*\). .*/\1/p" "$1"); do
				ip link show "$device" || ip tuntap add "$device" mode tap || exit
			done
			nft -f "$1" && nft -f "$1"' sh "$file" >"$log" 2>&1 && continue
		echo "not ok: refused: ${file##*/}"
		head -n 5 "$log"
	done
}

# all of a folder, at once as many as there are processors
load_all() { # FOLDER
	all=$(find "$1" -name '*.nft' | wc -l)
	find "$1" -name '*.nft' | sort |
		xargs -P "$(nproc)" -n 16 sh "$script" load >load.log 2>&1
	status=$?
	cat load.log
	bad=$(grep -c '^not ok' load.log)
	if [ "$all" -eq 0 ] || [ $status -ne 0 ]; then
		not_ok "the rulesets of $1 were not all tried"
	fi
	passed=$((passed + all - bad))
	failed=$((failed + bad))
	echo "# $all rulesets of ${1##*/}"
}

play() { # WHAT SCENARIO...
	what=$1
	shift
	"$BUILDDIR/testsuite/packet/packet-test" "$@" >play.log 2>&1
	status=$?
	grep -v '^ok\|^# \|^1\.\.' play.log
	good=$(grep -c '^ok' play.log)
	bad=$(grep -c '^not ok' play.log)
	passed=$((passed + good))
	failed=$((failed + bad))
	echo "# $good frames and commands of scenarios, $what"
	if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then
		not_ok "packet-test ended with $status"
		cat play.log
	fi
}

# this script again, in the machine, which has the host's files
inside() { # SOURCE-FOLDER BUILD-FOLDER NWFC
	passed=0 failed=0
	SRCDIR=$1 BUILDDIR=$2 NWFC=$3 NWFC_FILTERS=$1/runtime/filters
	export SRCDIR NWFC NWFC_FILTERS
	script=$SRCDIR/testsuite/run-vm.sh
	load_all "$SRCDIR/testsuite/golden"
	[ ! -d corpus ] || load_all corpus
	[ ! -e /proc/sys/net/bridge ] || not_ok "br_netfilter is there from the start"
	cd "$SRCDIR/testsuite/packet" || exit
	play "bridge conntrack" ./*.scn vm/*.scn
	play "a macvtap" --macvtap passthru arp.scn clean-traffic.scn ipv6.scn learn-ipv6.scn \
		peers-l2.scn spoofing.scn stp.scn vectors-l2.scn vlan.scn
	modprobe br_netfilter
	[ -e /proc/sys/net/bridge ] || not_ok "br_netfilter cannot be loaded"
	# it touches IP only: the rest would cost time and tell nothing new
	play "br_netfilter beside it" clean-traffic.scn fragments.scn ipv6.scn test-eth0.scn \
		test-eth0-variant.scn vectors-topology.scn vlan.scn nf/*.scn vm/*.scn
	echo "$passed passed, $failed failed"
	[ $failed -eq 0 ]
}

# what one mode makes of a filter is often what the other makes of it
corpus() { # FOLDER
	python3 "$SRCDIR/testsuite/run-corpus.py" --rulesets "$1" --target bridge-ct \
		>"$1.log"
	status=$?
	[ $status -eq 0 ] || cat "$1.log"
	# left out, said above, where there is no corpus
	[ $status -ne 77 ] || {
		rmdir "$1"
		return 0
	}
	for file in "$1"/*.compat.nft; do
		if cmp -s "$file" "${file%.compat.nft}.default.nft"; then
			rm "$file"
		fi
	done
	return $status
}

case ${1-} in
inside)
	shift
	inside "$@"
	exit
	;;
load)
	shift
	load_twice "$@"
	exit
	;;
esac
SRCDIR=$(realpath "${srcdir:-.}")
NWFC=$(realpath "${NWFC:-./nwfc}")
export SRCDIR NWFC
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/corpus" && corpus "$folder/corpus" || exit 1
bash "$SRCDIR/testsuite/vm/run-in-vm" --timeout 1500 "$folder" \
	sh "$SRCDIR/testsuite/run-vm.sh" inside "$SRCDIR" "$PWD" "$NWFC"
