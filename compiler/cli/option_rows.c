/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/option_rows.h"

static const char *const emits[] = {"nft", "json", NULL};
static const char *const colours[] = {"never", "always", "auto", NULL};
static const char *const compats[] = {"libvirt", NULL};
static const char *const levels[] = {"0", "1", NULL};
static const char *const layouts[] = {"private", "shared", NULL};
static const char *const hooks[] = {"bridge", "netdev", NULL};
static const char *const stages[] = {"parse", "link", "bind", "rules", "order", "lower", NULL};
static const char *const targets[] = {"bridge-ct", "mark-ct", NULL};
static const char *const forms[] = {"tty",    "gcc",    "json",  "jsonl",      "sarif",
				    "github", "gitlab", "junit", "checkstyle", NULL};
static const char *const severities[] = {"error", "warning", "info", "style", NULL};

const char *const *const option_choices[OPT_MAX] = {
	[OPT_HOOK] = hooks,         [OPT_EMIT] = emits,     [OPT_DUMP] = stages,
	[OPT_TARGET] = targets,     [OPT_COMPAT] = compats, [OPT_OPTIMIZE] = levels,
	[OPT_LAYOUT] = layouts,     [OPT_FORMAT] = forms,   [OPT_COLOR] = colours,
	[OPT_FAIL_ON] = severities,
};

