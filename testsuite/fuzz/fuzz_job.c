/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/fuzz/fuzz_job.h"

#include <stdlib.h>

#include "ir/base/buf.h"
#include "testsuite/fuzz/fuzz.h"

/* every place a diagnostic names lies inside its source */
static void check_spans(const struct diag_list *list)
{
	for (size_t i = 0; i < list->diag.n; i++)
		for (unsigned k = 0; k < list->diag.at[i]->nlabel; k++) {
			struct span span = list->diag.at[i]->label[k].span;

			if (span.source &&
			    (span.start > span.end || span.end > span.source->bytes.len))
				abort();
		}
}

static void render(struct diag_list *list)
{
	for (int format = 0; format < DIAG_FORMAT_MAX; format++) {
		struct diag_style style = {.format = (enum diag_format)format};
		struct buf out;

		buf_init(&out);
		diag_sort(list);
		diag_render(list, style, &out);
		buf_release(&out);
	}
}

void fuzz_modes(const uint8_t *data, size_t size, void (*run)(struct job *job, struct str bytes))
{
	struct target target = target_default();

	for (int mode = 0; mode < MODE_MAX; mode++) {
		struct job *const job = job_new((enum mode)mode, &target);
		jmp_buf trap;

		if (!job)
			abort();
		arena_trap(job->compile.arena, &trap);
		arena_trap(job->scratch, &trap);
		if (!setjmp(trap)) {
			run(job, (struct str){(const char *)data, size});
			check_spans(&job->compile.diag);
			render(&job->compile.diag);
		}
		job_free(job);
	}
}
