#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rules.sh TAP WORD...: filters TAP by rules that stand in the scenario, beside
# the frames they judge.  A word is one of
#
#	ACTION DIRECTION [PRIORITY] [stateless] [<PROTOCOL .../>...]
#	chain NAME [PRIORITY]      the rules that follow are a filter of that chain
#	root                       and these of the root chain again
#	set NAME TYPE [ELEMENT...] a set to declare
#	-OPTION                    for nwfc apply
set -eu
tap=$1
shift
case $tap in
tap0) mac=52:54:00:12:34:56 ;;
tap1) mac=52:54:00:12:34:57 ;;
*) mac=52:54:00:12:34:65 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
options='' chain=''

put_rule() { # FILE RULE
	elements=''
	case $2 in
	*'<'*) elements="<${2#*<}" ;;
	esac
	# shellcheck disable=SC2086 # the words before the elements
	set -- "$1" ${2%%<*}
	attributes="action='$2' direction='$3'"
	file=$1
	shift 3
	for word; do
		case $word in
		stateless) attributes="$attributes statematch='0'" ;;
		*[!0-9-]*) echo "rules.sh: \"$word\" is no priority" >&2 && exit 2 ;;
		*) attributes="$attributes priority='$word'" ;;
		esac
	done
	echo "<rule $attributes>$elements</rule>" >>"$file"
}

begin_chain() { # chain NAME [PRIORITY]
	chain=$2
	echo "<filterref filter='$2'/>" >>"$folder/rules.xml"
	priority="priority='${3-}'"
	echo "<filter name='$2' chain='$2' ${3+$priority}>" >"$folder/$2.xml"
}

end_chain() {
	[ -z "$chain" ] || echo "</filter>" >>"$folder/$chain.xml"
	chain=''
}

declare_set() { # set NAME TYPE ELEMENT...
	options="$options --set=$2=$3:$folder/$2.set"
	name=$2
	shift 3
	printf '%s\n' "$@" >"$folder/$name.set"
}

echo "<filter name='rules'>" >"$folder/rules.xml"
for word; do
	# shellcheck disable=SC2086 # each is a list of words
	case $word in
	-*) options="$options $word" ;;
	root) end_chain ;;
	"chain "*) end_chain && begin_chain $word ;;
	"set "*) declare_set $word ;;
	*) put_rule "$folder/${chain:-rules}.xml" "$word" ;;
	esac
done
end_chain
echo "</filter>" >>"$folder/rules.xml"
# shellcheck disable=SC2086 # a command with options, and a list of them
$NWFC apply $options -I "$folder" --tap "$tap" --mac "$mac" rules
