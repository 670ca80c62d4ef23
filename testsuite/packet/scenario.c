/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario.h"

#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "macvtap.h"
#include "world.h"

struct reader {
	struct scenario *scenario;
	struct step *step; /* of the line being read */
	unsigned line;
	bool failed;
};

static void complain(struct reader *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void complain(struct reader *r, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%u: ", r->scenario->path, r->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	r->failed = true;
}

static const char *variable(const char *name)
{
	return strcmp(name, "TMP") ? getenv(name) : WORLD_SCRATCH;
}

static uint32_t read_number(struct reader *r, const char *text, uint32_t max)
{
	uint32_t number = 0;

	if (!number_parse(text, max, &number))
		complain(r, "expected a number from 0 to %u, found \"%s\"", max, text);
	return number;
}

static void read_run(struct reader *r)
{
	r->step->arguments = r->step->words.at + 1;
}

static void read_run_fails(struct reader *r)
{
	r->step->number = read_number(r, r->step->words.at[1], 255);
	r->step->arguments = r->step->words.at + 2;
}

static void read_output(struct reader *r)
{
	const struct scenario *s = r->scenario;
	unsigned before = s->nstep - 1;

	while (before && s->step[before].kind == STEP_OUTPUT)
		before--;
	if (s->step[before].kind != STEP_RUN)
		complain(r, "expect-output must follow a run or run-fails");
	r->step->arguments = r->step->words.at + 1;
}

static void read_link_add(struct reader *r)
{
	struct ends *ends = &r->scenario->ends;
	const char *link = r->step->words.at[1];
	int end = ends_linked(ends, link);

	if (end < 0 && ends_named(ends, link) < 0)
		end = ends_add(ends, link);
	if (end < 0) {
		complain(r, "no room for a link \"%s\", or it is the name of an end", link);
		return;
	}
	if (ends->end[end].present)
		complain(r, "the link \"%s\" is there already", link);
	ends->end[end].present = true;
	r->step->number = (uint32_t)end;
	if (r->step->words.n == 2)
		return;
	if (r->step->words.n != 4 || strcmp(r->step->words.at[2], "macvtap") != 0 ||
	    !macvtap_mode(r->step->words.at[3]))
		complain(r, "expected macvtap bridge, private, vepa or passthru");
	r->step->arguments = r->step->words.at + 3;
}

static void read_link_del(struct reader *r)
{
	struct ends *ends = &r->scenario->ends;
	const char *link = r->step->words.at[1];
	int end = ends_linked(ends, link);

	if (end < 0 || !end_is_tap((unsigned)end) || !ends->end[end].present) {
		complain(r, "there is no tap \"%s\" at this point", link);
		return;
	}
	ends->end[end].present = false;
	r->step->number = (uint32_t)end;
}

static void read_switch(struct reader *r)
{
	r->step->number = read_number(r, r->step->words.at[1], 1);
}

static void read_sleep(struct reader *r)
{
	r->step->number = read_number(r, r->step->words.at[1], 10000);
}

static void read_arguments(struct reader *r)
{
	r->step->arguments = r->step->words.at + 1;
}

static const struct directive {
	const char *word;
	const char *usage;
	unsigned least;
	unsigned most;
	enum step_kind kind;
	void (*read)(struct reader *r);
} directives[] = {
	{"run", "run COMMAND [ARGUMENT...]", 1, -1u, STEP_RUN, read_run},
	{"run-fails", "run-fails STATUS COMMAND [ARGUMENT...]", 2, -1u, STEP_RUN, read_run_fails},
	{"expect-output", "expect-output TEXT", 1, 1, STEP_OUTPUT, read_output},
	{"link-add", "link-add NAME [macvtap MODE]", 1, 3, STEP_LINK_ADD, read_link_add},
	{"link-del", "link-del NAME", 1, 1, STEP_LINK_DEL, read_link_del},
	{"bridge-nf", "bridge-nf 0|1", 1, 1, STEP_BRIDGE_NF, read_switch},
	{"sysctl", "sysctl KEY VALUE", 2, 2, STEP_SYSCTL, read_arguments},
	{"ctflush", "ctflush", 0, 0, STEP_FORGET, read_arguments},
	{"sleep", "sleep MILLISECONDS", 1, 1, STEP_SLEEP, read_sleep},
	{"say", "say TEXT...", 1, -1u, STEP_SAY, read_arguments},
};

static const struct {
	const char *word;
	enum verdict verdict;
} verdicts[] = {
	{"drop", VERDICT_DROPPED}, {"reject", VERDICT_REJECTED}, {"partial", VERDICT_PARTIAL},
	{"pass", VERDICT_PASSED},  {"?", VERDICT_ANY},
};

static bool read_end(struct reader *r, const char *name, unsigned *ret)
{
	const struct ends *ends = &r->scenario->ends;
	int end = ends_named(ends, name);

	if (end < 0 || !ends->end[end].present) {
		complain(r, "there is no end \"%s\" at this point", name);
		return false;
	}
	*ret = (unsigned)end;
	return true;
}

static void read_verdict(struct reader *r, const char *word)
{
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		if (strcmp(verdicts[i].word, word))
			continue;
		r->step->expected = verdicts[i].verdict;
		return;
	}
	complain(r, "expected pass, drop, reject, partial or ?, found \"%s\"", word);
}

