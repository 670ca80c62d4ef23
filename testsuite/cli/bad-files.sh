# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Files that are no filters: one coded error, with its place, whatever they hold.
bad() { # CODE PLACE FILE: compile refuses it, lint finds it
	refused "$1" "$2" compile $vm "$3"
	is_empty out
	run lint "$3"
	[ $code -eq 1 ] || [ $code -eq 3 ] && ok || not_ok "$words" "exit 1 or 3" "exit $code"
	cat out err >both
	has both "NWF$1"
}

mkdir folder.xml
bad_file() { printf "$2" >"$1" && bad "$3" "$1:$4" "$1"; }
refused 101 '' compile $vm ./folder.xml
has err folder.xml 'directory'
bad_file empty.xml '' 103 1:1
bad_file blank.xml ' \n\n' 103 1:1
bad_file text.xml 'no filter' 103 1:1
bad_file open.xml '<filter' 103 1:
bad_file nul.xml "<filter name='a'>\n\0</filter>" 103 2:1
bad_file first-nul.xml '\0\0\0\0' 103 1:1
bad_file root.xml '<domain/>' 108 1:1
bad_file after.xml "<filter name='a'/>\n<filter name='b'/>" 103 2:1
bad_file entity.xml "<filter name='a'>\n&b;</filter>" 103 2:
bad_file latin.xml "<filter name='\351'/>" 105 1:15
bad_file wide.xml '\377\376<\0f\0' 105 1:1
bad_file declared.xml "<?xml version='1.0' encoding='EBCDIC-US'?>\n<filter name='a'/>" 105 1:
bad_file nameless.xml '<filter/>' 109 1:1
bad_file twice.xml "<filter name='a' name='b'/>" 103 1:18

# a document type can be a bomb or name files: never expanded, never opened
bomb() { # FIRST-BYTES
	printf '%s<!DOCTYPE f [<!ENTITY a0 "lollollollollollol">' "$1"
	i=0
	while [ $i -lt 12 ]; do
		printf '<!ENTITY a%d "%s">\n' $((i + 1)) "&a$i;&a$i;&a$i;&a$i;&a$i;&a$i;&a$i;&a$i;"
		i=$((i + 1))
	done
	printf ']>\n<filter name="&a12;">&a12;</filter>\n'
}
bomb '' >bomb.xml
bad 104 bomb.xml:1:1 bomb.xml
bomb '<?x"?>' >late-bomb.xml
bad 103 late-bomb.xml:1: late-bomb.xml
mkfifo entity
printf '<!DOCTYPE f [<!ENTITY a SYSTEM "entity">]>\n<filter name="a">&a;</filter>' >external.xml
bad 104 external.xml:1:1 external.xml
printf '<!DOCTYPE f SYSTEM "entity">\n<filter name="a"/>' >external.xml
bad 104 external.xml:1:1 external.xml
{
	printf '<?x"?><!DOCTYPE f SYSTEM "entity" [<!ENTITY %% b SYSTEM "entity"> %%b;]>\n'
	printf '<filter name="a"/>'
} >external.xml
bad 103 external.xml:1: external.xml

# sizes
{
	printf "<filter name='big'>"
	head -c 10485760 /dev/zero | tr '\0' ' '
	printf '</filter>'
} >big.xml
bad 102 '' big.xml
has both big.xml 1048576
refused 102 '' compile $vm - <big.xml
truncate -s 1G sparse.xml
bad 102 '' sparse.xml
deep() { # DEPTH
	printf "<filter name='deep'>\n"
	head -c "$1" /dev/zero | sed 's/\x00/<a>/g'
}
deep 1000000 >deep.xml
bad 102 '' deep.xml
deep 300000 >deep.xml
bad 106 deep.xml:2: deep.xml
attribute() { # LENGTH
	printf "<filter name='attribute'>\n<rule action='drop' direction='in'><tcp comment='"
	head -c "$1" /dev/zero | tr '\0' a
	printf "'/></rule>\n</filter>\n"
}
attribute 67108864 >attribute.xml
bad 102 '' attribute.xml
attribute 1000000 >attribute.xml
bad 302 attribute.xml:2: attribute.xml
attribute 4000 >attribute.xml
exits 0 compile $vm attribute.xml
has err 'warning[NWF416]' attribute.xml:2:
holds 'a short comment' awk 'length > 1000 {exit 1}' out
rm -f big.xml sparse.xml deep.xml attribute.xml

