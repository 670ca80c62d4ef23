/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/fuzz/fuzz_job.h"

#include <stdlib.h>

#include "ir/base/buf.h"
#include "testsuite/fuzz/fuzz.h"

static void check_span(struct span span)
{
	if (span.source && (span.start > span.end || span.end > span.source->bytes.len))
		abort();
}

/* every place a diagnostic names or would change lies inside its source */
static void check_spans(const struct diag_list *list)
{
	for (size_t i = 0; i < list->diag.n; i++) {
		const struct diag *d = list->diag.at[i];

		for (unsigned k = 0; k < d->nlabel; k++)
			check_span(d->label[k].span);
		for (size_t k = 0; k < d->edit.n; k++)
			check_span(d->edit.at[k].span);
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
