/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prop-test FIRST-LAST [FRAMES [MODE]]: for each seed a random filter, compiled and
 * loaded by the kernel in a network namespace, and random frames both ways
 * through a tap; ir/eval must tell where each frame goes.  The state of the
 * connection is written into the mark by a rule of ours, so that every state
 * meets every frame.  With a mode the tap is a macvtap of that mode.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/driver.h"
#include "emit/emit.h"
#include "ir/eval.h"
#include "runtime/backend.h"
#include "testsuite/packet/world.h"
#include "testsuite/prop/gen_filter.h"
#include "testsuite/prop/gen_frame.h"
#include "testsuite/prop/gen_values.h"

#define FOLDER "/run/prop"
#define FRAMES 240
/* milliseconds; on a loaded machine the kernel takes its time with what it delivers later */
#define PATIENCE 2000

struct totals {
	unsigned long filters, refused, frames, differences;
};

struct trial {
	struct world *world;
	struct backend *backend;
	struct job *job;
	unsigned long seed;
	struct totals *totals;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "prop-test: %s\n", what);
	exit(99);
}

static void run_nft(struct trial *t, struct str text)
{
	struct buf error;

	buf_init(&error);
	if (!t->backend->run(t->backend, text, false, &error)) {
		fwrite(error.bytes, 1, error.len, stderr);
		fwrite(text.ptr, 1, text.len, stderr);
		die("the kernel refused a ruleset");
	}
	buf_release(&error);
}

static bool compile_for(struct trial *t, struct str tap, struct gen_values *values)
{
	struct binding *b = ARENA_NEW(t->job->compile.arena, struct binding);

	b->tap = tap;
	b->attach = t->world->mode[END_VM] ? ATTACH_NETDEV : ATTACH_BRIDGE;
	b->tap_span = b->span = b->filter_span = (struct span){0};
	memcpy(b->mac, (unsigned char[]){0x52, 0x54, 0, 0x12, 0x34, 0x56}, 6);
	if (values)
		gen_values_add(values, &t->job->compile, b);
	return job_compile(t->job, b, STR(FOLDER "/f0.xml"), STAGE_MAX, NULL);
}

/* with other interfaces about, whose values are not tap0's */
static bool compile_filters(struct trial *t, struct gen_values *values)
{
	/* the others do not exist, and a kernel may want them to */
	bool alone = !values || t->world->mode[END_VM];

	library_add_folder(&t->job->library, STR(FOLDER));
	return compile_for(t, STR("tap0"), values) &&
	       (alone ||
		(compile_for(t, STR("tap9"), values) && compile_for(t, STR("tap00"), values)));
}

static void set_state(struct trial *t, size_t i)
{
	struct packet p = {.state = gen_states[i].state, .reply = gen_states[i].reply};
	struct buf text;

	buf_init(&text);
	buf_puts(&text,
		 "add table bridge sim\nadd chain bridge sim c { type filter hook prerouting "
		 "priority 5; policy accept; }\nflush chain bridge sim c\n");
	buf_printf(&text, "add rule bridge sim c meta mark set 0x%08x\n",
		   eval_mark(&t->job->ruleset->target, &p));
	run_nft(t, buf_str(&text));
	buf_release(&text);
}

struct sample {
	unsigned char bytes[FRAME_MAX];
	size_t n;
	bool passes[2]; /* without a filter: in, out */
};

static bool is_there(struct trial *t, unsigned to, const unsigned char *frame, size_t n)
{
	uint8_t got[2 * FRAME_MAX];
	bool seen = false;
	size_t len;

	while ((len = world_receive(t->world, to, got, sizeof(got))))
		seen |= len == n && !memcmp(got, frame, n);
	return seen;
}

/* to a macvtap the kernel delivers what goes to a group later, and so must be waited for */
static bool arrives(struct trial *t, unsigned from, unsigned to, const struct sample *s,
		    int milliseconds)
{
	bool later = t->world->mode[END_VM] && to == END_VM && s->bytes[0] & 1;
	bool seen;

	if (!world_send(t->world, from, s->bytes, s->n))
		die("cannot send");
	seen = is_there(t, to, s->bytes, s->n);
	for (int i = 0; later && !seen && i < milliseconds; i++) {
		usleep(1000);
		seen = is_there(t, to, s->bytes, s->n);
	}
	return seen;
}

static bool accepted(struct evaluation e)
{
	return e.verdict == VERDICT_ACCEPT;
}

static bool expected(struct trial *t, bool out, struct packet *p, size_t state)
{
	const struct ruleset *rs = t->job->ruleset;
	const struct entry *e = &rs->entry.at[0];
	int base = t->world->mode[END_VM] ? HOOK_DEV_OUT_L2 : HOOK_OUT_L2;
	enum hook_id first = (enum hook_id)(base + (out ? HOOK_OUT_L2 : HOOK_IN_L3));
	enum hook_id second = (enum hook_id)(base + (out ? HOOK_OUT_L3 : HOOK_IN_L2));

	p->state = gen_states[state].state;
	p->reply = gen_states[state].reply;
	return accepted(eval_hook(rs, e, first, p)) && accepted(eval_hook(rs, e, second, p));
}

