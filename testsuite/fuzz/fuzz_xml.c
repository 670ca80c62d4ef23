/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse.h"
#include "testsuite/fuzz/fuzz.h"
#include "testsuite/fuzz/fuzz_job.h"

static void parse_both(struct job *job, struct str bytes)
{
	struct source *source = compile_text(&job->compile, STR("fuzz.xml"), bytes);

	diag_reach(&job->compile.diag, source);
	parse_filter(&job->compile, source);
	parse_binding(&job->compile, source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= FILE_LIMIT)
		fuzz_modes(data, size, parse_both);
	return 0;
}
