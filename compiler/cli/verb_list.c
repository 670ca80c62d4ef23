/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/canonical.h"
#include "compiler/cli/file.h"
#include "compiler/cli/host.h"
#include "compiler/cli/learned_cell.h"
#include "compiler/cli/listing.h"
#include "compiler/cli/verbs.h"
#include "ir/base/buf.h"

static int by_name(const void *a, const void *b)
{
	const struct filter *const *x = a;
	const struct filter *const *y = b;

	return str_cmp((*x)->name, (*y)->name);
}

int verb_list(struct host *h)
{
	static const struct column columns[] = {{"name", 32}, {"uuid", 36}, {"file", 0}};
	struct listing l = {columns, 3, h->options->format == DIAG_JSON, 0};
	struct library *lib = &h->job->library;
	VEC(struct filter *) found = {0};

	library_read_all(lib);
	for (size_t i = 0; i < lib->filter.n; i++)
		/* those that others hide are not what a name means */
		if (library_find(lib, lib->filter.at[i]->name) == lib->filter.at[i])
			*VEC_PUSH(h->store.arena, &found) = lib->filter.at[i];
	if (found.n)
		qsort(found.at, found.n, sizeof(found.at[0]), by_name);
	listing_start(&l);
	for (size_t i = 0; i < found.n; i++) {
		const struct filter *f = found.at[i];
		struct str cells[] = {f->name, f->uuid.len ? f->uuid : (struct str){0},
				      f->source->name};

		listing_add(&l, cells);
	}
	listing_end(&l);
	return EXIT_FINE;
}

/* a list of what is stored is of use where the kernel says nothing to us */
static void read_learned(struct host *h, struct learned_list *ret)
{
	*ret = (struct learned_list){0};
	h->runtime = (struct runtime){
		.arena = h->store.arena, .root = h->store.root, .backend = nft_backend_new()};
	if (h->runtime.backend && !learned_read(&h->runtime, NULL, ret))
		*ret = (struct learned_list){0};
}

int verb_bindings(struct host *h)
{
	static const struct column columns[] = {{"interface", 15},
						{"mac", 17},
						{"kind", 10},
						{"filter", 20},
						{"learned", COLUMN_JSON}};
	struct listing l = {columns, 4, h->options->format == DIAG_JSON, 0};
	struct stored_list list;
	bool ok = host_bindings(h, &list);
	struct learned_list learned;

	read_learned(h, &learned);
	/* the last column where something was learned */
	l.ncolumn += learned.address.n != 0;
	listing_start(&l);
	for (size_t i = 0; i < list.at.n; i++) {
		const struct stored_binding *b = list.at.at[i];
		const unsigned char *m = b->binding ? b->binding->mac : NULL;
		struct str mac = m ? str_printf(h->store.arena, "%02x:%02x:%02x:%02x:%02x:%02x",
						m[0], m[1], m[2], m[3], m[4], m[5])
				   : (struct str){0};
		struct str kind = b->detached                    ? STR("detached")
				  : b->folder == STORE_TRANSIENT ? STR("transient")
								 : STR("persistent");
		struct str cells[] = {b->tap, mac, kind,
				      b->binding ? b->binding->filter : (struct str){0},
				      learned_cell(h->store.arena, &learned, b->tap, l.json)};

		ok &= b->binding != NULL;
		listing_add(&l, cells);
	}
	listing_end(&l);
	return ok ? EXIT_FINE : EXIT_INPUT;
}

static bool dump_filter_named(struct host *h, struct str name, struct buf *out)
{
	struct filter *f = library_find(&h->job->library, name);

	if (!f)
		library_report_unknown(&h->job->library, name, (struct span){0});
	else
		diag_reach(&h->job->compile.diag, f->source);
	if (!f || f->broken)
		return false;
	canonical_filter(f, out);
	return true;
}

static bool dump_binding_of(struct host *h, const struct stored_list *list, struct str tap,
			    struct buf *out)
{
	const struct stored_binding *b = table_get(&list->by_tap, tap);

	if (!b)
		diag_report(&h->job->compile.diag, DIAG_NOT_STORED, (struct span){0},
			    "there is no binding of interface \"%.*s\"", STR_ARG(tap));
	if (!b || !b->binding)
		return false;
	canonical_binding(b->binding, out);
	return true;
}

int verb_dumpxml(struct host *h)
{
	const struct options *o = h->options;
	struct stored_list list = {0};
	struct buf out;
	bool ok = true;

	if (o->operand.n + o->binding.n != 1)
		return usage_error("name one filter, or give --binding DEV");
	buf_init(&out);
	if (o->operand.n)
		ok = dump_filter_named(h, str_of(o->operand.at[0]), &out);
	else
		ok = host_bindings(h, &list) &&
		     dump_binding_of(h, &list, str_of(o->binding.at[0]), &out);
	if (ok)
		file_put(&out, stdout);
	buf_release(&out);
	return ok ? EXIT_FINE : EXIT_INPUT;
}
