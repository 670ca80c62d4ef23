/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/apply_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void apply_setup(struct apply_fixture *f)
{
	sample_init(&f->sample, target_default());
	fake_init(&f->fake, f->sample.arena);
	diag_init(&f->diag, f->sample.arena, MODE_DEFAULT);
	strcpy(f->root, "/tmp/nwfc-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->root));
	f->runtime = (struct runtime){
		.arena = f->sample.arena, .backend = &f->fake.backend, .root = f->root};
}

void apply_teardown(struct apply_fixture *f)
{
	static const char *const below[] = {"/run/nwfc/lock", "/run/nwfc/target", "/run/nwfc",
					    "/run", ""};
	char path[64];

	runtime_close(&f->runtime);
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", f->root, below[i]);
		remove(path);
	}
	sample_release(&f->sample);
}

enum apply_result apply_now(struct apply_fixture *f, bool exact)
{
	struct apply_options options = {.exact = exact};

	return apply_ruleset(&f->runtime, f->sample.rs, options, &f->diag, &f->report);
}
