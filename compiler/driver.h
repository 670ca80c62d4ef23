/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_DRIVER_H
#define NWFC_COMPILER_DRIVER_H

#include "compiler/compile.h"
#include "compiler/learn.h"
#include "compiler/library.h"
#include "compiler/opt.h"
#include "compiler/sets.h"
#include "compiler/template.h"
#include "ir/rule.h"
#include "ir/ruleset.h"

/*
 * The passes, in order, over one binding after another.  A job owns the
 * compile's arena and all that lives in it.
 */
enum stage {
	STAGE_PARSE,
	STAGE_LINK,
	STAGE_BIND,
	STAGE_RULES,
	STAGE_ORDER,
	STAGE_LOWER,
	STAGE_MAX,
};

struct job {
	struct compile compile;
	struct arena *scratch; /* of the present binding */
	struct library library;
	struct set_list sets;
	struct ruleset *ruleset; /* its way is the user's */
	struct templates templates;
	/* what the passes hand on */
	struct binding *binding;
	struct filter *top;
	struct template_key key; /* its share is NULL where nothing is shared */
	struct learn learn;      /* of the present binding */
	unsigned nraised;        /* errors of the bindings before it */
	struct rule_list rules;
	struct rule_order order;
	/* nanoseconds and rules, for --stats */
	uint64_t time[STAGE_MAX];
	uint64_t input_time, output_time; /* reading bindings; writing or loading */
	struct opt opt;                   /* its level is the user's */
	size_t nrule;
	size_t nbinding;
};

/* bytes that one compile may use */
#define MEMORY_LIMIT ((size_t)1 << 30)

/* of a clock that only goes forward */
uint64_t nanoseconds(void);

const char *stage_name(enum stage stage);
/* STAGE_MAX if the text names none */
enum stage stage_find(struct str text);

/* NULL if there is no memory */
struct job *job_new(enum mode mode, const struct target *target);
void job_free(struct job *job);

/*
 * One binding through all passes into job->ruleset; with a dump, up to `stop`,
 * whose result is appended.  filter_path: the top filter is that file, not a
 * name to look up.  False after a diagnostic.
 */
bool job_compile(struct job *job, struct binding *binding, struct str filter_path, enum stage stop,
		 struct buf *dump);

/* the same with a top filter that is parsed already, and no dump */
bool job_compile_filter(struct job *job, struct binding *binding, struct filter *top);

/* reads, links and checks one filter without values; for lint */
bool job_check(struct job *job, struct filter *filter);

#endif
