/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gen-case SEED DIR: makes DIR/filters, DIR/bindings and DIR/frames of the seed.
 * gen-case --frames SEED DIR: only DIR/frames, for the filters and bindings that
 * are there.  NWFC_FILTERS is the folder of the built-in filters.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/driver.h"
#include "compiler/expand.h"
#include "compiler/parse.h"
#include "converse.h"
#include "corners.h"
#include "derive.h"
#include "gen_tree.h"
#include "ipset.h"
#include "script.h"
#include "testsuite/prop/gen_frame.h"
#include "testsuite/prop/pool.h"

#define FRAMES 2100
#define RULES_MAX 24
#define TWISTS 80 /* shared by the rules of a tap */

static const struct {
	const char *tap;
	const char *mac;
	unsigned end;
} taps[] = {
	{"tap0", "52:54:00:12:34:56", END_VM},
	{"tap1", "52:54:00:12:34:57", END_VM2},
};
#define NTAP (sizeof(taps) / sizeof(taps[0]))

struct file_name {
	char text[4096];
};

static struct file_name path_of(const char *folder, const char *sub, const char *file)
{
	struct file_name p;

	snprintf(p.text, sizeof(p.text), "%s/%s%s%s", folder, sub, file ? "/" : "",
		 file ? file : "");
	return p;
}

static void make_folder(const char *path)
{
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		err(99, "%s", path);
}

static void write_file(struct file_name path, struct str text)
{
	FILE *file = fopen(path.text, "w");

	if (!file || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file))
		err(99, "%s", path.text);
}

static void write_tree(struct tree *t, const char *prefix, const char *dir)
{
	struct buf all;
	struct str rest;

	buf_init(&all);
	tree_filters(t, &all);
	rest = buf_str(&all);
	for (unsigned i = 0; rest.len; i++) {
		struct str one = str_cut(&rest, 0);
		char name[32];

		snprintf(name, sizeof(name), "%s%u.xml", prefix, i);
		write_file(path_of(dir, "filters", name), one);
	}
	buf_release(&all);
}

static void write_binding(struct tree *t, unsigned tap, const char *dir)
{
	struct buf text;
	char name[32];

	buf_init(&text);
	tree_binding(t, taps[tap].tap, taps[tap].mac, &text);
	snprintf(name, sizeof(name), "%s.xml", taps[tap].tap);
	write_file(path_of(dir, "bindings", name), buf_str(&text));
	buf_release(&text);
}

/* one of each type and family */
static void write_sets(struct rng *r, const char *dir)
{
	make_folder(path_of(dir, "sets", NULL).text);
	for (unsigned kind = 0; ipset_kind(kind); kind++)
		for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
			struct buf text;
			char name[32];

			buf_init(&text);
			ipset_name(kind, ipv6, name, sizeof(name));
			ipset_random(r, kind, ipv6, &text);
			write_file(path_of(dir, "sets", name), buf_str(&text));
			buf_release(&text);
		}
}

/* the second tap: no filter, the first one's with other values, one of its own */
static void write_filters(struct rng *r, const char *dir)
{
	struct tree *first = tree_new(r, "f");
	unsigned second = rng_below(r, 3);
	bool sets = tree_has_sets(first);

	make_folder(dir);
	make_folder(path_of(dir, "filters", NULL).text);
	make_folder(path_of(dir, "bindings", NULL).text);
	write_tree(first, "f", dir);
	write_binding(first, 0, dir);
	if (second == 1)
		write_binding(first, 1, dir);
	if (second == 2) {
		struct tree *other = tree_new(r, "g");

		write_tree(other, "g", dir);
		write_binding(other, 1, dir);
		sets |= tree_has_sets(other);
		tree_free(other);
	}
	if (sets)
		write_sets(r, dir);
	tree_free(first);
}

/* some of the rules that the binding of the tap comes to; none if it is refused */
static void derive_tap(struct script *s, struct job *job, const char *dir, unsigned tap)
{
	struct compile *c = &job->compile;
	struct rule_list rules = {0};
	struct source *source;
	struct binding *binding;
	unsigned twists;
	char name[32];
	int error;

	snprintf(name, sizeof(name), "%s.xml", taps[tap].tap);
	source = compile_try_read(c, str_of(path_of(dir, "bindings", name).text), &error);
	binding = source ? parse_binding(c, source) : NULL;
	if (!binding)
		return;
	job_compile(job, binding, (struct str){0}, STAGE_MAX, NULL);
	if (!job->top || !expand(c, c->arena, job->top, binding, NULL, NULL, &rules))
		return;
	twists = rules.rule.n ? TWISTS / (unsigned)rules.rule.n : 0;
	twists = twists < 3 ? 3 : twists > TWISTS / 4 ? TWISTS / 4 : twists;
	for (unsigned i = 0; i < RULES_MAX && rules.rule.n; i++) {
		size_t n = rules.rule.n;
		size_t at = n <= RULES_MAX ? i : rng_below(s->rng, (unsigned)n);

		if (at < n)
			derive(s, rules.rule.at[at], taps[tap].end, twists);
	}
}

