/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "compiler/check.h"
#include "compiler/cli/groups.h"
#include "compiler/cli/host.h"
#include "compiler/cli/verbs.h"
#include "ir/base/buf.h"

/* a definition on its way into the store */
struct definition {
	struct filter *filter;
	const struct filter *old; /* the stored one of that name, or NULL */
};

static struct str file_name(const struct filter *f)
{
	const char *slash = strrchr(f->source->name.ptr, '/');

	return slash ? str_of(slash + 1) : f->source->name;
}

/* the stored definition of a name; f, which defines it anew, only if it is that one's own file */
static const struct filter *stored(struct host *h, struct str name, const struct filter *f)
{
	struct library *lib = &h->job->library;

	if (f && host_stores(h, f))
		return f;
	for (size_t i = 0; i < lib->filter.n; i++)
		if (lib->filter.at[i] != f && str_eq(lib->filter.at[i]->name, name) &&
		    host_stores(h, lib->filter.at[i]))
			return lib->filter.at[i];
	return NULL;
}

/* a name keeps its uuid, and a uuid its name (semantics.md 1.2) */
static bool check_identity(struct host *h, const struct definition *d)
{
	struct diag_list *list = &h->job->compile.diag;
	struct library *lib = &h->job->library;
	const struct filter *f = d->filter;
	struct diag *diag;

	if (!f->uuid.len)
		return true;
	if (d->old && d->old->uuid.len && !str_eq(d->old->uuid, f->uuid)) {
		diag = diag_report(list, DIAG_IDENTITY, f->uuid_span,
				   "filter \"%.*s\" is stored with another uuid", STR_ARG(f->name));
		diag_also(list, diag, d->old->uuid_span, "the stored one");
		diag_help(list, diag, "write that uuid, or none; or undefine the filter first");
		return false;
	}
	for (size_t i = 0; i < lib->filter.n; i++) {
		const struct filter *other = lib->filter.at[i];

		if (!str_eq(other->uuid, f->uuid) || str_eq(other->name, f->name))
			continue;
		diag = diag_report(list, DIAG_IDENTITY, f->uuid_span,
				   "this is the uuid of filter \"%.*s\"", STR_ARG(other->name));
		diag_also(list, diag, other->uuid_span, "there");
		diag_help(list, diag, "remove <uuid>, or write the output of uuidgen");
		return false;
	}
	return true;
}

/* references to what does not exist yet are fine, a circle never is */
static bool check_circle(struct host *h, const struct filter *f)
{
	struct diag_list *list = &h->job->compile.diag;

	for (size_t i = 0; i < f->item.n; i++) {
		const struct filterref *ref = f->item.at[i].filterref;
		struct binding from = {0};

		if (f->item.at[i].kind != ITEM_FILTERREF)
			continue;
		from.filter = ref->name;
		if (!host_reaches(h, &from, f->name))
			continue;
		diag_report(list, DIAG_FILTER_CYCLE, ref->name_span,
			    "\"%.*s\" refers back to \"%.*s\"", STR_ARG(ref->name),
			    STR_ARG(f->name));
		return false;
	}
	return true;
}

static struct str new_uuid(struct arena *arena)
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return (struct str){0};
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	return str_printf(arena,
			  "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			  b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
			  b[12], b[13], b[14], b[15]);
}

/* the file as it was written, comments and line numbers, with a uuid if it has none */
static struct str text_of(struct host *h, const struct definition *d)
{
	struct arena *arena = h->store.arena;
	const struct filter *f = d->filter;
	struct str bytes = f->source->bytes;
	struct str uuid = d->old && d->old->uuid.len ? d->old->uuid : (struct str){0};

	/* an empty element has no place for it */
	if (f->uuid.len || bytes.ptr[f->span.end - 1] == '/' ||
	    (f->span.end >= 2 && bytes.ptr[f->span.end - 2] == '/'))
		return bytes;
	if (!uuid.len)
		uuid = new_uuid(arena);
	if (!uuid.len)
		return bytes;
	return str_printf(arena, "%.*s<uuid>%.*s</uuid>%.*s", (int)f->span.end, bytes.ptr,
			  STR_ARG(uuid), (int)(bytes.len - f->span.end), bytes.ptr + f->span.end);
}

/* NAME.xml, unless another filter's file is called so */
static struct str file_for(struct host *h, const struct definition *d)
{
	struct library *lib = &h->job->library;
	struct str file = store_file_of(h->store.arena, d->filter->name);

	if (d->old)
		return file_name(d->old);
	for (size_t i = 0; i < lib->filter.n; i++)
		if (lib->filter.at[i] != d->filter && host_stores(h, lib->filter.at[i]) &&
		    str_eq(file_name(lib->filter.at[i]), file))
			return str_printf(h->store.arena, "nwfc-%.*s", STR_ARG(file));
	return file;
}

