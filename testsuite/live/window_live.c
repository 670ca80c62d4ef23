/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * window-live NWFC UPDATES [MODE]: while a filter is redefined over and over, interfaces that it
 * filters are made again and another one is bound and unbound, frames run through
 * the bridge without a pause.  What the old rules and the new ones drop never
 * passes, what both accept is never lost.  With a mode the first interface is a macvtap
 * of that mode, and so the change one of two tables.  Exits with 77 where there can be no
 * network of its own.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "testsuite/packet/world.h"

/* bursts of frames after which an interface is made again */
#define PLUG_EVERY 400
#define ROOT WORLD_SCRATCH "/root"

/* EtherTypes for experiments, and one that nobody has */
enum kind { KIND_ACCEPTED, KIND_DROPPED, KIND_EITHER, KIND_MAX };
static const uint16_t types[KIND_MAX] = {0x88b5, 0x88b6, 0x9999};

/* both filter both directions; they differ in what they accept beside */
static const char *const versions[] = {
	"<filter name='web'><uuid>0d3c0a0e-3f4c-4c52-9d0a-6b1f5f1f0a01</uuid>"
	"<rule action='accept' direction='inout'><mac protocolid='0x88b5'/></rule>"
	"<rule action='accept' direction='inout'><mac protocolid='0x9999'/></rule>"
	"<rule action='drop' direction='inout'/></filter>",
	"<filter name='web'><uuid>0d3c0a0e-3f4c-4c52-9d0a-6b1f5f1f0a01</uuid>"
	"<rule action='drop' direction='inout'><mac protocolid='0x88b6'/></rule>"
	"<rule action='drop' direction='inout'><mac protocolid='0x9999'/></rule>"
	"<rule action='accept' direction='inout'><mac protocolid='0x88b5'/></rule>"
	"<rule action='drop' direction='inout'/></filter>",
};

struct flow {
	unsigned from, to;
	unsigned long sent[KIND_MAX], received[KIND_MAX];
};

struct trial {
	struct world world;
	const char *nwfc;
	unsigned updates;
	struct flow flow[4];
	unsigned long plugged;
	unsigned failed;
};

static void check(struct trial *t, bool ok, const char *what)
{
	printf("%sok - %s\n", ok ? "" : "not ", what);
	t->failed += !ok;
}

static _Noreturn void give_up(const char *what)
{
	printf("not ok - %s\n", what);
	exit(1);
}

/* the exit code of nwfc with these words; -1: a signal */
static int nwfc(const struct trial *t, const char *const *words)
{
	const char *argv[12] = {t->nwfc, "--root", ROOT};
	size_t n = 3;
	int status;
	pid_t child;

	while (*words)
		argv[n++] = *words++;
	child = fork();
	if (!child) {
		if (freopen("/dev/null", "w", stdout))
			execv(t->nwfc, (char *const *)argv);
		_exit(127);
	}
	while (child < 0 || waitpid(child, &status, 0) < 0)
		if (child < 0 || errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define NWFC(t, ...) nwfc(t, (const char *const[]){__VA_ARGS__, NULL})

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) == EOF || fclose(file))
		give_up(path);
}

static void set_up(struct trial *t)
{
	write_file(WORLD_SCRATCH "/0.xml", versions[0]);
	write_file(WORLD_SCRATCH "/1.xml", versions[1]);
	if (NWFC(t, "define", WORLD_SCRATCH "/0.xml") ||
	    NWFC(t, "bind", "--tap", "tap0", "--mac", "52:54:00:12:34:56", "web") ||
	    NWFC(t, "bind", "--tap", "tap1", "--mac", "52:54:00:12:34:57", "web"))
		give_up("define and bind");
}

/* one update after the other; exits with 0 if all were made */
static _Noreturn void update(struct trial *t)
{
	int wrong = 0;

	/* a tap goes when nobody holds it any more */
	world_close(&t->world);
	for (unsigned i = 0; i < t->updates && !wrong; i++)
		switch (i % 4) {
		case 0:
			wrong = NWFC(t, "define", WORLD_SCRATCH "/1.xml");
			break;
		case 1:
			wrong = NWFC(t, "bind", "--tap", "tap9", "--mac", "52:54:00:12:34:99",
				     "web");
			break;
		case 2:
			wrong = NWFC(t, "define", WORLD_SCRATCH "/0.xml");
			break;
		default:
			wrong = NWFC(t, "unbind", "tap9");
		}
	_exit(wrong ? 1 : 0);
}

static void send_frame(struct trial *t, struct flow *f, enum kind kind)
{
	const struct end *from = &t->world.ends.end[f->from];
	const struct end *to = &t->world.ends.end[f->to];
	uint8_t frame[64] = {0};

	memcpy(frame, to->mac, 6);
	memcpy(frame + 6, from->mac, 6);
	frame[12] = (uint8_t)(types[kind] >> 8);
	frame[13] = (uint8_t)types[kind];
	if (!world_send(&t->world, f->from, frame, sizeof(frame)))
		give_up(t->world.error);
	f->sent[kind]++;
}

