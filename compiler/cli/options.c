/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define OPTION_MAX 40

enum option_id {
	OPT_INCLUDE,
	OPT_TAP,
	OPT_MAC,
	OPT_PARAMETER,
	OPT_BINDING,
	OPT_BINDINGS,
	OPT_OUTPUT,
	OPT_OUTPUT_DIR,
	OPT_MAP,
	OPT_DEPFILE,
	OPT_EMIT,
	OPT_DUMP,
	OPT_TARGET,
	OPT_COMPAT,
	OPT_STRICT,
	OPT_SET,
	OPT_OPTIMIZE,
	OPT_NO_VERIFY,
	OPT_LAYOUT,
	OPT_STATS,
	OPT_CHECK,
	OPT_DETAILED,
	OPT_FORMAT,
	OPT_COLOR,
	OPT_EXPLAIN,
	OPT_TABLE,
	OPT_ROOT,
	OPT_DOMAIN,
	OPT_TRANSIENT,
	OPT_VALIDATE,
	OPT_KEEP_GOING,
	OPT_DRY_RUN,
	OPT_HASH,
	OPT_GUARD,
	OPT_SHOW_CONFIG,
	OPT_HEX,
	OPT_PCAP,
	OPT_JUNIT,
	OPT_COVERAGE,
	OPT_THRESHOLD,
	OPT_KERNEL,
	OPT_HELP,
	OPT_VERSION,
	OPT_MAX,
};

static const struct option_row rows[OPT_MAX] = {
	[OPT_INCLUDE] = {"include", 'I', "DIR",
			 VERB_OFFLINE | VERB_LINT | VERB_COMPILES | VERB_LIST | VERB_DUMPXML,
			 "look for filters in DIR; may be repeated, the first folder wins"},
	[OPT_TAP] = {"tap", 0, "DEV", VERB_INPUT | VERB_STATUS, "the interface to filter"},
	[OPT_MAC] = {"mac", 0, "MAC", VERB_INPUT, "the interface's address, as the VM has it"},
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
	[OPT_CHECK] = {"check", 0, NULL, VERB_CHANGE, "ask the kernel, change nothing"},
	[OPT_DETAILED] = {"detailed-exitcode", 0, NULL, VERB_CHANGE,
			  "exit with 10 if something was changed"},
	[OPT_FORMAT] = {"format", 0, "tty|gcc|json", VERB_OFFLINE | VERB_LINT | VERB_HOST,
			"form of diagnostics and listings"},
	[OPT_COLOR] = {"color", 0, "auto|always|never", VERB_OFFLINE | VERB_LINT | VERB_HOST,
		       "colour of the diagnostics (auto: on a terminal, unless NO_COLOR is set)"},
	[OPT_EXPLAIN] = {"explain", 0, "CODE", VERB_LINT,
			 "explain a diagnostic, such as NWF122; 'all' lists them"},
	[OPT_TABLE] = {"table", 0, NULL, VERB_FIELDS, "print tab-separated rows"},
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
	return i < OPT_MAX ? &rows[i] : NULL;
}

int usage_error(const char *format, ...)
{
	va_list args;

	fputs("nwfc: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry 'nwfc --help'.\n", stderr);
	return EXIT_USAGE;
}

static bool put_word(struct words *w, const char *word)
{
	const char **at = realloc(w->at, (w->n + 1) * sizeof(*at));

	if (!at)
		return false;
	at[w->n++] = word;
	w->at = at;
	return true;
}

/* index of the word in a NULL-terminated list; -1 after a message */
static int choose(const char *option, const char *word, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (!strcmp(word, list[i]))
			return i;
	usage_error("--%s does not take '%s'", option, word);
	return -1;
}

