/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "play.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "world.h"

/*
 * The kernel delivers while the frame is being sent, so a short time proves a
 * drop; a frame that must arrive may take longer, which costs time only where
 * the test fails.
 */
#define DROP_MILLISECONDS 10
#define PASS_MILLISECONDS 200

struct play {
	const struct scenario *scenario;
	struct report *report;
	struct world world;
	struct output output; /* of the last command */
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void drain(struct play *p, struct watch *watch)
{
	uint8_t frame[1 << 16];

	for (unsigned end = 0; end < p->world.ends.n; end++)
		for (size_t len; (len = world_receive(&p->world, end, frame, sizeof(frame)));)
			if (watch)
				watch_note(watch, end, frame, len);
}

static bool send_packet(struct play *p, const struct step *step)
{
	for (unsigned i = 0; i < step->packet.nframe; i++) {
		const struct bytes *frame = &step->packet.frame[i];

		if (!world_send(&p->world, step->from, frame->at, frame->len))
			return false;
	}
	return true;
}

/* no later frame can change it */
static bool is_final(const struct step *step, enum verdict verdict)
{
	return verdict == VERDICT_PASSED ||
	       (verdict == VERDICT_REJECTED && step->expected == VERDICT_REJECTED);
}

static enum verdict observe(struct play *p, const struct step *step, struct watch *watch)
{
	bool patient = step->expected == VERDICT_PASSED || step->expected == VERDICT_REJECTED;
	int64_t deadline = now() + (patient ? PASS_MILLISECONDS : DROP_MILLISECONDS);

	for (;;) {
		enum verdict verdict;
		int64_t left;

		drain(p, watch);
		verdict = watch_verdict(watch, step->to);
		left = deadline - now();
		if (is_final(step, verdict) || left <= 0)
			return verdict;
		world_wait(&p->world, (int)left);
	}
}

static void explain(struct play *p, const struct step *step, const struct watch *watch,
		    enum verdict verdict)
{
	report_note(p->report, p->scenario, step, "expected %s, found %s",
		    verdict_name(step->expected), verdict_name(verdict));
	for (unsigned end = 0; end < p->world.ends.n; end++)
		if (watch->seen[end])
			report_note(p->report, p->scenario, step, "seen at %s",
				    p->world.ends.end[end].name);
	for (unsigned i = 0; i < step->packet.nframe; i++)
		report_bytes(p->report, step->packet.frame[i].at, step->packet.frame[i].len);
}

static bool play_frame(struct play *p, const struct step *step)
{
	enum verdict verdict;
	struct watch watch;
	bool ok;

	drain(p, NULL);
	watch_init(&watch, &step->packet, step->from);
	if (!send_packet(p, step)) {
		if (step_expects(step))
			report_point(p->report, p->scenario, step, false);
		report_note(p->report, p->scenario, step, "%s", p->world.error);
		watch_release(&watch);
		return true;
	}
	verdict = observe(p, step, &watch);
	ok = step->expected == VERDICT_ANY || verdict == step->expected;
	report_frame(p->report, p->scenario, step, verdict);
	if (step_expects(step))
		report_point(p->report, p->scenario, step, ok);
	/* a table says it in place */
	if (!ok && !p->report->show)
		explain(p, step, &watch, verdict);
	watch_release(&watch);
	return true;
}

static bool play_run(struct play *p, const struct step *step)
{
	bool started;
	bool ok;

	output_release(&p->output);
	started = command_run(&p->output, step->arguments, NULL);
	ok = started && p->output.status == (int)step->number;
	report_point(p->report, p->scenario, step, ok);
	if (ok)
		return true;
	if (started)
		report_note(p->report, p->scenario, step, "expected exit status %u, found %d",
			    step->number, p->output.status);
	report_quote(p->report, p->output.out);
	report_quote(p->report, p->output.err);
	return false;
}

static bool play_output(struct play *p, const struct step *step)
{
	bool ok = strstr(p->output.out, step->arguments[0]);

	report_point(p->report, p->scenario, step, ok);
	if (!ok) {
		report_note(p->report, p->scenario, step, "not found in the output:");
		report_quote(p->report, p->output.out);
	}
	return true;
}

/* what changes the world expects nothing, but what follows relies on it */
static bool changed(struct play *p, const struct step *step, bool ok)
{
	if (!ok)
		report_note(p->report, p->scenario, step, "%s", p->world.error);
	return ok;
}

static bool play_link_add(struct play *p, const struct step *step)
{
	const char *vm = step->number == END_VM ? p->scenario->macvtap : NULL;

	p->world.mode[step->number] = step->arguments ? step->arguments[0] : vm;
	return changed(p, step, world_plug(&p->world, step->number));
}

static bool play_link_del(struct play *p, const struct step *step)
{
	world_unplug(&p->world, step->number);
	return true;
}

static bool play_bridge_nf(struct play *p, const struct step *step)
{
	return changed(p, step, world_bridge_nf(&p->world, step->number));
}

static bool play_sysctl(struct play *p, const struct step *step)
{
	return changed(p, step, world_set(&p->world, step->arguments[0], step->arguments[1]));
}

static bool play_forget(struct play *p, const struct step *step)
{
	return changed(p, step, world_forget(&p->world));
}

static bool play_sleep(struct play *p, const struct step *step)
{
	struct timespec t = {step->number / 1000, step->number % 1000 * 1000000L};

	(void)p;
	nanosleep(&t, NULL);
	return true;
}

static bool play_say(struct play *p, const struct step *step)
{
	report_say(p->report, step);
	return true;
}

/* false: what follows would not be tried in the state it was written for */
static bool (*const plays[])(struct play *p, const struct step *step) = {
	[STEP_RUN] = play_run,           [STEP_OUTPUT] = play_output,
	[STEP_FRAME] = play_frame,       [STEP_LINK_ADD] = play_link_add,
	[STEP_LINK_DEL] = play_link_del, [STEP_BRIDGE_NF] = play_bridge_nf,
	[STEP_SYSCTL] = play_sysctl,     [STEP_FORGET] = play_forget,
	[STEP_SLEEP] = play_sleep,       [STEP_SAY] = play_say,
};

static void give_up(struct play *p, unsigned from)
{
	const struct scenario *s = p->scenario;

	for (unsigned i = from; i < s->nstep; i++) {
		if (!step_expects(&s->step[i]))
			continue;
		report_point(p->report, s, &s->step[i], false);
		report_note(p->report, s, &s->step[i], "not tried");
	}
	p->report->failed++;
}

bool scenario_play(const struct scenario *s, struct report *report, char **ret_reason)
{
	struct play p = {.scenario = s,
			 .report = report,
			 .world.ends = s->ends,
			 .world.mode[END_VM] = s->macvtap};
	unsigned i = 0;

	for (unsigned end = END_FIXED; end < s->ends.n; end++)
		p.world.ends.end[end].present = false;
	if (!world_isolate(&p.world)) {
		*ret_reason = p.world.error;
		return false;
	}
	report_begin(report, s);
	if (!world_open(&p.world)) {
		report_quote(report, p.world.error);
		give_up(&p, 0);
	} else {
		while (i < s->nstep && plays[s->step[i].kind](&p, &s->step[i]))
			i++;
		if (i < s->nstep)
			give_up(&p, i + 1);
	}
	output_release(&p.output);
	world_close(&p.world);
	return true;
}
