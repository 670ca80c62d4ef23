/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_APPLY_FIXTURE_H
#define NWFC_TESTSUITE_APPLY_FIXTURE_H

#include "runtime/apply.h"
#include "testsuite/unit/fake_backend.h"
#include "testsuite/unit/sample_ruleset.h"

/* a runtime on a fake kernel, with its lock in a folder that goes away again */
struct apply_fixture {
	struct sample sample;
	struct fake_backend fake;
	struct runtime runtime;
	struct diag_list diag;
	struct apply_report report;
	char root[32];
};

void apply_setup(struct apply_fixture *f);
void apply_teardown(struct apply_fixture *f);
enum apply_result apply_now(struct apply_fixture *f, bool exact);

#endif
