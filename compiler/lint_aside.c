/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint_aside.h"

#include <setjmp.h>

/* those about values are ours if the value is written in a file */
static bool speaks_of_files(const struct diag *d)
{
	switch ((int)d->id) {
	case DIAG_CHAIN_PRIORITIES:
	case DIAG_CHAIN_TIE:
	case DIAG_NETDEV_STATE:
		return true;
	case DIAG_NEGATED_LIST:
	case DIAG_VARIABLE_INDEX:
	case DIAG_VARIABLE_LENGTHS:
	case DIAG_VARIABLE_VALUE:
		return d->nlabel > 1;
	default:
		return false;
	}
}

static struct str copy(struct arena *a, struct str text)
{
	return text.len ? str_dup(a, text) : text;
}

/* the other list's memory goes */
static void keep(struct diag_list *list, const struct diag *d)
{
	struct diag own = *d;

	own.message = copy(list->arena, d->message);
	own.help = copy(list->arena, d->help);
	for (unsigned i = 0; i < d->nlabel; i++)
		own.label[i].text = copy(list->arena, d->label[i].text);
	memset(&own.note, 0, sizeof(own.note));
	for (size_t i = 0; i < d->note.n; i++)
		*VEC_PUSH(list->arena, &own.note) = copy(list->arena, d->note.at[i]);
	memset(&own.edit, 0, sizeof(own.edit));
	own.fix = FIX_NONE;
	diag_adopt(list, &own);
}

void lint_aside_begin(struct lint_aside *a, struct job *job, struct arena *arena)
{
	jmp_buf *trap;

	*a = (struct lint_aside){job, job->compile.arena, job->ruleset, job->compile.diag};
	/* whoever waits for the one arena to be exhausted waits for the other too */
	trap = arena_trap(a->arena, NULL);
	arena_trap(a->arena, trap);
	arena_trap(arena, trap);
	job->compile.arena = arena;
	diag_init(&job->compile.diag, arena, a->diag.mode);
	job->ruleset = ruleset_new(arena, &a->ruleset->target);
}

void lint_aside_end(struct lint_aside *a)
{
	struct job *job = a->job;

	for (size_t i = 0; i < job->compile.diag.diag.n; i++)
		if (speaks_of_files(job->compile.diag.diag.at[i]))
			keep(&a->diag, job->compile.diag.diag.at[i]);
	job->compile.arena = a->arena;
	job->compile.diag = a->diag;
	job->ruleset = a->ruleset;
}
