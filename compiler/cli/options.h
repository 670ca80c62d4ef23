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
};

#define VERB_INPUT (VERB_COMPILE | VERB_APPLY)
#define VERB_ANY 0x7f

struct words {
	const char **at;
	size_t n;
};

struct options {
	const char *verb;
	struct words include, parameter, set, binding, operand;
	const char *bindings;
	const char *tap, *mac;
	const char *output, *output_dir, *map, *depfile;
	const char *explain, *root;
	enum stage dump; /* STAGE_MAX: none */
	enum mode mode;
	struct target target;
	bool target_given;
	bool json; /* --emit=json */
	bool stats, check, help, version, table, detailed;
	enum diag_format format;
	int colour; /* -1 by the terminal, 0 never, 1 always */
};

struct verb {
	const char *name;
	enum verb_bit bit;
	const char *operands;
	const char *summary;
	const char *text; /* for its --help */
	int (*run)(const struct options *o);
};

extern const struct verb verbs[];
extern const size_t nverb;
const struct verb *verb_find(const char *name);

/* false after a message on standard error; words point into argv */
bool options_parse(struct options *o, int argc, char **argv);
void options_release(struct options *o);

void help_print(const struct verb *verb); /* NULL: the overview */
bool completion_print(const char *shell);

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
