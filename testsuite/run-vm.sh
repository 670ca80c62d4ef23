#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What needs Debian's stock kernel, with connection tracking in bridges, in one
# boot of a virtual machine by ../shared/vm/run-in-vm: every golden ruleset and
# those of the corpus load, twice each, and the packet scenarios hold, also where
# br_netfilter hands bridged packets to the IP stack.
set -u

not_ok() { # TEXT
	echo "not ok: $1"
	failed=$((failed + 1))
}

# rulesets, each in a network namespace of its own
load_twice() { # FILE...
	log=$(mktemp) || exit
	for file; do
		# shellcheck disable=SC2016 # the inner shell has an argument of its own
		unshare -n sh -c 'nft -f "$1" && nft -f "$1"' sh "$file" >"$log" 2>&1 && continue
		echo "not ok: refused: ${file##*/}"
		head -n 5 "$log"
	done
}

# all of a folder, at once as many as there are processors
load_all() { # FOLDER
	all=$(find "$1" -name '*.nft' | wc -l)
	find "$1" -name '*.nft' | sort |
		xargs -P "$(nproc)" -n 16 sh run-vm.sh load >load.log 2>&1
	status=$?
	cat load.log
	bad=$(grep -c '^not ok' load.log)
	if [ "$all" -eq 0 ] || [ $status -ne 0 ]; then
		not_ok "the rulesets of $1 were not all tried"
	fi
	passed=$((passed + all - bad))
	failed=$((failed + bad))
	echo "# $all rulesets of $1"
}

play() { # WHAT SCENARIO...
	what=$1
	shift
	"$top/bin/packet-test" "$@" >play.log 2>&1
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

# this script again, in the machine: the current folder is that of prepare()
inside() {
	passed=0 failed=0 top=$PWD
	SRCDIR=$top/source NWFC=$top/bin/nwfc NWFC_FILTERS=$top/source/runtime/filters
	export SRCDIR NWFC NWFC_FILTERS
	load_all golden
	[ ! -d corpus ] || load_all corpus
	[ ! -e /proc/sys/net/bridge ] || not_ok "br_netfilter is there from the start"
	cd source/testsuite/packet || exit
	play "bridge conntrack" ./*.scn vm/*.scn
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

# all that the machine needs, in one folder: its own /tmp hides what is there
prepare() { # FOLDER
	mkdir -p "$1/bin" "$1/golden" "$1/corpus" "$1/source/runtime" "$1/source/testsuite" &&
		cp "$NWFC" testsuite/packet/packet-test "$1/bin" &&
		cp "$0" "$1/run-vm.sh" &&
		cp -r "$SRCDIR/examples" "$1/source" &&
		cp -r "$SRCDIR/runtime/filters" "$1/source/runtime" &&
		cp -r "$SRCDIR/testsuite/packet" "$1/source/testsuite" || return
	(cd "$SRCDIR/testsuite/golden" && find . -name '*.nft') | while read -r file; do
		name=$(echo "${file#./}" | tr / -)
		cp "$SRCDIR/testsuite/golden/$file" "$1/golden/$name" || return
	done || return
	corpus "$1/corpus"
}

case ${1-} in
inside)
	inside
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
vm=$SRCDIR/../shared/vm/run-in-vm
if [ ! -x "$vm" ]; then
	echo "SKIP: no ../shared/vm/run-in-vm beside the checkout"
	exit 77
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "SKIP: the virtual machine needs root"
	exit 77
fi
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
prepare "$folder" || exit 1
"$vm" --dir "$folder" --timeout 600 -- sh run-vm.sh inside
