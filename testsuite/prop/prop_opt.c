/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prop-opt FIRST-LAST [FRAMES], or prop-opt FILTER.xml FOLDER [NAME=VALUE]...:
 * filters, random for each seed or that one, compiled as they are written and with
 * the optimizer and values in sets; by the interpreter every frame must have one
 * verdict in both.
 * No kernel is asked, so it is fast.  Prints what the optimizer saved.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "compiler/driver.h"
#include "compiler/parse_parameter.h"
#include "ir/dump.h"
#include "ir/eval.h"
#include "testsuite/prop/gen_filter.h"
#include "testsuite/prop/gen_frame.h"
#include "testsuite/prop/gen_values.h"

#define FRAMES 400
#define DIFFERENCES_MAX 10

struct totals {
	unsigned long filters, refused, frames, differences;
	unsigned long rules[2], steps[2];
	/* of frames at a hook: rules run for fewer, as many, more than as written */
	unsigned long fewer, same, more;
	unsigned most_more; /* by how many */
	size_t rejected;
	size_t saved[OPT_PASSES];
};

/* one filter at both levels */
struct trial {
	struct job *job[2];
	const char *folder;
	const char *top;
	char **value;              /* NAME=VALUE, up to NULL */
	struct gen_values *values; /* or these; NULL: no variables */
	struct rng drawn;          /* where drawing them starts, the same for both */
	unsigned long seed;
	struct totals *totals;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "prop-opt: %s\n", what);
	exit(99);
}

static void add_values(struct compile *c, struct binding *b, char **value)
{
	for (; *value; value++) {
		struct source *s = compile_text(c, STR(COMMAND_LINE), str_of(*value));
		struct span span = {s, 0, (uint32_t)s->bytes.len};
		struct str rest = s->bytes;
		struct str name = str_cut(&rest, '=');

		if (!parameter_add(c, &b->parameter, name, span, rest, span))
			die("a value is refused");
	}
}

static bool compile_filters(struct trial *t, unsigned level)
{
	enum mode mode = t->seed % 2 ? MODE_COMPAT : MODE_DEFAULT;
	struct target target;
	struct binding *b;

	target_parse(t->seed % 3 ? STR("bridge-ct") : STR("mark-ct,no-reject"), &target);
	t->job[level] = job_new(mode, &target);
	if (!t->job[level])
		die("out of memory");
	t->job[level]->opt.level = level;
	b = ARENA_NEW(t->job[level]->compile.arena, struct binding);
	b->tap = STR("tap0");
	memcpy(b->mac, (unsigned char[]){0x52, 0x54, 0, 0x12, 0x34, 0x56}, 6);
	t->job[level]->ruleset->way = level ? WAY_DIRECT : WAY_PRIVATE;
	add_values(&t->job[level]->compile, b, t->value);
	if (t->values) {
		*t->values->rng = t->drawn;
		gen_values_add(t->values, &t->job[level]->compile, b);
	}
	library_add_folder(&t->job[level]->library, str_of(t->folder));
	return job_compile(t->job[level], b, str_of(t->top), STAGE_MAX, NULL);
}

static void report(struct trial *t, enum hook_id id, const struct packet *p)
{
	struct buf out;

	printf("not ok: seed %lu, %s, state %u%s: the optimizer changed a verdict\nframe ", t->seed,
	       hook(id)->name, p->state, p->reply ? " reply" : "");
	for (size_t i = 0; i < p->len; i++)
		printf("%02x", p->bytes[i]);
	printf("\n");
	t->totals->differences++;
	buf_init(&out);
	for (unsigned level = 0; level < 2; level++)
		dump_entry(&t->job[level]->ruleset->entry.at[0], &out);
	fwrite(out.bytes, 1, out.len, stdout);
	buf_release(&out);
}

static void count_steps(struct totals *s, unsigned written, unsigned optimized)
{
	s->steps[0] += written;
	s->steps[1] += optimized;
	s->fewer += optimized < written;
	s->same += optimized == written;
	s->more += optimized > written;
	if (optimized > written && optimized - written > s->most_more)
		s->most_more = optimized - written;
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
			struct evaluation e[2];

			for (unsigned level = 0; level < 2; level++) {
				const struct ruleset *rs = t->job[level]->ruleset;

				e[level] = eval_hook(rs, &rs->entry.at[0], (enum hook_id)id, &p);
			}
			count_steps(t->totals, e[0].steps, e[1].steps);
			t->totals->frames++;
			if (e[0].verdict != e[1].verdict)
				report(t, (enum hook_id)id, &p);
		}
	}
}

