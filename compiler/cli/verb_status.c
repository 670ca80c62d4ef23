/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <net/if.h>
#include <stdio.h>

#include "compiler/cli/attach.h"
#include "compiler/cli/host.h"
#include "compiler/cli/learned_cell.h"
#include "compiler/cli/listing.h"
#include "compiler/cli/verbs.h"
#include "runtime/foreign.h"

struct status {
	struct host *host;
	struct stored_list list;
	struct apply_options options;
	struct apply_report report;
	struct table change; /* struct tap_change, by tap */
	struct learned_list learned;
	struct listing listing;
	bool differs;
};

static bool exists(struct host *h, struct str tap)
{
	return if_nametoindex(str_c(h->store.arena, tap)) != 0;
}

/* is it what virtual machines hang on? */
static bool of_guests(const struct host *h, struct str name)
{
	enum device_kind kind = device_kind(&h->devices, name);

	return kind == DEVICE_TAP || kind == DEVICE_MACVTAP;
}

/* a macvtap that is not there, on a kernel that cannot have its rules before */
static bool is_waiting(const struct status *s, struct str tap)
{
	for (size_t i = 0; i < s->report.waiting.n; i++)
		if (str_eq(s->report.waiting.at[i], tap))
			return true;
	return false;
}

/* what is loaded for a binding that compiles, in a word */
static struct str state_of(struct status *s, const struct stored_binding *b, bool compiled)
{
	const struct tap_change *change = table_get(&s->change, b->tap);

	bool loaded = true;

	if (b->detached && fallback_loaded(s->host, b->tap, &loaded) && loaded)
		return STR("detached");
	s->differs |= !compiled || change;
	if (!loaded)
		return STR("not loaded");
	if (!compiled)
		return STR("does not compile");
	if (is_waiting(s, b->tap))
		return STR("no interface");
	if (!change)
		return exists(s->host, b->tap) ? STR("loaded") : STR("loaded, no interface");
	return change->kind == TAP_ADDED ? STR("not loaded") : STR("differs");
}

static bool wanted(const struct status *s, struct str tap)
{
	return !s->host->options->tap || str_is(tap, s->host->options->tap);
}

static void add_row(struct status *s, struct str tap, struct str filter, struct str state)
{
	struct str cells[] = {
		tap, state, filter,
		learned_cell(s->host->store.arena, &s->learned, tap, s->listing.json)};

	if (wanted(s, tap))
		listing_add(&s->listing, cells);
}

/* interfaces of virtual machines that nothing filters, as far as we know */
static void add_unbound(struct status *s)
{
	struct if_nameindex *all = if_nameindex();

	for (struct if_nameindex *i = all; i && i->if_name; i++) {
		struct str tap = str_of(i->if_name);

		if (!table_get(&s->list.by_tap, tap) && !table_get(&s->change, tap) &&
		    of_guests(s->host, tap))
			add_row(s, tap, STR("-"), STR("no binding"));
	}
	if (all)
		if_freenameindex(all);
}

static void add_rows(struct status *s, const bool *compiled)
{
	for (size_t i = 0; i < s->list.at.n; i++) {
		const struct stored_binding *b = s->list.at.at[i];

		add_row(s, b->tap, b->binding ? b->binding->filter : STR("-"),
			state_of(s, b, compiled[i]));
	}
	for (size_t i = 0; i < s->report.tap.n; i++) {
		const struct tap_change *c = s->report.tap.at[i];

		if (c->kind != TAP_REMOVED || table_get(&s->list.by_tap, c->tap))
			continue;
		s->differs = true;
		add_row(s, c->tap, STR("-"), STR("loaded, no binding"));
	}
	add_unbound(s);
}

static int compare(struct status *s)
{
	struct host *h = s->host;
	bool *compiled = ARENA_ARRAY(h->store.arena, bool, s->list.at.n + 1);
	enum apply_result result;
	bool tables;

	s->options = (struct apply_options){.exact = true, .check_only = true};
	for (size_t i = 0; i < s->list.at.n; i++) {
		const struct stored_binding *b = s->list.at.at[i];

		compiled[i] = !b->detached && host_compile(h, b);
		if (!compiled[i])
			*VEC_PUSH(h->store.arena, &s->options.keep) = b->tap;
	}
	result = host_load(h, s->options, &s->report);
	if (result == APPLY_REFUSED || !foreign_report(&h->runtime, &h->job->compile.diag))
		return EXIT_KERNEL;
	for (size_t i = 0; i < s->report.tap.n; i++)
		table_put(&s->change, h->store.arena, s->report.tap.at[i]->tap,
			  s->report.tap.at[i]);
	if (!learned_read(&h->runtime, &h->job->compile.diag, &s->learned))
		return EXIT_KERNEL;
	s->listing.ncolumn += s->learned.address.n != 0;
	listing_start(&s->listing);
	add_rows(s, compiled);
	listing_end(&s->listing);
	tables = !s->report.tap.n && s->report.bytes > s->report.spare;
	if (tables && !s->listing.json)
		puts("the tables differ: nwfc apply puts them right");
	return s->report.tap.n || tables || s->differs ? EXIT_FINDINGS : EXIT_FINE;
}

static int print_hashes(struct status *s)
{
	static const struct column columns[] = {{"interface", 15}, {"hash", 0}};
	bool ok = true;

	s->listing.column = columns;
	s->listing.ncolumn = 2;
	listing_start(&s->listing);
	for (size_t i = 0; i < s->list.at.n; i++) {
		const struct stored_binding *b = s->list.at.at[i];
		struct str cells[] = {b->tap, host_hash(s->host, b->binding)};

		ok &= cells[1].len > 1;
		if (wanted(s, b->tap))
			listing_add(&s->listing, cells);
	}
	listing_end(&s->listing);
	return ok ? EXIT_FINE : EXIT_INPUT;
}

int verb_status(struct host *h)
{
	/* the last one where something was learned */
	static const struct column columns[] = {
		{"interface", 15}, {"state", 20}, {"filter", 20}, {"learned", COLUMN_JSON}};
	struct status s = {.host = h, .listing = {columns, 3, h->options->format == DIAG_JSON, 0}};

	if (!host_bindings(h, &s.list))
		return EXIT_INPUT;
	attach_guarded(h, &s.list);
	return h->options->hash ? print_hashes(&s) : compare(&s);
}
