/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "compiler/capture.h"
#include "compiler/cases.h"
#include "compiler/flow_track.h"
#include "ir/base/buf.h"
#include "testsuite/fuzz/fuzz.h"
#include "testsuite/fuzz/fuzz_job.h"

/*
 * A file of cases, each with its frame, and the same bytes as a pcap file.  A
 * frame that the words make has a header that the rules can read, and what the
 * interpreter reads of it lies inside.
 */
static void read_keys(const struct packet *p)
{
	for (int id = KEY_NONE + 1; id < KEY_MAX; id++) {
		struct key key = {.id = (uint8_t)id};
		struct value v;
		bool present;

		if (id == KEY_RAW_NETWORK || id == KEY_RAW_TRANSPORT)
			key.length = 48;
		packet_read(p, key, &v);
		packet_exists(p, key, &present);
	}
}

static void read_flow(struct job *job, const struct binding *b, const struct filter_case *one)
{
	unsigned before = job->compile.diag.nraised;
	struct flow flow;
	bool ok = flow_parse(&job->compile, b, one->flow, &flow);

	/* refused means reported, and reported means refused */
	if (ok == (job->compile.diag.nraised != before))
		abort();
	if (!ok)
		return;
	if (flow.packet.len < 14 || flow.packet.len > FLOW_FRAME_MAX)
		abort();
	read_keys(&flow.packet);
}

static void read_cases(struct job *job, const struct source *source)
{
	struct case_file file;

	cases_parse(&job->compile, source, &file);
	for (size_t i = 0; i < file.block.n; i++)
		for (size_t k = 0; k < file.block.at[i].cases.n; k++)
			read_flow(job, file.block.at[i].binding, &file.block.at[i].cases.at[k]);
}

/* what a frame is described by are words, if there is a frame for them at all */
static void describe(struct job *job, const struct binding *b, const struct flow *flow)
{
	struct source *source;
	struct flow again;
	struct buf text;

	buf_init(&text);
	flow_describe(flow, &text);
	source = compile_text(&job->compile, STR("words"),
			      str_dup(job->compile.arena, buf_str(&text)));
	buf_release(&text);
	if (!flow_parse(&job->compile, b, (struct span){source, 0, (uint32_t)source->bytes.len},
			&again))
		abort();
}

static void read_capture(struct job *job, const struct binding *b, const struct source *source)
{
	struct tracker tracker = {.arena = job->compile.arena};
	struct capture capture;
	struct flow flow;
	struct str frame;

	if (!capture_open(&job->compile, source, &capture))
		return;
	while (capture_next(&capture, &frame)) {
		if (!flow_of_frame(DIRECTION_OUT, b, frame, &flow))
			continue;
		read_keys(&flow.packet);
		tracker_see(&tracker, &flow.packet);
		tracker_pass(&tracker);
		describe(job, b, &flow);
	}
}

static void cases(struct job *job, struct str bytes)
{
	struct source *source = compile_text(&job->compile, STR("fuzz.test"), bytes);
	struct binding b = {.tap = STR("vnet0")};

	read_cases(job, source);
	read_capture(job, &b, source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= FILE_LIMIT)
		fuzz_modes(data, size, cases);
	return 0;
}
