/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/option_rows.h"

/*
 * What the manual pages of the verbs say of each option, in scdoc's form.  Help says
 * it in a line (option_rows.c).  Where an option means something else to some verbs,
 * their row stands first.
 */
static const struct {
	enum option_id id;
	unsigned verbs; /* 0: all that take it */
	const char *text;
} pages[] = {
	{OPT_INCLUDE, 0,
	 "Look for filters in _DIR_, by their *name* attribute. May be repeated; the\n"
	 "first folder that has a name wins, and a note says so. The built-in filters\n"
	 "come last."},
	{OPT_TAP, VERB_STATUS, "Only this interface."},
	{OPT_TAP, 0,
	 "The interface. Names may have letters, digits, dots, dashes and underscores."},
	{OPT_MAC, 0, "The address that the virtual machine has on the interface."},
	{OPT_HOOK, 0,
	 "Where the interface is filtered: as a port of a bridge, as every tap is, or at\n"
	 "the device itself, as a macvtap must be. Without it *apply* and *bind* look what\n"
	 "the interface is; *compile*, and an interface that does not exist, mean *bridge*.\n"
	 "What is the wrong one for an interface that is there is refused. See *MACVTAP* in\n"
	 "*nwfc*(1)."},
	{OPT_PARAMETER, 0,
	 "A parameter. Repeated with one name it makes a list. *MAC* is filled in from\n"
	 "*--mac* unless given."},
	{OPT_BINDING, VERB_DUMPXML,
	 "Print the binding of an interface, whose name stands for _FILE_, instead of a\n"
	 "filter."},
	{OPT_BINDING, 0,
	 "A binding in libvirt's *<filterbinding>* form instead of *--tap* and the rest.\n"
	 "May be repeated; all make one ruleset."},
	{OPT_BINDINGS, 0, "The bindings of every *\\*.xml* in a folder, likewise."},
	{OPT_OUTPUT, 0, "Write the ruleset to _FILE_, whole or not at all."},
	{OPT_OUTPUT_DIR, 0, "Write _DEV_*.nft* for each interface and *manifest.json* into _DIR_."},
	{OPT_MAP, 0,
	 "Write, as JSON, which line of the ruleset comes from which rule: file, line,\n"
	 "column and the path of references."},
	{OPT_DEPFILE, 0,
	 "Write the files that were read as dependencies for *make*(1). *-MD* _FILE_ is the\n"
	 "same."},
	{OPT_EMIT, 0, "The form of the ruleset: text, or the JSON of *libnftables-json*(5)."},
	{OPT_DUMP, 0,
	 "Print what a stage made and stop: *parse*, *link*, *bind*, *rules*, *order*\n"
	 "or *lower*."},
	{OPT_TARGET, 0,
	 "What the kernel can do. *bridge-ct*: connection tracking in family bridge\n"
	 "(module nf_conntrack_bridge). *mark-ct*: br_netfilter with\n"
	 "net.bridge.bridge-nf-call-iptables=1; a constant table *ip nwfc_ct* or\n"
	 "*ip6 nwfc_ct* for each family with a rule that reads the state copies it into\n"
	 "five bits of the mark. Words after a comma change details:\n"
	 "*reject*, *no-reject*, *mark=*_MASK_ (five adjacent bits, 0x1f000000). Verbs that\n"
	 "load rules ask the kernel; the others mean *bridge-ct*."},
	{OPT_COMPAT, 0,
	 "The verdict of libvirt for every frame, with its defects; what it ignores is\n"
	 "ignored too, with a warning."},
	{OPT_STRICT, 0, "Warnings of meaning are errors."},
	{OPT_SET, 0,
	 "Dimensions of a set that filters name in *ipset*: *ip*, *net*, *port*, *mac*,\n"
	 "joined by commas (*net*). _FILE_ has one element a line. The set is\n"
	 "*ipset.*_NAME_ (*ipset.*_NAME_*/ipv6* for IPv6 rules) in table *bridge nwfc*; it\n"
	 "is declared and never emptied."},
	{OPT_OPTIMIZE, VERB_EXPLAIN | VERB_TEST,
	 "With *1*, judge by the rules that are loaded, without those that decide nothing.\n"
	 "With *0*, the default here, there is a rule for each match as written."},
	{OPT_OPTIMIZE, 0,
	 "With *1*, the default, leave out rules that decide nothing. The verdict of every\n"
	 "frame stays. The comment of a rule that stands for several names them all while\n"
	 "there is room, *--map* of *nwfc-compile*(1) always does."},
	{OPT_NO_VERIFY, 0,
	 "Do not run optimized rules against those they were made of, over frames made\n"
	 "of their own values. Where they differ, which would be a bug, the optimized\n"
	 "ones are not used."},
	{OPT_LAYOUT, 0,
	 "*private*, the default, gives each interface chains of its own, so that files of\n"
	 "different interfaces load side by side. With *shared* the file is all that nwfc\n"
	 "has on a host: values of parameters are elements of sets, keyed by the name of\n"
	 "the interface, and interfaces that differ in nothing else have the same chains.\n"
	 "Loading it takes out whatever else was loaded for other interfaces."},
	{OPT_STATS, 0,
	 "Print the time that each stage took, and how many rules each pass of the\n"
	 "optimizer saved."},
	{OPT_CHECK, VERB_FMT, "Name the files that would change, and change nothing."},
	{OPT_CHECK, 0, "Ask the kernel whether it would take the ruleset; change nothing."},
	{OPT_DRY_RUN, 0,
	 "As *--check*, and show for each interface whether it would be added, changed or\n"
	 "removed."},
	{OPT_DETAILED, 0, "Exit with 10 if something was changed."},
	{OPT_FORMAT, VERB_BINDINGS | VERB_LIST | VERB_STATUS,
	 "With *json* the listing is JSON; to it any other form is a table. Diagnostics take\n"
	 "the forms that *nwfc-lint*(1) lists."},
	{OPT_FORMAT, VERB_EXPLAIN | VERB_TEST,
	 "With *json* the answer is one JSON document. Diagnostics take the forms that\n"
	 "*nwfc-lint*(1) lists."},
	{OPT_FORMAT, ~(unsigned)VERB_LINT,
	 "Form of diagnostics: *tty*, or one of those that *nwfc-lint*(1) lists."},
	{OPT_FORMAT, 0,
	 "Form of diagnostics: *tty* for people; *gcc* for editors; *json* (the field\n"
	 "_format_version_ says which; more fields raise the number behind its dot) and\n"
	 "*jsonl*, one object a line; *sarif* (2.1.0) for code scanning; *github*\n"
	 "for annotations of a workflow; *gitlab* for a code quality report; *junit*;\n"
	 "*checkstyle*."},
	{OPT_COLOR, 0,
	 "Colour of the diagnostics. *auto*, the default: on a terminal, unless *NO_COLOR*\n"
	 "is set."},
	{OPT_EXPLAIN, 0,
	 "Say why a diagnostic exists, with a bad and a good example. *all* lists them;\n"
	 "*man* is the source of *nwfc-lint*(7)."},
	{OPT_SELECT, 0,
	 "Show only the findings whose codes begin so: *NWF4* is all of 4xx. May be\n"
	 "repeated."},
	{OPT_IGNORE, 0, "Leave out the findings whose codes begin so. May be repeated."},
	{OPT_SEVERITY, 0,
	 "How severe the codes that begin so are: *error*, *warning*, *info* or *style*. The\n"
	 "longest that fits counts."},
	{OPT_FAIL_ON, 0, "Exit with 1 from that severity on, which is *warning* by default."},
	{OPT_EXIT_ZERO, 0, "Exit with 0 whatever is found."},
	{OPT_BASELINE, 0, "Leave out the findings in _FILE_. See *BASELINES*."},
	{OPT_WRITE_BASELINE, 0, "Write all findings to the file of *--baseline*."},
	{OPT_FIX, 0, "Mend what can be mended without changing what the filter does."},
	{OPT_UNSAFE_FIXES, 0,
	 "With *--fix* or *--diff*, mend also what its author probably meant otherwise."},
	{OPT_DIFF, VERB_LINT,
	 "Show what *--fix* would change, and change nothing. One change may make room for\n"
	 "another, which it does not show."},
	{OPT_DIFF, 0, "Show what would change, and change nothing."},
	{OPT_TABLE, 0,
	 "Print rows of element, attribute, type, what it is to the attribute that it\n"
	 "completes, that one, the one that takes its place in the other direction, and\n"
	 "the meaning, with tabs between them."},
	{OPT_MANUAL, 0,
	 "Print what the tables of the program say in the manual page of _VERB_, or of\n"
	 "*nwfc*(1), in the form of *scdoc*(5)."},
	{OPT_ROOT, 0,
	 "The store, the configuration and run-time files are below _DIR_. The kernel is\n"
	 "that of the network namespace; give each namespace a folder of its own."},
	{OPT_DOMAIN, 0,
	 "Read libvirt's domain XML (*virsh dumpxml*; *-* is standard input): every\n"
	 "interface of type network, bridge, ethernet or direct with a *<filterref>*, its\n"
	 "*<mac>* and *<target>*."},
	{OPT_TRANSIENT, 0, "Keep the binding until the next boot only."},
	{OPT_VALIDATE, 0, "Warnings of meaning in the file are errors."},
	{OPT_KEEP_GOING, 0,
	 "Go on with the other interfaces when a binding does not compile. That one\n"
	 "stays as it is loaded; if nothing is loaded for it, the last ruleset that was\n"
	 "is loaded again; if there was none, the interface drops everything. The exit\n"
	 "status still tells."},
	{OPT_HASH, 0,
	 "Print for each interface a hash of the rules its binding comes to, whatever\n"
	 "the host, the interface's name and the target: equal hashes filter alike."},
	{OPT_GUARD, 0,
	 "Interfaces whose name has the prefix and that have no binding drop every\n"
	 "frame. May be repeated; *apply* puts it in force. It holds for ports of bridges,\n"
	 "not for macvtaps: see *MACVTAP* in *nwfc*(1)."},
	{OPT_SHOW_CONFIG, 0, "Print the settings in force, and stop."},
	{OPT_HEX, 0,
	 "The frame, from its destination address on, as hexadecimal digits, with or\n"
	 "without colons. *out* or *in* follows, and words about the state may."},
	{OPT_PCAP, 0,
	 "Explain each frame of a file that *tcpdump -w* wrote, of at most 1 MiB. Where\n"
	 "neither *out* nor *in* is given, a frame is sent by the virtual machine if its\n"
	 "source address is that of the interface. The state of a connection is what\n"
	 "conntrack would make of the frames before it that passed, unless words behind\n"
	 "*out* or *in* say it of all frames. Each frame is shown in words."},
	{OPT_JUNIT, 0, "Write the results to _FILE_ as JUnit XML."},
	{OPT_COVERAGE, 0,
	 "List the rules that no case matched, and those that some case matched while\n"
	 "another rule always decided first. Built-in filters do not count."},
	{OPT_THRESHOLD, 0,
	 "Fail (exit status 1) if fewer of a hundred rules decided about the frame of\n"
	 "some case."},
	{OPT_KERNEL, 0,
	 "Send the frame of each case through a tap too, in a network namespace of its\n"
	 "own (a user namespace if need be), and compare. Needs */dev/net/tun*. The rules\n"
	 "are those of *mark-ct*, and a rule writes the state of the case into the mark.\n"
	 "What a bridge does not pass by itself is not compared, nor what *from-host*\n"
	 "says, nor frames of macvtaps. Nothing was learned before a case."},
	{OPT_HELP, 0, "Show usage, and a line about each option."},
	{OPT_VERSION, 0, "Show the version."},
};

const char *option_page(enum option_id id, const struct verb *verb)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (pages[i].id == id && (!pages[i].verbs || pages[i].verbs & verb->bit))
			return pages[i].text;
	return "";
}
