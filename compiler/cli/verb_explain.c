/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "compiler/capture.h"
#include "compiler/cli/file.h"
#include "compiler/cli/host.h"
#include "compiler/cli/reason.h"
#include "compiler/cli/session.h"
#include "compiler/cli/verbs.h"
#include "compiler/flow_track.h"

#define FLOW_SOURCE "<frame>"

struct explaining {
	struct job *job;
	const struct options *o;
	struct str *words; /* of the frame, behind the filter */
	size_t nword;
	struct buf out;
	size_t n; /* frames so far */
};

/* whether it passes */
static bool explain(struct explaining *x, const struct entry *entry, const struct flow *flow,
		    struct str title)
{
	struct outcome outcome;
	struct explanation e = {
		.target = &x->job->ruleset->target,
		.binding = entry->binding,
		.flow = flow,
		.outcome = &outcome,
		.title = title,
	};
	bool json = x->o->format == DIAG_JSON;

	outcome_of(x->job->compile.arena, x->job->ruleset, entry, flow->direction, flow->from_host,
		   &flow->packet, &outcome);
	if (x->n++)
		buf_puts(&x->out, json ? ",\n" : "\n");
	if (json)
		explain_json(&e, &x->out);
	else
		explain_text(&e, &x->out);
	return outcome.verdict == VERDICT_ACCEPT;
}

/* the words from the i-th on, with `head` before them */
static struct source *words_source(struct explaining *x, struct str head, size_t i)
{
	struct arena *a = x->job->compile.arena;
	struct str text = head;

	for (; i < x->nword; i++)
		text = str_printf(a, "%.*s%s%.*s", STR_ARG(text), text.len ? " " : "",
				  STR_ARG(x->words[i]));
	return compile_text(&x->job->compile, STR(FLOW_SOURCE), text);
}

static struct span whole(const struct source *s)
{
	return (struct span){s, 0, (uint32_t)s->bytes.len};
}

static bool explain_words(struct explaining *x, const struct entry *entry)
{
	struct arena *a = x->job->compile.arena;
	struct source *source;
	struct flow flow;

	if (x->o->hex)
		source = words_source(x,
				      str_printf(a, "%.*s hex %s",
						 STR_ARG(x->nword ? x->words[0] : STR("out")),
						 x->o->hex),
				      1);
	else
		source = words_source(x, STR(""), 0);
	if (!flow_parse(&x->job->compile, entry->binding, whole(source), &flow))
		return false;
	explain(x, entry, &flow, source->bytes);
	return true;
}

/* "out" or "in"; or what a frame's source address says, where no word does */
static enum direction way_of(const struct explaining *x, const struct entry *entry,
			     struct str frame)
{
	if (x->nword)
		return str_is(x->words[0], "out") ? DIRECTION_OUT : DIRECTION_IN;
	return frame.len >= 12 && !memcmp(frame.ptr + 6, entry->binding->mac, 6) ? DIRECTION_OUT
										 : DIRECTION_IN;
}

/* what the words say of every frame; or the connections of the frames before it */
static void set_state(struct tracker *tracker, const struct flow *given, struct flow *flow)
{
	if (!given) {
		tracker_see(tracker, &flow->packet);
		return;
	}
	flow->from_host = given->from_host;
	flow->packet.state = given->packet.state;
	flow->packet.reply = given->packet.reply;
	flow->packet.connections = given->packet.connections;
}

static bool explain_frame(struct explaining *x, const struct entry *entry,
			  const struct capture *capture, struct str frame, struct tracker *tracker,
			  const struct flow *given)
{
	struct arena *a = x->job->compile.arena;
	struct buf title;
	struct flow flow;

	if (!flow_of_frame(way_of(x, entry, frame), entry->binding, frame, &flow)) {
		diag_report(&x->job->compile.diag, DIAG_CAPTURE, (struct span){0},
			    "%.*s: frame %u is shorter than an Ethernet header",
			    STR_ARG(capture->source->name), capture->number);
		return false;
	}
	set_state(tracker, given, &flow);
	buf_init(&title);
	flow_describe(&flow, &title);
	buf_printf(&title, " # %.*s:%u", STR_ARG(capture->source->name), capture->number);
	if (explain(x, entry, &flow, str_dup(a, buf_str(&title))))
		tracker_pass(tracker);
	buf_release(&title);
	return true;
}

