/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forms of a ruleset load into the same tables: text, text loaded twice,
 * JSON; and what takes a tap off leaves nothing of it, twice too.  Run in a
 * network namespace of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emit/emit.h"
#include "ir/base/diag.h"
#include "testsuite/unit/sample_ruleset.h"

#define LISTING_MAX ((size_t)1 << 20)

struct forms {
	struct sample sample;
	unsigned passed, failed;
};

static void check(struct forms *f, bool ok, const char *what)
{
	printf("%s - %s\n", ok ? "ok" : "not ok", what);
	f->passed += ok;
	f->failed += !ok;
}

static bool nft(const char *flags, const struct buf *input)
{
	char command[64];
	FILE *pipe;

	snprintf(command, sizeof(command), "nft %s -f -", flags);
	pipe = popen(command, "w");
	if (!pipe)
		return false;
	fwrite(input->bytes, 1, input->len, pipe);
	return !pclose(pipe);
}

/* without handles, which count all that ever was loaded */
static const char *listing(struct forms *f)
{
	char *text = arena_alloc(f->sample.arena, LISTING_MAX);
	FILE *pipe = popen("nft -j list ruleset | sed 's/, \"handle\": [0-9]*//g'", "r");
	size_t n;

	if (!pipe)
		return "";
	n = fread(text, 1, LISTING_MAX - 1, pipe);
	text[n] = 0;
	pclose(pipe);
	return text;
}

static void show_difference(const char *a, const char *b)
{
	size_t i = 0;

	while (a[i] && a[i] == b[i])
		i++;
	printf("# text ...%.200s\n# JSON ...%.200s\n", a + i, b + i);
}

static bool clear(void)
{
	return !system("nft flush ruleset");
}

static void build(struct forms *f, enum state_source state, bool raw_sets)
{
	struct target target = target_default();
	struct entry *e;

	target.state = state;
	sample_renew(&f->sample, target);
	e = sample_entry(&f->sample, "vnet0");
	e->program[HOOK_OUT_L2] = sample_everything(&f->sample, raw_sets);
	e->program[HOOK_IN_L2] = sample_simple(&f->sample, HOOK_IN_L2, 0x86dd, 5);
	if (state == STATE_MARK_CT)
		e->program[HOOK_IN_L3] = sample_stateful(&f->sample, HOOK_IN_L3);
	e = sample_entry(&f->sample, "vnet1");
	e->program[HOOK_IN_L2] = sample_simple(&f->sample, HOOK_IN_L2, 0x0800, 3);
}

static void forms(struct forms *f, enum state_source state, const char *name)
{
	struct buf text, json;
	struct diag_list diag;
	const char *from_text, *twice, *from_json;
	char what[96];

	build(f, state, false);
	buf_init(&text);
	buf_init(&json);
	diag_init(&diag, f->sample.arena, MODE_DEFAULT);
	emit_text(f->sample.rs, &text, NULL);
	emit_json(f->sample.rs, &json, &diag);
	snprintf(what, sizeof(what), "%s: text loads", name);
	check(f, clear() && nft("", &text), what);
	from_text = listing(f);
	snprintf(what, sizeof(what), "%s: text loads twice into the same", name);
	check(f, nft("", &text), what);
	twice = listing(f);
	check(f, !strcmp(from_text, twice) && strlen(twice) > 1000, what);
	snprintf(what, sizeof(what), "%s: JSON loads into the same", name);
	check(f, clear() && nft("-j", &json), what);
	from_json = listing(f);
	check(f, !strcmp(from_text, from_json), what);
	if (strcmp(from_text, from_json))
		show_difference(from_text, from_json);
	buf_release(&text);
	buf_release(&json);
}

static void removal(struct forms *f)
{
	struct buf text, gone;

	build(f, STATE_BRIDGE_CT, true);
	buf_init(&text);
	buf_init(&gone);
	emit_text(f->sample.rs, &text, NULL);
	emit_maps(&gone);
	emit_remove_entry(STR("vnet0"), &gone);
	check(f, clear() && nft("", &text), "text with raw sets loads");
	check(f, nft("", &text), "text with raw sets loads twice");
	check(f, nft("", &gone), "a tap is taken off");
	check(f, !strstr(listing(f), "vnet0") && strstr(listing(f), "vnet1.in-l2"),
	      "nothing of it is left, all of the other");
	check(f, nft("", &gone), "a tap is taken off that is not there");
	check(f, clear() && nft("", &gone), "a tap is taken off where there is no table");
	buf_release(&text);
	buf_release(&gone);
}

int main(void)
{
	struct forms f = {0};

	setvbuf(stdout, NULL, _IOLBF, 0);
	sample_init(&f.sample, target_default());
	forms(&f, STATE_BRIDGE_CT, "stateless");
	forms(&f, STATE_MARK_CT, "mark-ct");
	removal(&f);
	sample_release(&f.sample);
	printf("%u passed, %u failed\n", f.passed, f.failed);
	return f.failed != 0;
}
