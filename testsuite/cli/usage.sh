# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Help, verbs, options and their mistakes.
filter one drop

exits 0 --help
has out compile apply unbind lint fields completion help 'Exit status' 'nwfc VERB --help'
exits 0 -h
exits 0 help
has out compile apply
exits 0 --version
holds 'a version' grep -qx 'nwfc [0-9.]*' out
exits 0 lint -V
exits 2
has out 'Usage: nwfc VERB'

# each verb and the options it takes: no more, no less
options_of() { # VERB OPTIONS...
	verb=$1
	shift
	exits 0 "$verb" --help
	has out "Usage: nwfc $verb"
	[ "$(wc -L <out)" -le 90 ] && ok || not_ok "$words" "lines of 90" "$(wc -L <out)"
	for option in "$@" help version; do
		has out "--$option"
	done
	grep -oE '^  ....--[a-z-]+' out | sed 's/.*--//' | sort >taken
	printf '%s\n' "$@" help version | sort >expected
	cmp -s taken expected && ok ||
		not_ok "$words" "the options $(tr '\n' ' ' <expected)" "$(tr '\n' ' ' <taken)"
	run help "$verb"
	cp out help.out
	run "$verb" -h
	cmp -s out help.out && ok || not_ok "nwfc help $verb" "what --help prints" "something else"
}
one='tap mac hook parameter'
offline='include target compat strict set optimize'
how="$offline no-verify"
show='format color'
host='root show-config'
change="check dry-run detailed-exitcode stats $show $host"
options_of compile $one $how $show binding bindings stats output output-dir map depfile emit dump \
	layout
options_of apply $one $how $change binding bindings guard keep-going
options_of bind $one $how $change domain guard transient
options_of unbind $change
options_of bindings $show $host
options_of define $how $change guard validate keep-going
options_of undefine $change
options_of relearn $change
options_of list include $show $host
options_of dumpxml include binding $show $host
options_of edit $how $change guard validate
options_of status $how $show $host guard tap hash
options_of save $how $show $host guard
options_of restore $how $change guard
options_of hook $how $change guard
options_of explain $one $offline $show binding bindings hex pcap root
options_of test include target compat strict optimize $show junit coverage coverage-threshold kernel
options_of lint include compat strict format color explain select ignore severity fail-on exit-zero \
	baseline write-baseline fix unsafe-fixes diff
options_of fmt check diff format color
options_of fields table
options_of completion
options_of help manual

# what the manual pages take from the tables (run-man.py looks at the pages)
exits 0 help --manual
has out '# VERBS' '*nwfc-compile*(1)' '# EXIT STATUS' '*10*'
exits 0 help --manual test
has out '# OPTIONS' '*--junit*=_FILE_' '*1*'
lacks out '*10*'
exits 2 help --manual frobnicate
exits 2 lint --manual one.xml

exits 2 frobnicate
has err frobnicate "Try 'nwfc --help'"
is_empty out
exits 2 help frobnicate
for verb in compile apply bind unbind bindings define undefine list dumpxml edit status relearn save \
	restore hook lint fmt explain test fields completion help; do
	exits 2 "$verb" --frobnicate
	has err "no option --frobnicate" "Try 'nwfc --help'"
	is_empty out
	exits 2 "$verb" -Z
	has err "no option -Z"
done
exits 2 compile $vm -ZI one
has err "-Z"
for option in tap mac parameter binding bindings output output-dir map depfile emit dump target \
	compat set format color include hook; do
	exits 2 compile "--$option"
	has err "--$option needs a value"
done
exits 2 compile $vm --layout=shared -O out one.xml
has err 'excludes --layout=shared'
exits 2 compile -p
has err '-p needs a value'
exits 2 compile $vm -MD
has err 'needs a value'
for choice in --format --emit --color --compat --dump --target --layout --hook; do
	exits 2 compile $vm "$choice=frob" one.xml
	has err frob "$choice"
	is_empty out
done

# options of other verbs
exits 2 lint --tap vnet0 one.xml
has err lint --tap
exits 2 fields --root x
exits 2 compile --root x $vm one.xml
exits 2 compile --check $vm one.xml
exits 2 apply -o x $vm one.xml
exits 2 unbind --tap vnet0
exits 2 completion --table bash
exits 2 apply --explain NWF101

