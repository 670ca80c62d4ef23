/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_TEST_RUN_H
#define NWFC_CLI_TEST_RUN_H

#include "compiler/cases.h"
#include "compiler/cli/coverage.h"
#include "compiler/cli/session.h"

struct lab;

/* The cases of files, judged by the interpreter, and the kernel if asked; what came of it. */
struct case_result {
	const struct filter_case *one;
	struct str tap;
	enum verdict verdict;
	struct str found; /* "accept by web.xml:9" */
	bool passed;
	bool sent;          /* through the kernel */
	bool agrees;        /* if sent */
	struct str message; /* of what failed, for reports */
};

struct test_run {
	struct job *job;
	const struct options *o;
	struct coverage coverage;
	VEC(struct case_result) result;
	struct table libraries; /* by the folders they search */
	/* the block being run */
	const struct case_block *block;
	struct str folder;              /* of its file */
	struct ruleset *kernel_ruleset; /* of target mark-ct; NULL: nothing is sent */
	bool *passes;                   /* by case: through the bridge, without rules */
	struct lab *lab;
	bool no_kernel;  /* reported */
	bool no_devices; /* likewise */
	bool refused;    /* something could not be read or compiled */
	size_t npassed, nsent;
};

/* one file of cases; diagnostics tell what fails */
void test_run_file(struct test_run *run, struct str path);

/* the same frames through a tap, after the interpreter (test_kernel.c) */
void test_kernel_block(struct test_run *run, struct binding *binding);
void test_kernel_case(struct test_run *run, const struct flow *flow, struct case_result *result);
void test_kernel_end(struct test_run *run);

/* reports on what there is (test_report.c) */
void test_report_text(const struct test_run *run, struct buf *out);
void test_report_json(const struct test_run *run, struct buf *out);
void test_report_junit(const struct test_run *run, struct buf *out);

#endif