/* what the words behind the direction say of every frame, with any frame that has none */
static bool read_state(struct explaining *x, const struct entry *entry, struct flow *ret)
{
	struct str head =
		str_printf(x->job->compile.arena, "%.*s hex %028d", STR_ARG(x->words[0]), 0);

	return flow_parse(&x->job->compile, entry->binding, whole(words_source(x, head, 1)), ret);
}

static bool explain_capture(struct explaining *x, const struct entry *entry,
			    const struct source *source)
{
	struct tracker tracker = {.arena = x->job->compile.arena};
	struct capture capture;
	struct flow state;
	struct str frame;

	if (x->nword && !read_state(x, entry, &state))
		return false;
	if (!capture_open(&x->job->compile, source, &capture))
		return false;
	while (capture_next(&capture, &frame))
		if (!explain_frame(x, entry, &capture, frame, &tracker,
				   x->nword > 1 ? &state : NULL))
			return false;
	return !capture.broken;
}

static bool explain_all(struct explaining *x)
{
	const struct source *source = NULL;
	bool ok = true;

	if (x->o->pcap) {
		source = compile_read(&x->job->compile, str_of(x->o->pcap));
		if (!source)
			return false;
	}
	for (size_t i = 0; i < x->job->ruleset->entry.n && ok; i++) {
		const struct entry *entry = &x->job->ruleset->entry.at[i];

		ok = source ? explain_capture(x, entry, source) : explain_words(x, entry);
	}
	return ok;
}

static int run_all(struct explaining *x)
{
	bool json = x->o->format == DIAG_JSON;
	bool ok;

	buf_init(&x->out);
	if (json)
		buf_puts(&x->out, "{\"format_version\": \"1.0\", \"explanations\": [\n");
	ok = explain_all(x);
	if (json)
		buf_puts(&x->out, "\n]}\n");
	if (ok)
		file_put(&x->out, stdout);
	buf_release(&x->out);
	return ok ? EXIT_FINE : EXIT_INPUT;
}

/* the words of the frame, behind the filter if one is given, about every binding of the job */
static int explain_operands(struct job *job, const struct options *o, size_t nfilter)
{
	struct explaining x = {.job = job, .o = o, .nword = o->operand.n - nfilter};

	x.words = ARENA_ARRAY(job->compile.arena, struct str, x.nword);
	for (size_t i = 0; i < x.nword; i++)
		x.words[i] = str_of(o->operand.at[nfilter + i]);
	return run_all(&x);
}

/* the filter stands first if --tap says that one is given */
static int run(struct job *job, const struct options *o)
{
	struct options binding = *o;
	size_t nfilter = o->tap && o->operand.n ? 1 : 0;
	int code;

	binding.operand.n = nfilter;
	code = session_compile(job, &binding);
	if (!code)
		code = explain_operands(job, o, nfilter);
	session_report(job, o);
	return code;
}

static int check_usage(const struct options *o, size_t nfilter)
{
	if (o->hex && o->pcap)
		return usage_error("--hex and --pcap exclude each other");
	if (!o->pcap && o->operand.n <= nfilter)
		return usage_error("say which frame: 'out' or 'in' and what it is");
	return EXIT_FINE;
}

int verb_explain(const struct options *o)
{
	int code = check_usage(o, o->tap ? 1 : 0);

	if (!code && o->root)
		code = usage_error("--root has no meaning without a stored binding: --tap alone");
	return code ? code : session_run(o, &o->target, run);
}

int verb_explain_stored(struct host *h)
{
	const struct options *o = h->options;
	const struct stored_binding *b;
	int code = check_usage(o, 0);

	if (!code && !tap_name_ok(str_of(o->tap)))
		code = usage_error("'%s' is no name of an interface", o->tap);
	if (code)
		return code;
	b = stored_binding_of(h, str_of(o->tap));
	if (!b || !host_compile(h, b))
		return EXIT_INPUT;
	return explain_operands(h->job, o, 0);
}