# operands that lack or are too many
exits 2 compile
has err --tap --mac FILTER --binding
exits 2 compile --tap vnet0 one.xml
exits 2 compile --mac 52:54:00:12:34:56 one.xml
exits 2 compile $vm
exits 2 compile $vm one.xml one.xml
exits 2 compile $vm --binding b.xml one.xml
has err --binding
exits 2 lint
exits 2 unbind
exits 2 unbind 'a b'
exits 2 relearn
exits 2 relearn 'a b'
exits 2 completion
exits 2 completion csh
has err bash zsh fish
exits 2 fields tcp
exits 2 compile $vm --compat=libvirt --strict one.xml
has err --compat --strict
exits 2 lint --strict --compat=libvirt one.xml
exits 2 compile $vm --map m --emit=json one.xml
exits 2 compile $vm --map m -O d one.xml
holds 'nothing was made' test ! -e m -a ! -e d

# options may stand before and after the verb and the operand
exits 0 compile $vm one.xml
cp out expected
for order in "$vm compile one.xml" "compile one.xml $vm" \
	"--tap vnet0 compile one.xml --mac=52:54:00:12:34:56" \
	"--mac 52:54:00:12:34:56 compile --tap=vnet0 -- one.xml"; do
	exits 0 $order
	cmp -s out expected && ok || not_ok "$words" "the same ruleset" "another one"
done

for shell in bash zsh fish; do
	exits 0 completion $shell
	has out compile unbind explain detailed-exitcode
	cp out completion.$shell
	if command -v $shell >/dev/null; then
		holds "its syntax" $shell -n completion.$shell
	else
		skip "syntax of the $shell completion: there is no $shell"
	fi
done
if command -v bash >/dev/null; then
	holds 'complete -p' bash -c '. ./completion.bash && complete -p nwfc'
	holds 'offers the verbs' bash -c '. ./completion.bash; COMP_WORDS=(nwfc com); COMP_CWORD=1; _nwfc
		[ "${COMPREPLY[*]}" = "compile completion" ]'
	holds 'offers options' bash -c '. ./completion.bash; COMP_WORDS=(nwfc lint --exp); COMP_CWORD=2
		_nwfc 2>/dev/null; [[ ${COMPREPLY[*]} == --explain* ]]'
	holds 'offers the words of an option' bash -c '. ./completion.bash; COMP_CWORD=4; _nwfc_for() {
		COMP_WORDS=("$@"); _nwfc; echo "${COMPREPLY[*]}"; }
		[ "$(_nwfc_for nwfc lint --format = j)" = "json jsonl junit" ]'
	holds 'offers files' bash -c '. ./completion.bash; COMP_WORDS=(nwfc lint one); COMP_CWORD=2
		_nwfc; [ "${COMPREPLY[*]}" = one.xml ]'
fi
if command -v fish >/dev/null; then
	for line in 'nwfc comp=compile completion' 'nwfc lint --exi=--exit-zero' \
		'nwfc compile --emit n=nft'; do
		holds "fish: ${line%%=*}" fish -c "source completion.fish
			test (complete -C '${line%=*}' | cut -f 1 | string join ' ') = '${line##*=}'"
	done
fi
# the words offered are those taken
sed -n 's/^	--\([a-z-]*\)) words="\(.*\)" ;;$/\1 \2/p' completion.bash >choices
holds 'ten options offer words' [ "$(wc -l <choices)" -eq 10 ]
while read -r option choices; do
	for choice in $choices; do
		case $option in
		fail-on) run lint "--$option=$choice" one.xml ;;
		*) run compile $vm "--$option=$choice" one.xml ;;
		esac
		[ "$code" -eq 0 ] && ok || not_ok "$words" "exit 0" "exit $code, $(shown)"
		has completion.zsh "$choices)"
		has completion.fish "-x -a '$choices'"
	done
done <choices

exits 0 fields
has out dstportstart srcipaddr tcp-ipv6 rarp
exits 0 fields --table
holds 'seven columns in each row' awk -F '\t' 'NF != 7 {exit 1}' out
holds 'a row for tcp dstportstart' grep -q "^tcp	dstportstart	" out
for proto in mac vlan stp arp rarp ip ipv6 tcp udp icmp all tcp-ipv6 icmpv6; do
	holds "rows of $proto" grep -q "^$proto	" out
done
