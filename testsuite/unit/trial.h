/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_TRIAL_H
#define NWFC_TESTSUITE_TRIAL_H

#include "compiler/driver.h"
#include "ir/base/buf.h"

/* a job over filters and values that stand in the test, and what its passes give */
struct trial {
	struct job *job;
	struct binding *binding; /* tap vnet0, 52:54:00:12:34:56 */
	struct buf dump;         /* of the last trial_dump() or trial_lower() */
	VEC(int) file;           /* of the filters */
};

void trial_init(struct trial *t, enum mode mode, const char *target);
void trial_release(struct trial *t);

/* a filter that others can refer to; NULL if it has errors */
struct filter *trial_filter(struct trial *t, const char *xml);
/* a value of the binding, as on the command line; a repeated name makes a list */
void trial_value(struct trial *t, const char *name, const char *value);
/* a fresh binding without values */
void trial_binding(struct trial *t, const char *tap);
/* "--set TEXT" */
bool trial_set(struct trial *t, const char *text);

/* the passes up to a stage over a filter of trial_filter(), and the stage's dump */
bool trial_dump(struct trial *t, const struct filter *top, enum stage stage);
/* all passes over a filter that stands alone, and the dump of its entry */
bool trial_lower(struct trial *t, const char *xml);
/* the last entry */
const struct entry *trial_entry(const struct trial *t);

unsigned trial_count(const struct trial *t, enum diag_id id);
/* the first one with that code, or NULL */
const struct diag *trial_first(const struct trial *t, enum diag_id id);

/* fails the test, with the dump there is, unless it is that text */
void expect_dump(const struct trial *t, const char *text);

#endif
