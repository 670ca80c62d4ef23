/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_OPTIONS_H
#define NWFC_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "compiler/driver.h"
#include "ir/base/diag.h"

/*
 * The command line.  One table of options drives parsing, --help and
 * completions; a row says which verbs take it.  Options may stand before or
 * after the verb.
 */
enum exit_code {
	EXIT_FINE = 0,
	EXIT_FINDINGS = 1,
	EXIT_USAGE = 2,
	EXIT_INPUT = 3,
	EXIT_KERNEL = 4,
	EXIT_UNDONE = 5,   /* the kernel took what the store could not keep; it was taken back */
	EXIT_CHANGED = 10, /* only with --detailed-exitcode */
};

enum verb_bit {
	VERB_COMPILE = 1,
	VERB_APPLY = 2,
	VERB_UNBIND = 4,
	VERB_LINT = 8,
	VERB_FIELDS = 16,
	VERB_COMPLETION = 32,
	VERB_HELP = 64,
	VERB_BIND = 128,
	VERB_BINDINGS = 256,
	VERB_DEFINE = 512,
	VERB_UNDEFINE = 1024,
	VERB_LIST = 2048,
	VERB_DUMPXML = 4096,
	VERB_EDIT = 8192,
	VERB_STATUS = 16384,
	VERB_SAVE = 32768,
	VERB_RESTORE = 65536,
	VERB_HOOK = 131072,
	VERB_EXPLAIN = 262144,
	VERB_TEST = 524288,
	VERB_FMT = 1048576,
	VERB_RELEARN = 2097152,
};

/* those that take a binding from the command line */
#define VERB_INPUT (VERB_COMPILE | VERB_APPLY | VERB_BIND | VERB_EXPLAIN)
/* those that compile and neither read nor change what is stored */
#define VERB_OFFLINE (VERB_COMPILE | VERB_EXPLAIN | VERB_TEST)
/* those that change what is stored or loaded */
#define VERB_CHANGE                                                                                \
	(VERB_APPLY | VERB_BIND | VERB_UNBIND | VERB_DEFINE | VERB_UNDEFINE | VERB_EDIT |          \
	 VERB_RESTORE | VERB_HOOK | VERB_RELEARN)
/* those that read what is stored */
#define VERB_HOST (VERB_CHANGE | VERB_BINDINGS | VERB_LIST | VERB_DUMPXML | VERB_STATUS | VERB_SAVE)
/* those of them that compile it */
#define VERB_COMPILES                                                                              \
	(VERB_APPLY | VERB_BIND | VERB_DEFINE | VERB_EDIT | VERB_STATUS | VERB_SAVE |              \
	 VERB_RESTORE | VERB_HOOK)
/* those that hold the lock all the time */
#define VERB_LOCKED ((VERB_CHANGE | VERB_STATUS) & ~(unsigned)(VERB_EDIT | VERB_HOOK))
#define VERB_ANY 0x3fffff

struct words {
	const char **at;
	size_t n;
};

struct lint_select;

struct options {
	const char *verb;
	struct words include, parameter, set, binding, guard, operand;
	struct words select, ignore, severity; /* of lint */
	const char *bindings;
	const char *tap, *mac;
	enum attach attach;
	const char *output, *output_dir, *map, *depfile;
	const char *explain, *root, *domain, *baseline, *fail_on;
	const char *hex, *pcap, *junit;
	int threshold;   /* -1: not given */
	enum stage dump; /* STAGE_MAX: none */
	enum mode mode;
	struct target target;
	bool target_given;
	size_t ninclude; /* folders of the command line; those of the configuration follow */
	char *config;    /* the text of the configuration, which words point into */
	int optimize;    /* -1: not given */
	bool json;       /* --emit=json */
	bool shared;     /* --layout=shared */
	bool unverified; /* --no-verify */
	bool stats, check, help, version, table, manual, detailed;
	bool coverage, kernel;
	bool dry_run, transient, validate, keep_going, hash, show_config;
	bool exit_zero, write_baseline, fix, unsafe_fixes, diff;
	enum diag_format format;
	struct lint_select *lint; /* of lint: what it shows */
	int colour;               /* -1 by the terminal, 0 never, 1 always */
};

struct host;

struct verb {
	const char *name;
	enum verb_bit bit;
	const char *operands;
	const char *summary;
	const char *text; /* for its --help */
	int (*run)(const struct options *o);
	/* with the stored state open: instead of run, or as verb_reads_store() says */
	int (*host)(struct host *h);
};

/*
 * Does the verb work on the stored state?  One that can do without does so where
 * the command line says of an interface no more than its name.
 */
bool verb_reads_store(const struct verb *verb, const struct options *o);

extern const struct verb verbs[];
extern const size_t nverb;
const struct verb *verb_find(const char *name);

/* as if --NAME=VALUE were given, unless it was and takes one value; false after a message */
bool options_set(struct options *o, const char *name, const char *value);

/* false after a message on standard error; words point into argv */
bool options_parse(struct options *o, int argc, char **argv);
void options_release(struct options *o);

void help_print(const struct verb *verb); /* NULL: the overview */
bool completion_print(const char *shell);
/* what the manual page of a verb takes from the tables; NULL: that of the program */
void manual_print(const struct verb *verb);

/* a row of the option table, for help and completions; NULL after the last */
struct option_row {
	const char *name;
	char letter;
	const char *argument; /* NULL: takes none */
	unsigned verbs;
	const char *help;
};
const struct option_row *option_row(size_t i);

/* usage message on standard error; returns EXIT_USAGE */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