static const unsigned pairs[][2] = {
	{END_VM, END_PEER},   {END_PEER, END_VM},   {END_VM, END_VM2},   {END_VM2, END_VM},
	{END_VM, END_HOSTIP}, {END_HOSTIP, END_VM}, {END_VM, END_ROUTE}, {END_ROUTE, END_VM},
};
#define NPAIR (sizeof(pairs) / sizeof(pairs[0]))

static void converse_all(struct script *s)
{
	static const struct {
		bool ipv6;
		uint8_t l4proto;
	} kinds[] = {{false, 6}, {false, 17}, {false, 1},   {true, 6},
		     {true, 17}, {true, 58},  {false, 132}, {false, 50}};
	static const uint16_t ports[] = {22, 80, 1024};

	for (unsigned i = 0; i < NPAIR; i++) {
		unsigned kind = rng_below(s->rng, sizeof(kinds) / sizeof(kinds[0]));
		struct flow f = flow_between(s, pairs[i][0], pairs[i][1], kinds[kind].ipv6,
					     kinds[kind].l4proto, ports[rng_below(s->rng, 3)]);

		converse(s, &f);
	}
}

/* an IP packet that is at least as long as it says */
static bool whole_ip(const unsigned char *frame, size_t n)
{
	if (n >= 34 && frame[12] == 0x08 && !frame[13])
		return n >= 14u + (unsigned)(frame[16] << 8 | frame[17]);
	return n >= 54 && frame[12] == 0x86 && n >= 54u + (unsigned)(frame[18] << 8 | frame[19]);
}

/* the bridge and the stacks would throw it away, or the host would never send it */
static bool useless(const struct script *s, unsigned from, const unsigned char *frame, size_t n)
{
	bool ip = n >= 14 && ((frame[12] == 0x08 && !frame[13]) || frame[12] == 0x86);

	return (from == END_HOSTIP && !whole_ip(frame, n)) ||
	       (from == END_HOST && ip && !whole_ip(frame, n)) ||
	       (!rng_once(s->rng, 16) &&
		((ip && !whole_ip(frame, n)) || !memcmp(frame, s->ends.end[from].mac, 6)));
}

static void send_random(struct script *s)
{
	static const unsigned from[] = {END_VM,   END_VM,  END_VM,   END_PEER,
					END_PEER, END_VM2, END_HOST, END_HOSTIP};
	unsigned char frame[FRAME_MAX];

	while (s->n < FRAMES) {
		unsigned end = from[rng_below(s->rng, sizeof(from) / sizeof(from[0]))];
		size_t n = gen_frame(s->rng, s->n, frame);

		if (!useless(s, end, frame, n))
			script_send(s, end, frame, n);
	}
}

/* all of them both ways over the bridge, some of the rest in random cases */
static void corners_all(struct script *s, bool thorough)
{
	for (unsigned i = 0; i < NPAIR; i++)
		corners(s, pairs[i][0], pairs[i][1], thorough ? 1 + (i > 5) : i < 2 ? 3 : 8);
}

static void write_frames(struct rng *r, const char *dir, bool thorough)
{
	const char *builtin = getenv("NWFC_FILTERS");
	struct target target;
	struct script s;
	struct job *job;
	jmp_buf trap;
	FILE *file = fopen(path_of(dir, "frames", NULL).text, "w");

	target_parse(STR("mark-ct,no-reject"), &target);
	job = job_new(MODE_COMPAT, &target);
	if (!job || !file)
		err(99, "%s", dir);
	arena_trap(job->compile.arena, &trap);
	arena_trap(job->scratch, &trap);
	if (setjmp(trap))
		errx(99, "%s: too large", dir);
	library_add_folder(&job->library, str_of(path_of(dir, "filters", NULL).text));
	if (builtin)
		library_add_builtin(&job->library, str_of(builtin));
	script_init(&s, file, r);
	ipsets_read(&s.ipsets, dir);
	for (unsigned i = 0; i < NTAP; i++)
		derive_tap(&s, job, dir, i);
	script_say(&s, "conversations between any two ends");
	converse_all(&s);
	script_say(&s, "corners");
	corners_all(&s, thorough);
	script_say(&s, "random frames");
	send_random(&s);
	job_free(job);
	if (fclose(file))
		err(99, "%s", dir);
}

int main(int argc, char **argv)
{
	bool frames_only = argc > 1 && !strcmp(argv[1], "--frames");
	struct rng r;
	char *end;

	argv += frames_only;
	if (argc - frames_only != 3) {
		fputs("usage: gen-case [--frames] SEED DIR\n", stderr);
		return 2;
	}
	r.state = strtoul(argv[1], &end, 10);
	if (*end)
		errx(2, "%s is no number", argv[1]);
	if (!frames_only)
		write_filters(&r, argv[2]);
	write_frames(&r, argv[2], frames_only);
	return 0;
}
