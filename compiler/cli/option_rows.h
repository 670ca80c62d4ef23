/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_OPTION_ROWS_H
#define NWFC_CLI_OPTION_ROWS_H

#include "compiler/cli/options.h"

/* the table of options: what verbs take each, and what help says of it */
enum option_id {
	OPT_INCLUDE,
	OPT_TAP,
	OPT_MAC,
	OPT_HOOK,
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
	OPT_SELECT,
	OPT_IGNORE,
	OPT_SEVERITY,
	OPT_FAIL_ON,
	OPT_EXIT_ZERO,
	OPT_BASELINE,
	OPT_WRITE_BASELINE,
	OPT_FIX,
	OPT_UNSAFE_FIXES,
	OPT_DIFF,
	OPT_TABLE,
	OPT_MANUAL,
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

extern const struct option_row option_rows[OPT_MAX];

/* words that an option takes, or that completions offer for one that takes more; NULL ends them */
extern const char *const *const option_choices[OPT_MAX];

/* what the verb's manual page says of an option; "" where that was forgotten */
const char *option_page(enum option_id id, const struct verb *verb);

#endif