const struct option_row option_rows[OPT_MAX] = {
	[OPT_INCLUDE] = {"include", 'I', "DIR",
			 VERB_OFFLINE | VERB_LINT | VERB_COMPILES | VERB_LIST | VERB_DUMPXML,
			 "look for filters in DIR; may be repeated, the first folder wins"},
	[OPT_TAP] = {"tap", 0, "DEV", VERB_INPUT | VERB_STATUS, "the interface to filter"},
	[OPT_MAC] = {"mac", 0, "MAC", VERB_INPUT, "the interface's address, as the VM has it"},
	[OPT_HOOK] = {"hook", 0, "bridge|netdev", VERB_INPUT,
		      "where it is filtered: as a port of a bridge, or at the device, as a "
		      "macvtap must be (default: netdev if it is a macvtap)"},
	[OPT_PARAMETER] = {"parameter", 'p', "NAME=VALUE", VERB_INPUT,
			   "a parameter; repeated with one name it makes a list"},
	[OPT_BINDING] = {"binding", 0, "FILE",
			 VERB_COMPILE | VERB_APPLY | VERB_EXPLAIN | VERB_DUMPXML,
			 "a <filterbinding> document instead of --tap and the rest; repeatable "
			 "(dumpxml: the interface)"},
	[OPT_BINDINGS] = {"bindings", 0, "DIR", VERB_COMPILE | VERB_APPLY | VERB_EXPLAIN,
			  "every binding (*.xml) in DIR"},
	[OPT_OUTPUT] = {"output", 'o', "FILE", VERB_COMPILE, "write the ruleset to FILE"},
	[OPT_OUTPUT_DIR] = {"output-dir", 'O', "DIR", VERB_COMPILE,
			    "write one DEV.nft for each interface, and manifest.json, into DIR"},
	[OPT_MAP] = {"map", 0, "FILE", VERB_COMPILE, "write where each rule comes from (JSON)"},
	[OPT_DEPFILE] = {"depfile", 0, "FILE", VERB_COMPILE,
			 "write the files read, as make dependencies (also -MD FILE)"},
	[OPT_EMIT] = {"emit", 0, "nft|json", VERB_COMPILE, "form of the ruleset (nft)"},
	[OPT_DUMP] = {"dump", 0, "STAGE", VERB_COMPILE,
		      "print what parse, link, bind, rules, order or lower made, and stop"},
	[OPT_TARGET] = {"target", 0, "TARGET", VERB_OFFLINE | VERB_COMPILES,
			"what the kernel can do: bridge-ct or mark-ct, then ,reject ,no-reject "
			",mark=MASK (compile: bridge-ct; apply: probed)"},
	[OPT_COMPAT] = {"compat", 0, "libvirt", VERB_OFFLINE | VERB_LINT | VERB_COMPILES,
			"libvirt's verdict for every frame, its defects included"},
	[OPT_STRICT] = {"strict", 0, NULL, VERB_OFFLINE | VERB_LINT | VERB_COMPILES,
			"warnings of meaning are errors too"},
	[OPT_SET] = {"set", 0, "NAME=TYPE[:FILE]", VERB_COMPILE | VERB_EXPLAIN | VERB_COMPILES,
		     "an ipset's dimensions (ip, net, port, mac, joined by commas) and elements"},
	[OPT_OPTIMIZE] = {"optimize", 0, "LEVEL", VERB_OFFLINE | VERB_COMPILES,
			  "1 (default): fewer rules; 0 (default of explain and test): a rule for "
			  "each match as written"},
	[OPT_NO_VERIFY] = {"no-verify", 0, NULL, VERB_COMPILE | VERB_COMPILES,
			   "do not run optimized rules against those they were made of"},
	[OPT_LAYOUT] = {"layout", 0, "private|shared", VERB_COMPILE,
			"private (default): files of interfaces load side by side; shared: one "
			"file is all there is, and what differs in values alone is there once"},
	[OPT_STATS] = {"stats", 0, NULL, VERB_COMPILE | VERB_CHANGE,
		       "print the time of each stage"},
	[OPT_CHECK] = {"check", 0, NULL, VERB_CHANGE | VERB_FMT,
		       "ask the kernel, change nothing (fmt: name what would change)"},
	[OPT_DETAILED] = {"detailed-exitcode", 0, NULL, VERB_CHANGE,
			  "exit with 10 if something was changed"},
	[OPT_FORMAT] = {"format", 0, "FORM", VERB_OFFLINE | VERB_LINT | VERB_FMT | VERB_HOST,
			"form of diagnostics and listings: tty, gcc, json, jsonl, sarif, github, "
			"gitlab, junit "
			"or checkstyle"},
	[OPT_COLOR] = {"color", 0, "auto|always|never",
		       VERB_OFFLINE | VERB_LINT | VERB_FMT | VERB_HOST,
		       "colour of the diagnostics (auto: on a terminal, unless NO_COLOR is set)"},
	[OPT_EXPLAIN] = {"explain", 0, "CODE", VERB_LINT,
			 "explain a diagnostic, such as NWF122; 'all' lists them"},
	[OPT_SELECT] = {"select", 0, "CODE,...", VERB_LINT,
			"show only codes that begin so; may be repeated"},
	[OPT_IGNORE] = {"ignore", 0, "CODE,...", VERB_LINT,
			"leave out codes that begin so; may be repeated"},
	[OPT_SEVERITY] = {"severity", 0, "CODE=LEVEL", VERB_LINT,
			  "how severe a code is: error, warning, info or style"},
	[OPT_FAIL_ON] = {"fail-on", 0, "LEVEL", VERB_LINT,
			 "exit with 1 from that severity on (warning)"},
	[OPT_EXIT_ZERO] = {"exit-zero", 0, NULL, VERB_LINT, "exit with 0 whatever is found"},
	[OPT_BASELINE] = {"baseline", 0, "FILE", VERB_LINT, "leave out the findings in FILE"},
	[OPT_WRITE_BASELINE] = {"write-baseline", 0, NULL, VERB_LINT, "write the findings to it"},
	[OPT_FIX] = {"fix", 0, NULL, VERB_LINT, "mend what keeps its meaning"},
	[OPT_UNSAFE_FIXES] = {"unsafe-fixes", 0, NULL, VERB_LINT,
			      "with --fix or --diff: also mend what changes the meaning"},
	[OPT_DIFF] = {"diff", 0, NULL, VERB_LINT | VERB_FMT,
		      "show what would change, and change nothing"},
	[OPT_TABLE] = {"table", 0, NULL, VERB_FIELDS, "print tab-separated rows"},
	[OPT_MANUAL] = {"manual", 0, NULL, VERB_HELP,
			"print what the manual page takes from the tables"},
	[OPT_ROOT] = {"root", 0, "DIR", VERB_HOST | VERB_EXPLAIN,
		      "the store and run-time files are below DIR instead of /"},
	[OPT_DOMAIN] = {"domain", 0, "FILE", VERB_BIND,
			"bind the interfaces of a domain document (virsh dumpxml; - reads it)"},
	[OPT_TRANSIENT] = {"transient", 0, NULL, VERB_BIND, "until the next boot"},
	[OPT_VALIDATE] = {"validate", 0, NULL, VERB_DEFINE | VERB_EDIT,
			  "warnings of meaning in the file are errors too"},
	[OPT_KEEP_GOING] = {"keep-going", 0, NULL, VERB_APPLY | VERB_DEFINE,
			    "go on with the other interfaces when a binding does not compile"},
	[OPT_DRY_RUN] = {"dry-run", 'n', NULL, VERB_CHANGE,
			 "show what would change, by interface; change nothing"},
	[OPT_HASH] = {"hash", 0, NULL, VERB_STATUS,
		      "print what each interface filters as a hash, to compare hosts"},
	[OPT_GUARD] = {"guard", 0, "PREFIX", VERB_COMPILES,
		       "interfaces with that prefix and no binding drop everything; repeatable"},
	[OPT_SHOW_CONFIG] = {"show-config", 0, NULL, VERB_HOST,
			     "print the settings in force, and stop"},
	[OPT_HEX] = {"hex", 0, "BYTES", VERB_EXPLAIN, "the frame as hexadecimal digits"},
	[OPT_PCAP] = {"pcap", 0, "FILE", VERB_EXPLAIN, "every frame of a pcap file"},
	[OPT_JUNIT] = {"junit", 0, "FILE", VERB_TEST, "write the results to FILE as JUnit XML"},
	[OPT_COVERAGE] = {"coverage", 0, NULL, VERB_TEST,
			  "list the rules that no case decided by or matched"},
	[OPT_THRESHOLD] = {"coverage-threshold", 0, "PERCENT", VERB_TEST,
			   "fail if fewer of a hundred rules decided"},
	[OPT_KERNEL] = {"kernel", 0, NULL, VERB_TEST,
			"send each frame through a tap too, in namespaces of its own"},
	[OPT_HELP] = {"help", 'h', NULL, VERB_ANY, "show this help"},
	[OPT_VERSION] = {"version", 'V', NULL, VERB_ANY, "show the version"},
};

const struct option_row *option_row(size_t i)
{
	return i < OPT_MAX ? &option_rows[i] : NULL;
}