static void note(struct trial *t, unsigned end, const uint8_t *frame)
{
	for (size_t i = 0; i < sizeof(t->flow) / sizeof(t->flow[0]); i++) {
		struct flow *f = &t->flow[i];

		for (int kind = 0; f->to == end && kind < KIND_MAX; kind++)
			if (!memcmp(frame + 6, t->world.ends.end[f->from].mac, 6) &&
			    frame[12] == types[kind] >> 8 && frame[13] == (types[kind] & 0xff))
				f->received[kind]++;
	}
}

static bool receive(struct trial *t)
{
	uint8_t frame[2048];
	bool any = false;

	for (unsigned end = 0; end < END_HOST; end++)
		while (world_receive(&t->world, end, frame, sizeof(frame)) >= 14) {
			note(t, end, frame);
			any = true;
		}
	return any;
}

/* nothing is under way any more */
static void settle(struct trial *t)
{
	for (unsigned quiet = 0; quiet < 4; quiet++) {
		world_wait(&t->world, 5);
		if (receive(t))
			quiet = 0;
	}
}

static void plug_again(struct trial *t)
{
	settle(t);
	world_unplug(&t->world, END_VM2);
	if (!world_plug(&t->world, END_VM2))
		give_up(t->world.error);
	t->plugged++;
}

static int run(struct trial *t, pid_t child)
{
	int status;

	for (unsigned long burst = 1; waitpid(child, &status, WNOHANG) != child; burst++) {
		for (size_t i = 0; i < sizeof(t->flow) / sizeof(t->flow[0]); i++)
			for (int kind = 0; kind < KIND_MAX; kind++)
				send_frame(t, &t->flow[i], (enum kind)kind);
		/* leaves the processor to the updates for a moment */
		usleep(500);
		receive(t);
		if (burst % PLUG_EVERY == 0)
			plug_again(t);
	}
	settle(t);
	return status;
}

static void judge(struct trial *t)
{
	char what[160];

	for (size_t i = 0; i < sizeof(t->flow) / sizeof(t->flow[0]); i++) {
		const struct flow *f = &t->flow[i];
		const char *from = t->world.ends.end[f->from].link;
		const char *to = t->world.ends.end[f->to].link;

		snprintf(what, sizeof(what), "%s>%s: of %lu frames that both drop %lu passed", from,
			 to, f->sent[KIND_DROPPED], f->received[KIND_DROPPED]);
		check(t, f->sent[KIND_DROPPED] && !f->received[KIND_DROPPED], what);
		snprintf(what, sizeof(what), "%s>%s: of %lu frames that both accept %lu passed",
			 from, to, f->sent[KIND_ACCEPTED], f->received[KIND_ACCEPTED]);
		check(t, f->sent[KIND_ACCEPTED] == f->received[KIND_ACCEPTED], what);
		snprintf(what, sizeof(what), "%s>%s: of %lu frames that one accepts %lu passed",
			 from, to, f->sent[KIND_EITHER], f->received[KIND_EITHER]);
		check(t,
		      f->received[KIND_EITHER] > 0 &&
			      f->received[KIND_EITHER] < f->sent[KIND_EITHER],
		      what);
	}
	snprintf(what, sizeof(what), "tap1 was made again %lu times", t->plugged);
	check(t, t->plugged > 0, what);
}

int main(int argc, char **argv)
{
	struct trial t = {.nwfc = argv[1],
			  .updates = argc >= 3 ? (unsigned)atoi(argv[2]) : 0,
			  .world.mode[END_VM] = argc > 3 ? argv[3] : NULL,
			  .flow = {{.from = END_VM, .to = END_PEER},
				   {.from = END_PEER, .to = END_VM},
				   {.from = END_VM2, .to = END_PEER},
				   {.from = END_PEER, .to = END_VM2}}};
	struct timespec start, end;
	pid_t child;
	int status;

	if (!t.updates)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!world_isolate(&t.world)) {
		printf("SKIP: %s\n", t.world.error);
		return 77;
	}
	ends_init(&t.world.ends);
	if (!world_open(&t.world))
		give_up(t.world.error);
	set_up(&t);
	clock_gettime(CLOCK_MONOTONIC, &start);
	child = fork();
	if (!child)
		update(&t);
	status = child < 0 ? -1 : run(&t, child);
	clock_gettime(CLOCK_MONOTONIC, &end);
	check(&t, !status, "every update was made");
	check(&t, !NWFC(&t, "status"), "what is loaded is what is stored");
	judge(&t);
	printf("%u updates in %ld s, %u failed\n", t.updates, (long)(end.tv_sec - start.tv_sec),
	       t.failed);
	world_close(&t.world);
	return t.failed ? 1 : 0;
}
