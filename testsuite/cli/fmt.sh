# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# fmt: what a file looks like afterwards, what stays, and exit codes.
mkdir -p laid
cat >laid/a.xml <<'XML'
<?xml version="1.0"?>
<!-- top
   of it -->
<filter name="a"
    chain='ipv4' ><!-- kept -->
	<uuid>
  0b9d4c57-7c0e-4e39-b2f1-9d1f7c3e8d33 </uuid> <!-- of the uuid -->



	<rule action="drop" direction='in'><ip srcipaddr="192.0.2.7" comment = "it's"  /></rule>
	<rule action="drop" direction='in'></rule>
	<rule action="drop" direction='out'>

	   <stp type='1' flags='1' root-priority='1' root-priority-hi='2' root-address='01:02:03:04:05:06'/>
	</rule></filter>
<!-- end -->
XML
cat >expected <<'XML'
<?xml version="1.0"?>
<!-- top
   of it -->
<filter name='a' chain='ipv4'> <!-- kept -->
  <uuid>0b9d4c57-7c0e-4e39-b2f1-9d1f7c3e8d33</uuid> <!-- of the uuid -->

  <rule action='drop' direction='in'>
    <ip srcipaddr='192.0.2.7' comment="it's"/>
  </rule>
  <rule action='drop' direction='in'></rule>
  <rule action='drop' direction='out'>
    <stp type='1'
         flags='1'
         root-priority='1'
         root-priority-hi='2'
         root-address='01:02:03:04:05:06'/>
  </rule>
</filter>
<!-- end -->
XML
cp laid/a.xml before.xml
exits 0 fmt - <before.xml
cmp -s out expected && ok || not_ok "$words" "the layout" "$(diff out expected | head -c 300)"
exits 1 fmt --check laid
has out laid/a.xml
exits 1 fmt --diff laid/a.xml
has out '--- laid/a.xml' "+<filter name='a' chain='ipv4'> <!-- kept -->" '-	<uuid>'
cmp -s laid/a.xml before.xml && ok || not_ok "fmt --diff" "the file as it was" "another"
exits 1 fmt --check - <before.xml
exits 0 fmt laid
is_empty out
cmp -s laid/a.xml expected && ok || not_ok "$words" "the layout" "$(diff laid/a.xml expected | head -c 300)"
exits 0 fmt --check laid
is_empty out
exits 0 fmt --diff laid
is_empty out
printf '\357\273\277<filter name="b"/>\r\n\r\n' >laid/a.xml
exits 0 fmt laid/a.xml
[ "$(od -An -tx1 <laid/a.xml | tr -d ' \n')" = efbbbf3c66696c746572206e616d653d2762272f3e0a ] && ok ||
	not_ok "$words" "a byte order mark, and ends of lines" "$(od -c laid/a.xml | head -3)"
printf '<filter name="b">\n' >laid/a.xml
exits 3 fmt laid/a.xml
has err NWF103
holds 'a file that is refused stays' grep -q '"b"' laid/a.xml
exits 3 fmt no-such-file.xml
exits 2 fmt
