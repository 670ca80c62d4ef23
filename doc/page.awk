# SPDX-License-Identifier: GPL-2.0-or-later
# Completes the source of a manual page: a line @nwfc WORDS@ is replaced by what the
# program prints for them, and a line @FILE@ by the file, so that what the tables know
# and what the tests run stands on the page as it is.
#   awk -v nwfc=./nwfc -v top=$(srcdir) -f page.awk PAGE
function put(from, line, got) {
	while ((got = (from == "file" ? (getline line < source) : (source | getline line))) > 0)
		print line
	if (got < 0 || close(source) != 0) {
		print FILENAME ": cannot have " source >"/dev/stderr"
		exit failed = 1
	}
}
/^@nwfc [a-z -]*@$/ {
	source = nwfc substr($0, 6, length($0) - 6)
	put("command")
	next
}
/^@[A-Za-z0-9._\/-]*@$/ {
	source = top "/" substr($0, 2, length($0) - 2)
	put("file")
	next
}
{ print }
END { exit failed }
