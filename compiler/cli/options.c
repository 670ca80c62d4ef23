/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/option_rows.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define OPTION_MAX 60

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
	int i = choose(option_rows[id].name, value, option_choices[id]);

	if (i < 0)
		return false;
	if (id == OPT_HOOK)
		o->attach = i ? ATTACH_NETDEV : ATTACH_BRIDGE;
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

static bool set_format(struct options *o, const char *value)
{
	o->format = diag_format_find(str_of(value));
	if (o->format != DIAG_FORMAT_MAX)
		return true;
	usage_error("--format does not take '%s'", value);
	return false;
}

static bool set_parsed(struct options *o, enum option_id id, const char *value)
{
	if (id == OPT_FORMAT)
		return set_format(o, value);
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
		[OPT_INCLUDE] = &o->include, [OPT_PARAMETER] = &o->parameter,
		[OPT_SET] = &o->set,         [OPT_BINDING] = &o->binding,
		[OPT_GUARD] = &o->guard,     [OPT_SELECT] = &o->select,
		[OPT_IGNORE] = &o->ignore,   [OPT_SEVERITY] = &o->severity,
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
		[OPT_BASELINE] = &o->baseline,
		[OPT_FAIL_ON] = &o->fail_on,
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
		[OPT_MANUAL] = &o->manual,
		[OPT_COVERAGE] = &o->coverage,
		[OPT_KERNEL] = &o->kernel,
		[OPT_HELP] = &o->help,
		[OPT_VERSION] = &o->version,
		[OPT_NO_VERIFY] = &o->unverified,
		[OPT_EXIT_ZERO] = &o->exit_zero,
		[OPT_WRITE_BASELINE] = &o->write_baseline,
		[OPT_FIX] = &o->fix,
		[OPT_UNSAFE_FIXES] = &o->unsafe_fixes,
		[OPT_DIFF] = &o->diff,
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
	return id == OPT_DUMP || id == OPT_TARGET || id == OPT_FORMAT ? set_parsed(o, id, value)
								      : set_choice(o, id, value);
}

bool options_set(struct options *o, const char *name, const char *value)
{
	bool flag;
	int id = 0;

	while (strcmp(option_rows[id].name, name) != 0)
		id++;
	flag = !option_rows[id].argument;
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
		longs[i] = (struct option){
			option_rows[i].name,
			option_rows[i].argument ? required_argument : no_argument, NULL, 256 + i};
		if (!option_rows[i].letter)
			continue;
		shorts[n++] = option_rows[i].letter;
		if (option_rows[i].argument)
			shorts[n++] = ':';
	}
	shorts[n] = 0;
}

static int option_of(int c)
{
	if (c >= 256)
		return c - 256;
	for (int i = 0; i < OPT_MAX; i++)
		if (option_rows[i].letter == c)
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
		if (given[i] && !(option_rows[i].verbs & verb->bit)) {
			usage_error("'%s' does not take --%s", verb->name, option_rows[i].name);
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
	free(o->select.at);
	free(o->ignore.at);
	free(o->severity.at);
	free(o->config);
}
