# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What the parts of run-cli.sh are written with.  `run` runs nwfc and keeps its
# exit code and what it printed; the others say what that should have been.
passed=0 failed=0
code=0 words=
vm='--tap vnet0 --mac 52:54:00:12:34:56'

ok() { passed=$((passed + 1)); }
not_ok() { # WHAT EXPECTED FOUND
	failed=$((failed + 1))
	echo "not ok: $1: expected $2, found $3"
}
skip() { echo "skipped: $1"; }

# one line of what was printed, for `found`
shown() {
	{ cat err out; } | head -c 300 | tr '\n' '~'
}

# runs nwfc; a crash, a sanitizer's report or a hang is a failure whatever was expected
run() {
	words="nwfc $*"
	[ ${#words} -le 200 ] || words="$(printf '%.180s' "$words")..."
	timeout 60 "$nwfc" "$@" >out 2>err
	code=$?
	if [ $code -ge 124 ] || grep -q -e 'Sanitizer' -e 'runtime error' err; then
		not_ok "$words" "no crash and no hang" "exit $code, $(shown)"
	fi
}

exits() { # CODE ARGUMENTS...: runs and checks the exit code
	want=$1
	shift
	run "$@"
	[ "$code" -eq "$want" ] && ok || not_ok "$words" "exit $want" "exit $code, $(shown)"
}

has() { # FILE TEXT...: each TEXT is somewhere in FILE
	has_file=$1
	shift
	for text in "$@"; do
		grep -qF -e "$text" "$has_file" && ok ||
			not_ok "$words" "'$text' in $has_file" "$(head -c 300 "$has_file" | tr '\n' '~')"
	done
}

lacks() { # FILE TEXT
	grep -qF -e "$2" "$1" && not_ok "$words" "no '$2' in $1" "it" || ok
}

is_empty() { # FILE
	[ ! -s "$1" ] && ok || not_ok "$words" "$1 empty" "$(head -c 300 "$1" | tr '\n' '~')"
}

holds() { # WHAT COMMAND...: the command succeeds
	what=$1
	shift
	"$@" >held 2>&1 && ok || not_ok "$words: $what" "success of $1" "$(head -c 300 held | tr '\n' '~')"
}

is_json() { # FILE
	holds "$1 is JSON" python3 -m json.tool "$1"
}

# CODE, PLACE of the first diagnostic (empty: none) ARGUMENTS...: refused and says so
refused() {
	want_code=$1 want_place=$2
	shift 2
	exits 3 "$@"
	has err "error[NWF$want_code]"
	[ -z "$want_place" ] || has err "$want_place"
}

# a filter with one rule: NAME ACTION, to FILE if given, else NAME.xml
filter() {
	printf "<filter name='%s'>\n<rule action='%s' direction='in'/>\n</filter>\n" "$1" "$2" \
		>"${3:-$1.xml}"
}