static void report(struct trial *t, bool out, size_t state, const unsigned char *frame, size_t n,
		   bool wanted)
{
	printf("not ok: seed %lu, %s, state %u%s: eval says %s, the kernel the opposite\nframe ",
	       t->seed, out ? "out" : "in", gen_states[state].state,
	       gen_states[state].reply ? " reply" : "", wanted ? "accept" : "drop");
	for (size_t i = 0; i < n; i++)
		printf("%02x", frame[i]);
	printf("\n");
	t->totals->differences++;
}

static void try_frame(struct trial *t, const struct sample *s, size_t state)
{
	struct packet p;

	for (int out = 0; out < 2; out++) {
		bool wanted;

		if (!s->passes[out] || !packet_parse(&p, s->bytes, s->n))
			continue;
		wanted = expected(t, out, &p, state);
		t->totals->frames++;
		if (arrives(t, out ? END_VM : END_PEER, out ? END_PEER : END_VM, s,
			    wanted ? PATIENCE : 2) != wanted)
			report(t, out, state, s->bytes, s->n, wanted);
	}
}

static void try_ruleset(struct trial *t, struct rng *r, unsigned nframe)
{
	struct sample *samples = calloc(nframe, sizeof(*samples));
	struct buf text;

	if (!samples)
		die("out of memory");
	run_nft(t, STR("add table bridge nwfc\ndelete table bridge nwfc\n"
		       "add table netdev nwfc\ndelete table netdev nwfc\n"));
	for (unsigned i = 0; i < nframe; i++) {
		struct sample *s = &samples[i];

		s->n = gen_frame(r, i, s->bytes);
		for (int out = 0; out < 2; out++)
			s->passes[out] =
				arrives(t, out ? END_VM : END_PEER, out ? END_PEER : END_VM, s, 20);
	}
	buf_init(&text);
	emit_text(t->job->ruleset, &text, NULL);
	run_nft(t, buf_str(&text));
	buf_release(&text);
	for (size_t state = 0; state < GEN_STATES; state++) {
		set_state(t, state);
		for (unsigned i = (unsigned)state; i < nframe; i += GEN_STATES)
			try_frame(t, &samples[i], state);
	}
	free(samples);
}

static void show_refusal(struct trial *t)
{
	struct diag_style style = {.format = DIAG_GCC};
	struct buf out;

	t->totals->refused++;
	if (!getenv("PROP_SHOW_REFUSALS"))
		return;
	buf_init(&out);
	diag_render(&t->job->compile.diag, style, &out);
	fwrite(out.bytes, 1, out.len, stdout);
	buf_release(&out);
}

static void try_seed(struct trial *t, unsigned nframe)
{
	struct rng r = {t->seed};
	struct gen_values values;
	/* half of the seeds have variables, and half of these share programs */
	bool variables = t->seed / 4 % 2;
	struct target target;
	struct buf xml;
	unsigned long before = t->totals->differences;

	target_parse(STR("mark-ct,no-reject"), &target);
	buf_init(&xml);
	if (variables)
		gen_values_init(&values, &r);
	gen_filters_styled(&r, variables ? &values.style : NULL, &xml);
	if (!gen_write(FOLDER, buf_str(&xml)))
		die("cannot write a filter");
	t->job = job_new(t->seed % 2 ? MODE_COMPAT : MODE_DEFAULT, &target);
	if (!t->job)
		die("out of memory");
	/* the optimizer for half of the seeds of either mode */
	t->job->opt.level = (unsigned)(t->seed / 2 % 2);
	if (variables && t->seed / 8 % 2)
		t->job->ruleset->way = t->seed / 16 % 2 ? WAY_SHARED : WAY_DIRECT;
	t->totals->filters++;
	if (compile_filters(t, variables ? &values : NULL))
		try_ruleset(t, &r, nframe);
	else
		show_refusal(t);
	if (t->totals->differences > before) {
		for (size_t i = 0; i < xml.len; i++)
			putchar(xml.bytes[i] ? xml.bytes[i] : '\n');
	}
	job_free(t->job);
	buf_release(&xml);
}

static int run_seeds(unsigned long first, unsigned long last, unsigned nframe, const char *mode)
{
	struct world world = {.mode[END_VM] = mode};
	struct totals totals = {0};
	struct trial t = {.world = &world, .totals = &totals};

	ends_init(&world.ends);
	if (!world_isolate(&world)) {
		printf("SKIP: %s\n", world.error);
		return 77;
	}
	if (!world_open(&world) || !world_bridge_nf(&world, false) || mkdir(FOLDER, 0700))
		die(world.error ? world.error : "cannot make a world");
	t.backend = nft_backend_new();
	if (!t.backend)
		die("no nf_tables");
	for (t.seed = first; t.seed <= last && totals.differences < 20; t.seed++)
		try_seed(&t, nframe);
	t.backend->free(t.backend);
	world_close(&world);
	printf("%lu filters (%lu refused), %lu frames, %lu differences\n", totals.filters,
	       totals.refused, totals.frames, totals.differences);
	/* at a macvtap what has state is refused */
	return totals.differences || (!mode && totals.refused * 2 > totals.filters) ||
	       !totals.frames;
}

int main(int argc, char **argv)
{
	unsigned long first, last;

	if (argc < 2 || sscanf(argv[1], "%lu-%lu", &first, &last) != 2 || first > last) {
		fputs("usage: prop-test FIRST-LAST [FRAMES [MODE]]\n", stderr);
		return 2;
	}
	return run_seeds(first, last, argc > 2 ? (unsigned)atoi(argv[2]) : FRAMES,
			 argc > 3 ? argv[3] : NULL);
}