static bool set_choice(struct options *o, enum option_id id, const char *value)
{
	static const char *const formats[] = {"tty", "gcc", "json", NULL};
	static const char *const emits[] = {"nft", "json", NULL};
	static const char *const colours[] = {"never", "always", "auto", NULL};
	static const char *const compats[] = {"libvirt", NULL};
	static const char *const levels[] = {"0", "1", NULL};
	static const char *const layouts[] = {"private", "shared", NULL};
	static const char *const *const lists[OPT_MAX] = {
		[OPT_OPTIMIZE] = levels, [OPT_FORMAT] = formats, [OPT_EMIT] = emits,
		[OPT_COLOR] = colours,   [OPT_COMPAT] = compats, [OPT_LAYOUT] = layouts,
	};
	int i = choose(rows[id].name, value, lists[id]);

	if (i < 0)
		return false;
	if (id == OPT_FORMAT)
		o->format = (enum diag_format)i;
	else if (id == OPT_OPTIMIZE)
		o->optimize = i;
	else if (id == OPT_EMIT)
		o->json = i == 1;
	else if (id == OPT_LAYOUT)
		o->shared = i == 1;
	else if (id == OPT_COLOR)
		o->colour = i == 2 ? -1 : i;
	else
		o->mode = MODE_COMPAT;
	return true;
}

static bool set_parsed(struct options *o, enum option_id id, const char *value)
{
	if (id == OPT_DUMP) {
		o->dump = stage_find(str_of(value));
		if (o->dump == STAGE_MAX) {
			usage_error("--dump does not know the stage '%s'", value);
			return false;
		}
		return true;
	}
	o->target_given = true;
	if (target_parse(str_of(value), &o->target))
		return true;
	usage_error("--target does not know '%s'", value);
	return false;
}

static bool set_threshold(struct options *o, const char *value)
{
	uint64_t percent;

	if (!str_to_u64(str_of(value), 10, 100, &percent)) {
		usage_error("--coverage-threshold is a number from 0 to 100, not '%s'", value);
		return false;
	}
	o->threshold = (int)percent;
	return true;
}

static bool set_option(struct options *o, enum option_id id, const char *value)
{
	struct words *words[OPT_MAX] = {
		[OPT_INCLUDE] = &o->include, [OPT_PARAMETER] = &o->parameter, [OPT_SET] = &o->set,
		[OPT_BINDING] = &o->binding, [OPT_GUARD] = &o->guard,
	};
	const char **texts[OPT_MAX] = {
		[OPT_TAP] = &o->tap,
		[OPT_MAC] = &o->mac,
		[OPT_BINDINGS] = &o->bindings,
		[OPT_OUTPUT] = &o->output,
		[OPT_OUTPUT_DIR] = &o->output_dir,
		[OPT_MAP] = &o->map,
		[OPT_DEPFILE] = &o->depfile,
		[OPT_EXPLAIN] = &o->explain,
		[OPT_ROOT] = &o->root,
		[OPT_DOMAIN] = &o->domain,
		[OPT_HEX] = &o->hex,
		[OPT_PCAP] = &o->pcap,
		[OPT_JUNIT] = &o->junit,
	};
	bool *flags[OPT_MAX] = {
		[OPT_DRY_RUN] = &o->dry_run,
		[OPT_TRANSIENT] = &o->transient,
		[OPT_VALIDATE] = &o->validate,
		[OPT_KEEP_GOING] = &o->keep_going,
		[OPT_HASH] = &o->hash,
		[OPT_SHOW_CONFIG] = &o->show_config,
		[OPT_STATS] = &o->stats,
		[OPT_CHECK] = &o->check,
		[OPT_DETAILED] = &o->detailed,
		[OPT_TABLE] = &o->table,
		[OPT_COVERAGE] = &o->coverage,
		[OPT_KERNEL] = &o->kernel,
		[OPT_HELP] = &o->help,
		[OPT_VERSION] = &o->version,
		[OPT_NO_VERIFY] = &o->unverified,
	};

	if (words[id])
		return put_word(words[id], value);
	if (texts[id]) {
		*texts[id] = value;
		return true;
	}
	if (flags[id])
		return *flags[id] = true;
	if (id == OPT_THRESHOLD)
		return set_threshold(o, value);
	if (id == OPT_STRICT) {
		o->mode = MODE_STRICT;
		return true;
	}
	return id == OPT_DUMP || id == OPT_TARGET ? set_parsed(o, id, value)
						  : set_choice(o, id, value);
}