/* every binding that one of the names takes part in goes through the compiler, or its like */
static bool compile_users(struct host *h, const struct definition *d, size_t n)
{
	struct str *name = ARENA_ARRAY(h->store.arena, struct str, n);
	struct stored_list list;
	bool ok;

	for (size_t i = 0; i < n; i++)
		name[i] = d[i].filter->name;
	if (groups_compile(h, name, n))
		return true;
	ok = host_bindings(h, &list);

	for (size_t i = 0; i < list.at.n; i++) {
		const struct stored_binding *b = list.at.at[i];
		bool user = !b->binding && !b->detached;

		for (size_t k = 0; k < n && !user && !b->detached; k++)
			user = host_reaches(h, b->binding, name[k]);
		if (!user || host_compile(h, b))
			continue;
		fprintf(stderr, "nwfc: the binding of %.*s does not compile with that\n",
			STR_ARG(b->tap));
		ok &= h->options->keep_going && !b->binding;
	}
	return ok;
}

/* with --validate warnings are errors, in this file and nowhere else */
static bool validate(struct host *h, const struct source *source)
{
	struct job *job;
	struct filter *f;
	bool ok;

	if (!h->options->validate)
		return true;
	job = job_new(MODE_STRICT, &h->options->target);
	if (!job)
		return false;
	f = library_add_text(&job->library, source->name, source->bytes);
	if (f && !f->broken)
		check_filter(&job->compile, f);
	ok = f && !diag_count(&job->compile.diag, SEVERITY_ERROR);
	if (!ok)
		session_report(job, h->options);
	job_free(job);
	return ok;
}

static bool read_definition(struct host *h, const char *path, struct definition *d)
{
	struct compile *c = &h->job->compile;
	unsigned before = c->diag.nraised;

	d->filter = library_load_successor(&h->job->library, str_of(path));
	if (!d->filter || d->filter->broken || !validate(h, d->filter->source))
		return false;
	check_filter(c, d->filter);
	return c->diag.nraised == before;
}

/* the last one would hide the others */
static bool check_twice(struct host *h, const struct definition *d, size_t n)
{
	struct diag_list *list = &h->job->compile.diag;
	struct diag *diag;

	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct filter *a = d[k].filter, *b = d[i].filter;

			if (a == b || !str_eq(a->name, b->name))
				continue;
			diag = diag_report(list, DIAG_FILTER_DUPLICATE, b->name_span,
					   "filter \"%.*s\" is defined twice", STR_ARG(b->name));
			diag_also(list, diag, a->name_span, "the other definition");
			return false;
		}
	return true;
}

int define_files(struct host *h, const char *const *path, size_t n)
{
	struct apply_options options = {.whole = !h->options->keep_going};
	struct definition *d = ARENA_ARRAY(h->store.arena, struct definition, n);
	bool ok = true;

	for (size_t i = 0; i < n; i++)
		ok &= read_definition(h, path[i], &d[i]);
	ok = ok && check_twice(h, d, n);
	library_read_all(&h->job->library);
	for (size_t i = 0; i < n && ok; i++) {
		d[i].old = stored(h, d[i].filter->name, d[i].filter);
		ok = check_identity(h, &d[i]) && check_circle(h, d[i].filter);
	}
	if (!ok || !compile_users(h, d, n))
		return EXIT_INPUT;
	for (size_t i = 0; i < n; i++) {
		struct str text = text_of(h, &d[i]);

		store_put(&h->store, STORE_FILTERS, file_for(h, &d[i]), text);
	}
	return host_change(h, options);
}

int verb_define(struct host *h)
{
	if (!h->options->operand.n)
		return usage_error("name the files to define");
	return define_files(h, h->options->operand.at, h->options->operand.n);
}

static bool report_used(struct host *h, struct str name, const struct stored_binding *b)
{
	struct diag_list *list = &h->job->compile.diag;
	struct diag *d = diag_report(list, DIAG_IN_USE, b->binding->filter_span,
				     "filter \"%.*s\" filters interface %.*s", STR_ARG(name),
				     STR_ARG(b->tap));

	diag_help(list, d, "nwfc unbind %.*s, or bind it with another filter", STR_ARG(b->tap));
	return false;
}

static bool undefine_one(struct host *h, const struct stored_list *bindings, struct str name)
{
	struct diag_list *list = &h->job->compile.diag;
	const struct filter *f = stored(h, name, NULL);
	bool ok = true;

	if (!f) {
		diag_report(list, DIAG_NOT_STORED, (struct span){0},
			    library_find(&h->job->library, name)
				    ? "filter \"%.*s\" is not in the store: it is only read"
				    : "there is no filter \"%.*s\"",
			    STR_ARG(name));
		return false;
	}
	for (size_t i = 0; i < bindings->at.n; i++) {
		const struct stored_binding *b = bindings->at.at[i];

		if (b->binding && !b->detached && host_reaches(h, b->binding, name))
			ok = report_used(h, name, b);
	}
	store_remove(&h->store, STORE_FILTERS, file_name(f));
	return ok;
}

int verb_undefine(struct host *h)
{
	const struct options *o = h->options;
	struct apply_options options = {0};
	struct stored_list list;
	bool ok = host_bindings(h, &list);

	if (!o->operand.n)
		return usage_error("name the filters to undefine");
	library_read_all(&h->job->library);
	for (size_t i = 0; i < o->operand.n; i++)
		ok &= undefine_one(h, &list, str_of(o->operand.at[i]));
	return ok ? host_change(h, options) : EXIT_INPUT;
}