static void try_filters(struct trial *t, struct rng *r, unsigned nframe)
{
	unsigned char frame[FRAME_MAX];

	t->totals->filters++;
	if (!compile_filters(t, 0) || !compile_filters(t, 1)) {
		t->totals->refused++;
	} else {
		for (unsigned i = 0; i < nframe; i++)
			try_frame(t, frame, gen_frame(r, i, frame), r);
		for (unsigned level = 0; level < 2; level++)
			t->totals->rules[level] += t->job[level]->opt.after;
		t->totals->rejected += t->job[1]->opt.rejected;
		for (int pass = 0; pass < OPT_PASSES; pass++)
			t->totals->saved[pass] += t->job[1]->opt.saved[pass];
	}
	for (unsigned level = 0; level < 2; level++) {
		job_free(t->job[level]);
		t->job[level] = NULL;
	}
}

static int put_totals(const struct totals *s)
{
	double runs = s->frames ? (double)s->frames : 1;

	printf("rules %lu -> %lu; run for a frame at a hook %.2f -> %.2f;", s->rules[0],
	       s->rules[1], (double)s->steps[0] / runs, (double)s->steps[1] / runs);
	for (int pass = 0; pass < OPT_PASSES; pass++)
		printf(" %s %zu", opt_pass_name((enum opt_pass)pass), s->saved[pass]);
	printf("\nframes at a hook with fewer rules run %.2f %%, as many %.2f %%, more %.4f %% "
	       "(by %u at most)",
	       (double)s->fewer * 100 / runs, (double)s->same * 100 / runs,
	       (double)s->more * 100 / runs, s->most_more);
	printf("\n%lu filters (%lu refused), %lu verdicts, %lu differences\n", s->filters,
	       s->refused, s->frames, s->differences);
	return s->differences || s->rejected || s->refused * 2 > s->filters || !s->frames;
}

static void try_seed(struct trial *t, unsigned nframe)
{
	struct rng r = {t->seed};
	struct gen_values values;
	struct buf xml;

	buf_init(&xml);
	t->values = t->seed / 4 % 2 ? &values : NULL;
	if (t->values)
		gen_values_init(t->values, &r);
	gen_filters_styled(&r, t->values ? &values.style : NULL, &xml);
	t->drawn = r;
	if (!gen_write(t->folder, buf_str(&xml)))
		die("cannot write a filter");
	try_filters(t, &r, nframe);
	gen_remove(t->folder);
	buf_release(&xml);
}

static int run_seeds(unsigned long first, unsigned long last, unsigned nframe)
{
	char folder[] = "/tmp/prop-opt-XXXXXX";
	char top[64];
	char *none = NULL;
	struct totals totals = {0};
	struct trial t = {.totals = &totals, .top = top, .value = &none};

	t.folder = mkdtemp(folder);
	if (!t.folder)
		die("cannot make a folder");
	snprintf(top, sizeof(top), "%s/f0.xml", folder);
	for (t.seed = first; t.seed <= last && totals.differences < DIFFERENCES_MAX; t.seed++)
		try_seed(&t, nframe);
	rmdir(folder);
	return put_totals(&totals);
}

int main(int argc, char **argv)
{
	unsigned long first, last;
	struct totals totals = {0};
	struct trial t = {.totals = &totals, .seed = 2};
	struct rng r = {1};

	if (argc > 1 && sscanf(argv[1], "%lu-%lu", &first, &last) == 2 && first <= last)
		return run_seeds(first, last, argc > 2 ? (unsigned)atoi(argv[2]) : FRAMES);
	if (argc < 3) {
		fputs("usage: prop-opt FIRST-LAST [FRAMES] | FILTER.xml FOLDER [NAME=VALUE]...\n",
		      stderr);
		return 2;
	}
	t.top = argv[1];
	t.folder = argv[2];
	t.value = argv + 3;
	try_filters(&t, &r, FRAMES);
	return put_totals(&totals);
}
