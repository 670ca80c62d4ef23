/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prop-lint FIRST-LAST [FRAMES]: random filters, compiled; what lint says of their
 * programs must hold for every frame: a rule that never decides decides none, and
 * what is dropped whatever else is known of it is dropped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "compiler/driver.h"
#include "compiler/lint_dead.h"
#include "compiler/lint_fate.h"
#include "ir/eval.h"
#include "testsuite/prop/gen_filter.h"
#include "testsuite/prop/gen_frame.h"

#define FRAMES 400
#define WRONG_MAX 10

struct totals {
	unsigned long filters, refused, frames, rules, dead, partly, together, fates, wrong;
};

struct trial {
	struct job *job;
	const struct entry *entry;
	struct dead_list dead;
	const char *folder;
	unsigned long seed;
	struct totals *totals;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "prop-lint: %s\n", what);
	exit(99);
}

static bool compile_filters(struct trial *t)
{
	struct target target = target_default();
	struct binding *b;
	char top[64];

	snprintf(top, sizeof(top), "%s/f0.xml", t->folder);
	t->job = job_new(MODE_DEFAULT, &target);
	if (!t->job)
		die("out of memory");
	b = ARENA_NEW(t->job->compile.arena, struct binding);
	b->tap = STR("tap0");
	memcpy(b->mac, (unsigned char[]){0x52, 0x54, 0, 0x12, 0x34, 0x56}, 6);
	library_add_folder(&t->job->library, str_of(t->folder));
	return job_compile(t->job, b, str_of(top), STAGE_MAX, NULL);
}

static void report(struct trial *t, const char *what, const struct packet *p,
		   const struct evaluation *e)
{
	t->totals->wrong++;
	printf("not ok: seed %lu, state %u%s: %s", t->seed, p->state, p->reply ? " reply" : "",
	       what);
	if (e->rule && e->rule->origin.rule)
		printf(": %.*s", STR_ARG(e->rule->origin.rule->text));
	printf("\nframe ");
	for (size_t i = 0; i < p->len; i++)
		printf("%02x", p->bytes[i]);
	printf("\n");
}

static const struct dead *find_dead(const struct trial *t, const struct origin *o)
{
	for (size_t i = 0; o->rule && i < t->dead.dead.n; i++)
		if (t->dead.dead.at[i].rule.rule == o->rule &&
		    t->dead.dead.at[i].rule.path == o->path && !t->dead.dead.at[i].alive)
			return &t->dead.dead.at[i];
	return NULL;
}

/* of frames that no connection is known of, a rule that is partly dead may see some */
static void try_decision(struct trial *t, const struct packet *p, const struct evaluation *e)
{
	const struct dead *d = e->rule ? find_dead(t, &e->rule->origin) : NULL;

	if (d && !d->partly)
		report(t, "a dead rule decided", p, e);
}

/* all that is known is the EtherType */
static void try_fate(struct trial *t, enum hook_id id, const struct packet *p,
		     const struct evaluation *e)
{
	struct stmt type = stmt_number((struct key)NAMED_KEY(ETHER_TYPE), OP_EQ, p->ethertype);

	if (program_fate(t->entry->program[id], &type, 1) != FATE_DROPPED)
		return;
	t->totals->fates++;
	if (e->verdict != VERDICT_DROP && e->verdict != VERDICT_REJECT)
		report(t, "a frame without hope passed", p, e);
}

static void try_frame(struct trial *t, const unsigned char *bytes, size_t n, struct rng *r)
{
	struct packet p;

	if (!packet_parse(&p, bytes, n))
		return;
	p.connections = rng_below(r, 5);
	for (size_t s = 0; s < GEN_STATES; s++) {
		p.state = gen_states[s].state;
		p.reply = gen_states[s].reply;
		for (int id = 0; id < HOOK_MAX; id++) {
			struct evaluation e =
				eval_hook(t->job->ruleset, t->entry, (enum hook_id)id, &p);

			t->totals->frames++;
			try_decision(t, &p, &e);
			try_fate(t, (enum hook_id)id, &p, &e);
		}
	}
}

static void count(struct trial *t)
{
	for (size_t i = 0; i < t->dead.dead.n; i++) {
		const struct dead *d = &t->dead.dead.at[i];

		t->totals->rules++;
		t->totals->dead += !d->alive;
		t->totals->partly += !d->alive && d->partly;
		t->totals->together += !d->alive && d->with.rule;
	}
}

static void try_seed(struct trial *t, unsigned nframe)
{
	struct rng r = {t->seed};
	unsigned char frame[FRAME_MAX];
	struct buf xml;

	buf_init(&xml);
	gen_filters(&r, &xml);
	if (!gen_write(t->folder, buf_str(&xml)))
		die("cannot write a filter");
	t->totals->filters++;
	if (!compile_filters(t)) {
		t->totals->refused++;
	} else {
		t->entry = &t->job->ruleset->entry.at[0];
		t->dead = (struct dead_list){0};
		dead_find(t->job->compile.arena, t->entry, &t->dead);
		count(t);
		for (unsigned i = 0; i < nframe; i++)
			try_frame(t, frame, gen_frame(&r, i, frame), &r);
	}
	job_free(t->job);
	gen_remove(t->folder);
	buf_release(&xml);
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/prop-lint-XXXXXX";
	unsigned long first, last;
	struct totals s = {0};
	struct trial t = {.totals = &s};

	if (argc < 2 || sscanf(argv[1], "%lu-%lu", &first, &last) != 2 || first > last) {
		fputs("usage: prop-lint FIRST-LAST [FRAMES]\n", stderr);
		return 2;
	}
	t.folder = mkdtemp(folder);
	if (!t.folder)
		die("cannot make a folder");
	for (t.seed = first; t.seed <= last && s.wrong < WRONG_MAX; t.seed++)
		try_seed(&t, argc > 2 ? (unsigned)atoi(argv[2]) : FRAMES);
	rmdir(folder);
	printf("%lu rules, %lu dead (%lu of them for connections, %lu by several)\n", s.rules,
	       s.dead, s.partly, s.together);
	printf("%lu filters (%lu refused), %lu verdicts, %lu of them sure before, %lu wrong\n",
	       s.filters, s.refused, s.frames, s.fates, s.wrong);
	return s.wrong || s.refused * 2 > s.filters || !s.dead || !s.fates;
}