/* the line FROM>TO VERDICT FRAME..., with `arrow` at the > */
static void read_frame(struct reader *r, char *arrow)
{
	struct step *step = r->step;
	struct ends *ends = &r->scenario->ends;
	struct spec spec;

	step->kind = STEP_FRAME;
	*arrow = '\0';
	if (step->words.n < 3) {
		complain(r, "expected FROM>TO VERDICT PROTOCOL [KEY=VALUE...]");
		return;
	}
	if (!read_end(r, step->words.at[0], &step->from) || !read_end(r, arrow + 1, &step->to))
		return;
	if (step->to == END_HOSTIP || step->from == step->to)
		complain(r, "a frame cannot go from %s to %s", step->words.at[0], arrow + 1);
	read_verdict(r, step->words.at[1]);
	spec_init(&spec, step->words.at + 2, step->words.n - 2);
	if (!packet_build(&step->packet, &spec, &ends->end[step->from], &ends->end[step->to],
			  r->line))
		complain(r, "%s", spec.error);
	else if (step->from == END_HOSTIP && bytes_get16(step->packet.frame[0].at + 12) != 0x0800)
		complain(r, "hostip sends IPv4 without VLAN tag only");
	free(spec.error);
}

static void read_directive(struct reader *r)
{
	const struct words *words = &r->step->words;

	for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++) {
		const struct directive *d = &directives[i];

		if (strcmp(d->word, words->at[0]))
			continue;
		r->step->kind = d->kind;
		if (words->n - 1 < d->least || words->n - 1 > d->most)
			complain(r, "expected %s", d->usage);
		else
			d->read(r);
		return;
	}
	complain(r, "expected a directive or FROM>TO, found \"%s\"", words->at[0]);
}

/* the line for the report; TAP would take a `#` for the start of a directive */
static char *line_text(const char *line)
{
	size_t len;
	char *text;

	line += strspn(line, " \t");
	len = strcspn(line, "#\n");
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	text = strndup(line, len);
	if (!text)
		err(2, "memory");
	return text;
}

static void read_line(struct reader *r, const char *line)
{
	struct scenario *s = r->scenario;
	struct words words;
	char *error = NULL;
	char *arrow;
	struct step *step;

	if (!words_split(&words, line, variable, &error)) {
		complain(r, "%s", error);
		free(error);
		words_release(&words);
		return;
	}
	if (!words.n) {
		words_release(&words);
		return;
	}
	step = realloc(s->step, (s->nstep + 1) * sizeof(*step));
	if (!step)
		err(2, "memory");
	s->step = step;
	r->step = &step[s->nstep++];
	*r->step = (struct step){.line = r->line, .text = line_text(line), .words = words};
	arrow = strchr(words.at[0], '>');
	if (arrow)
		read_frame(r, arrow);
	else
		read_directive(r);
}

/* `dir/clean-traffic.scn` is the scenario `clean-traffic` */
static char *scenario_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');
	char *name = strndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));

	if (!name)
		err(2, "memory");
	return name;
}

bool scenario_read(struct scenario *s, const char *path)
{
	FILE *file = fopen(path, "re");
	struct reader r = {.scenario = s};
	char *line = NULL;
	size_t size = 0;

	*s = (struct scenario){.path = path};
	ends_init(&s->ends);
	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	s->name = scenario_name(path);
	while (getline(&line, &size, file) >= 0) {
		r.line++;
		read_line(&r, line);
	}
	free(line);
	if (ferror(file))
		complain(&r, "%s", strerror(errno));
	fclose(file);
	return !r.failed;
}

void scenario_release(struct scenario *s)
{
	for (unsigned i = 0; i < s->nstep; i++) {
		free(s->step[i].text);
		words_release(&s->step[i].words);
		packet_release(&s->step[i].packet);
	}
	free(s->step);
	free(s->name);
}

bool step_expects(const struct step *step)
{
	return step->kind == STEP_RUN || step->kind == STEP_OUTPUT ||
	       (step->kind == STEP_FRAME && step->expected != VERDICT_ANY);
}

unsigned scenario_expectations(const struct scenario *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->nstep; i++)
		n += step_expects(&s->step[i]);
	return n;
}