bool options_set(struct options *o, const char *name, const char *value)
{
	bool flag;
	int id = 0;

	while (strcmp(rows[id].name, name) != 0)
		id++;
	flag = !rows[id].argument;
	if (flag && strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) {
		usage_error("%s is yes or no, not '%s'", name, value);
		return false;
	}
	if ((flag && !strcmp(value, "no")) || (id == OPT_TARGET && o->target_given) ||
	    (id == OPT_OPTIMIZE && o->optimize >= 0) ||
	    ((id == OPT_COMPAT || id == OPT_STRICT) && o->mode != MODE_DEFAULT))
		return true;
	return set_option(o, (enum option_id)id, value);
}

static void getopt_tables(struct option *longs, char *shorts)
{
	size_t n = 0;

	/* + is not given: options may stand anywhere */
	shorts[n++] = ':';
	for (int i = 0; i < OPT_MAX; i++) {
		longs[i] = (struct option){rows[i].name,
					   rows[i].argument ? required_argument : no_argument, NULL,
					   256 + i};
		if (!rows[i].letter)
			continue;
		shorts[n++] = rows[i].letter;
		if (rows[i].argument)
			shorts[n++] = ':';
	}
	shorts[n] = 0;
}

static int option_of(int c)
{
	if (c >= 256)
		return c - 256;
	for (int i = 0; i < OPT_MAX; i++)
		if (rows[i].letter == c)
			return i;
	return -1;
}

/* c is ':' for a value that is missing; optopt is a letter, or no letter for a long option */
static void report_option(int c, const char *word)
{
	char letter[] = {'-', (char)optopt, 0};

	if (optopt > 0 && optopt < 256)
		word = letter;
	usage_error(c == ':' ? "%s needs a value" : "there is no option %s", word);
}

static bool check_verbs(const struct options *o, const bool *given)
{
	const struct verb *verb = o->verb ? verb_find(o->verb) : NULL;

	if (!verb)
		return true;
	for (int i = 0; i < OPT_MAX; i++)
		if (given[i] && !(rows[i].verbs & verb->bit)) {
			usage_error("'%s' does not take --%s", verb->name, rows[i].name);
			return false;
		}
	if (given[OPT_COMPAT] && given[OPT_STRICT]) {
		usage_error("--compat and --strict exclude each other");
		return false;
	}
	return true;
}

bool options_parse(struct options *o, int argc, char **argv)
{
	struct option longs[OPT_MAX + 1] = {0};
	char shorts[2 * OPTION_MAX];
	bool given[OPT_MAX] = {false};
	int c;

	*o = (struct options){.dump = STAGE_MAX,
			      .colour = -1,
			      .optimize = -1,
			      .threshold = -1,
			      .target = target_default()};
	/* make's own spelling is two letters long, which getopt cannot say */
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "-MD"))
			argv[i] = (char *)"--depfile";
	getopt_tables(longs, shorts);
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		int id = option_of(c);

		if (c == ':' || c == '?' || id < 0) {
			report_option(c, argv[optind - 1]);
			return false;
		}
		given[id] = true;
		if (!set_option(o, (enum option_id)id, optarg))
			return false;
	}
	for (int i = optind; i < argc; i++)
		if (!o->verb)
			o->verb = argv[i];
		else if (!put_word(&o->operand, argv[i]))
			return false;
	return check_verbs(o, given);
}

void options_release(struct options *o)
{
	free(o->include.at);
	free(o->parameter.at);
	free(o->set.at);
	free(o->binding.at);
	free(o->guard.at);
	free(o->operand.at);
	free(o->config);
}