# what no reader should wait for
refused 101 '' compile $vm /proc/self/mem
refused 102 '' compile $vm /dev/zero
refused 103 '/dev/null:1:1' compile $vm /dev/null
refused 103 '/proc/self/environ:1:' compile $vm /proc/self/environ
ln -s circle-a.xml circle-b.xml
ln -s circle-b.xml circle-a.xml
refused 101 '' compile $vm ./circle-a.xml
has err circle-a.xml
mkfifo pipe.xml
cat one.xml >pipe.xml &
exits 0 compile $vm ./pipe.xml
wait
has out '"one:2"'
mkdir odd
mkfifo odd/pipe.xml
ln -s ../odd odd/again
ln -s nowhere odd/dangling.xml
ln -s circle.xml odd/circle.xml
mkdir odd/folder.xml
cp one.xml odd
exits 0 compile $vm -I odd one
has out '"one:2"'
refused 201 '<command line>:' compile $vm -I odd two

# names that would become commands, files or controls
for name in '' ' ' ../one . a/b 'a&quot;b' 'a&#10;b' 'a&#127;b' 'a\b'; do
	filter "$name" drop named.xml
	exits 3 compile $vm named.xml
	holds 'a coded error' grep -qE '^named.xml:1:[0-9]+: error\[NWF1(09|10)\]' err
	is_empty out
done
filter "$(head -c 500 /dev/zero | tr '\0' n)" drop named.xml
refused 110 named.xml:1:15 compile $vm named.xml
for name in 'a b' 'a;b' 'a{b}' 'a*' '$a' '@a' '#a' -a 'é' '日本' add; do
	filter "$name" drop named.xml
	exits 0 compile $vm named.xml
	holds 'only plain words in chains' awk '
		/^add chain/ && $5 !~ /^[A-Za-z0-9_.-]+$/ {exit 1}
		!/^(add|flush|delete) / && !/^#/ && NF {exit 1}' out
	if [ $CLI_INSIDE = yes ] && command -v nft >/dev/null; then
		holds 'nft takes it' nft -c -f out
	fi
done
cat >comment.xml <<'XML'
<filter name='comment'>
	<rule action='drop' direction='in'>
		<tcp comment='a"; accept&#10;add table ip owned&#10;# \&#x85;&#x9b;2J'/>
	</rule>
</filter>
XML
exits 0 compile $vm comment.xml
has err 'warning[NWF416]' comment.xml:3:
holds 'plain text' awk '/[^ -~]/ {exit 1}' out
holds 'commands of our own' awk '
	NF && !/^#/ && !/^(add|flush|delete) (table|chain|rule|map|element) bridge nwfc/ {exit 1}' out
if [ $CLI_INSIDE = yes ] && command -v nft >/dev/null; then
	run compile $vm --target=mark-ct comment.xml
	holds 'nft takes it' nft -c -f out
fi

# many files, deep and wide references
mkdir many
i=0
while [ $i -lt 5000 ]; do
	echo "<filter name='f$i'><rule action='drop' direction='in'/></filter>" >many/f$i.xml
	i=$((i + 1))
done
exits 0 compile $vm -I many f4999
exits 0 lint many
mkdir chain
i=0
while [ $i -lt 100 ]; do
	echo "<filter name='c$i'>
<filterref filter='c$((i + 1))'/></filter>" >chain/c$i.xml
	i=$((i + 1))
done
filter c100 drop chain/c100.xml
exits 0 compile $vm -I chain c40
refused 206 chain/ compile $vm -I chain c0
mkdir tree
i=0
while [ $i -lt 12 ]; do
	ref="<filterref filter='t$((i + 1))'/>"
	echo "<filter name='t$i'>$ref$ref$ref$ref$ref$ref$ref$ref$ref$ref</filter>" >tree/t$i.xml
	i=$((i + 1))
done
filter t12 drop tree/t12.xml
refused 207 tree/t0.xml:1:1 compile $vm -I tree t0
is_empty out
echo "<filter name='r1'><filterref filter='r2'/></filter>" >r1.xml
echo "<filter name='r2'><filterref filter='r1'/></filter>" >r2.xml
refused 202 r compile $vm -I . r1
