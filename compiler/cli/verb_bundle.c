/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <stdio.h>
#include <time.h>

#include "compiler/cli/file.h"
#include "compiler/cli/host.h"
#include "compiler/cli/verbs.h"
#include "compiler/parse.h"
#include "runtime/folder.h"
#include "runtime/learned_sets.h"

/*
 * A bundle: {"format_version": "1.0", "filters": [{"file", "text"}],
 * "bindings": [{"interface", "hash", "text"}], "learned": [{"interface", "address",
 * "until"}]}.  The texts are the stored files; an address stays until the second since
 * 1970, 0 for good; the last list is there if anything was learned.
 */
#define BUNDLE_VERSION "1.0"

static json_t *text_json(struct str text)
{
	return json_stringn(text.ptr, text.len);
}

static json_t *filters_json(struct host *h)
{
	struct library *lib = &h->job->library;
	json_t *list = json_array();

	library_read_all(lib);
	for (size_t i = 0; i < lib->filter.n; i++) {
		const struct filter *f = lib->filter.at[i];

		if (host_stores(h, f))
			json_array_append_new(list, json_pack("{s:s, s:o}", "file",
							      strrchr(f->source->name.ptr, '/') + 1,
							      "text", text_json(f->source->bytes)));
	}
	return list;
}

static json_t *bindings_json(struct host *h, bool *ok)
{
	struct stored_list list;
	json_t *array = json_array();

	*ok = host_bindings(h, &list);
	for (size_t i = 0; i < list.at.n && *ok; i++) {
		const struct stored_binding *b = list.at.at[i];
		struct str hash;

		if (b->folder != STORE_BINDINGS)
			continue;
		hash = host_hash(h, b->binding);
		*ok = hash.len > 1;
		if (*ok)
			json_array_append_new(
				array, json_pack("{s:o, s:o, s:o}", "interface", text_json(b->tap),
						 "hash", text_json(hash), "text",
						 text_json(b->binding->span.source->bytes)));
	}
	return array;
}

/* without a kernel that tells there is nothing */
static void put_learned(struct host *h, json_t *root)
{
	struct learned_list list = {0};
	json_int_t now = time(NULL);
	json_t *array;

	h->runtime.backend = nft_backend_new();
	if (!h->runtime.backend || !learned_read(&h->runtime, NULL, &list) || !list.address.n)
		return;
	array = json_array();
	for (size_t i = 0; i < list.address.n; i++) {
		const struct learned_address *a = &list.address.at[i];
		uint64_t left = learned_left(a);
		struct buf text;

		buf_init(&text);
		learned_put_address(a, &text);
		json_array_append_new(
			array, json_pack("{s:o, s:o, s:I}", "interface", text_json(a->set->is.tap),
					 "address", text_json(buf_str(&text)), "until",
					 left ? (json_int_t)(now + (json_int_t)left) : 0));
		buf_release(&text);
	}
	json_object_set_new(root, "learned", array);
}

/* half of somebody else's change is no state; the kernel has no part in this */
static bool lock_store(struct host *h)
{
	struct diag_list *diag = &h->job->compile.diag;

	h->runtime = (struct runtime){.arena = h->store.arena, .root = h->store.root};
	return runtime_lock(&h->runtime, diag) &&
	       store_recover(&h->store, h->runtime.lock.orderly, diag);
}

int verb_save(struct host *h)
{
	const struct options *o = h->options;
	struct file file;
	json_t *root;
	bool ok;

	if (o->operand.n > 1)
		return usage_error("name one file, or none for standard output");
	if (!lock_store(h))
		return EXIT_INPUT;
	root = json_pack("{s:s, s:o, s:o}", "format_version", BUNDLE_VERSION, "filters",
			 filters_json(h), "bindings", bindings_json(h, &ok));
	put_learned(h, root);
	if (ok && file_open(&file, o->operand.n ? o->operand.at[0] : "-")) {
		json_dumpf(root, file.stream, JSON_INDENT(1));
		fputc('\n', file.stream);
		ok = file_close(&file, true);
	} else {
		ok = false;
	}
	json_decref(root);
	return ok ? EXIT_FINE : EXIT_INPUT;
}

static bool refuse(struct host *h, const char *path, const char *why)
{
	diag_report(&h->job->compile.diag, DIAG_BUNDLE, (struct span){0}, "%s: %s", path, why);
	return false;
}

/* the text of a member, in the arena; ptr NULL if there is none */
static struct str member(struct host *h, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value)
		       ? str_dup(h->store.arena,
				 (struct str){json_string_value(value), json_string_length(value)})
		       : (struct str){0};
}

/* what is a name of a file in the store, and not a way out of it */
static bool file_ok(struct str file)
{
	for (size_t i = 0; i < file.len; i++)
		if ((unsigned char)file.ptr[i] < ' ' || file.ptr[i] == '/')
			return false;
	return file.len && file.ptr[0] != '.' && str_ends(file, STR(".xml"));
}

/* every file of the store that the bundle does not have goes */
static void remove_others(struct host *h, enum store_folder folder, const struct table *kept)
{
	struct str path = store_folder(&h->store, folder);
	struct names names;

	if (!folder_list(h->store.arena, path.ptr, &names))
		return;
	for (size_t i = 0; i < names.at.n; i++)
		if (str_ends(names.at.at[i], STR(".xml")) && !table_get(kept, names.at.at[i]))
			store_remove(&h->store, folder, names.at.at[i]);
}

static bool take_filters(struct host *h, const char *path, const json_t *list)
{
	struct table kept = {0};
	const json_t *item;
	size_t i;

	if (!json_is_array(list))
		return refuse(h, path, "it has no list of filters");
	library_drop_folder(&h->job->library, store_folder(&h->store, STORE_FILTERS));
	json_array_foreach(list, i, item)
	{
		struct str file = member(h, item, "file");
		struct str text = member(h, item, "text");
		struct filter *f;

		if (!file_ok(file) || !text.ptr)
			return refuse(h, path, "a filter has no file name, or no text");
		if (table_get(&kept, file))
			return refuse(h, path, "two filters have one file name");
		f = library_add_text(&h->job->library,
				     str_printf(h->store.arena, "%s:%.*s", path, STR_ARG(file)),
				     text);
		if (!f || f->broken)
			return false;
		if (library_find(&h->job->library, f->name) != f)
			return refuse(h, path, "two filters have one name");
		table_put(&kept, h->store.arena, file, f);
		store_put(&h->store, STORE_FILTERS, file, text);
	}
	remove_others(h, STORE_FILTERS, &kept);
	return true;
}

/* into the ruleset, provided that it comes to the rules it came to when it was saved */
static bool take_binding(struct host *h, const char *path, const json_t *item, struct str tap,
			 struct str text, bool hidden)
{
	struct compile *c = &h->job->compile;
	struct str hash = member(h, item, "hash");
	struct str file = host_binding_file(h, tap, false);
	struct binding *b = parse_binding(
		c,
		compile_text(c, str_printf(h->store.arena, "%s:%.*s", path, STR_ARG(file)), text));

	if (!b)
		return false;
	if (!str_eq(b->tap, tap))
		return refuse(h, path, "a binding is of another interface than it says");
	if (!str_eq(host_hash(h, b), hash)) {
		diag_report(&c->diag, DIAG_BUNDLE, b->filter_span,
			    "interface %.*s would not filter as where it was saved",
			    STR_ARG(b->tap));
		return false;
	}
	store_put(&h->store, STORE_BINDINGS, file, text);
	return hidden || job_compile(h->job, b, (struct str){0}, STAGE_MAX, NULL);
}

static bool take_bindings(struct host *h, const char *path, const json_t *list,
			  const struct table *transient)
{
	struct table kept = {0};
	const json_t *item;
	bool ok = true;
	size_t i;

	if (!json_is_array(list))
		return refuse(h, path, "it has no list of bindings");
	json_array_foreach(list, i, item)
	{
		struct str tap = member(h, item, "interface");
		struct str text = member(h, item, "text");
		struct str file;

		if (!tap_name_ok(tap) || !text.ptr)
			return refuse(h, path, "a binding has no interface, or no text");
		file = host_binding_file(h, tap, false);
		if (table_get(&kept, file))
			return refuse(h, path, "an interface has two bindings");
		table_put(&kept, h->store.arena, file, h);
		ok &= take_binding(h, path, item, tap, text, table_get(transient, tap));
	}
	remove_others(h, STORE_BINDINGS, &kept);
	return ok;
}

/* a bundle says nothing about them: they stay, with the filters that there are now */
static bool keep_transient(struct host *h, const struct stored_list *list,
			   struct apply_options *options)
{
	bool ok = true;

	for (size_t i = 0; i < list->at.n; i++) {
		const struct stored_binding *b = list->at.at[i];

		if (b->folder != STORE_TRANSIENT)
			continue;
		if (b->detached)
			*VEC_PUSH(h->store.arena, &options->keep) = b->tap;
		else
			ok &= host_compile(h, b);
	}
	return ok;
}

static bool take(struct host *h, const char *path, const json_t *root,
		 struct apply_options *options)
{
	struct table transient = {0};
	struct stored_list list;

	if (!host_bindings(h, &list))
		return false;
	for (size_t i = 0; i < list.at.n; i++)
		if (list.at.at[i]->folder == STORE_TRANSIENT)
			table_put(&transient, h->store.arena, list.at.at[i]->tap, list.at.at[i]);
	return take_filters(h, path, json_object_get(root, "filters")) &&
	       take_bindings(h, path, json_object_get(root, "bindings"), &transient) &&
	       keep_transient(h, &list, options);
}

/* a lease that ended meanwhile is none: the address may be another's */
static bool take_address(struct host *h, const struct learned_list *list, const json_t *item)
{
	const json_t *until = json_object_get(item, "until");
	struct str tap = member(h, item, "interface");
	struct str address = member(h, item, "address");
	json_int_t now = time(NULL);
	json_int_t end = json_integer_value(until);

	if (!json_is_integer(until) || !address.ptr || end < 0 || (end && end <= now))
		return false;
	return learned_add(&h->runtime, list, tap, address, end ? (uint64_t)(end - now) : 0);
}

/* once the sets are there; what was learned already stays */
static void take_learned(struct host *h, const json_t *array)
{
	struct learned_list list;
	const json_t *item;
	size_t i, n = 0;

	if (!json_array_size(array) || !learned_read(&h->runtime, NULL, &list))
		return;
	json_array_foreach(array, i, item) n += take_address(h, &list, item);
	fprintf(h->out, "%zu of %zu learned addresses taken\n", n, json_array_size(array));
}

int verb_restore(struct host *h)
{
	const struct options *o = h->options;
	struct apply_options options = {.exact = true};
	const char *path;
	json_error_t error;
	json_t *root;
	int code;
	bool ok;

	if (o->operand.n != 1)
		return usage_error("name one file that save wrote, or - for standard input");
	path = o->operand.at[0];
	root = strcmp(path, "-") ? json_load_file(path, 0, &error) : json_loadf(stdin, 0, &error);
	if (!root) {
		refuse(h, path, error.text);
		return EXIT_INPUT;
	}
	ok = str_is(member(h, root, "format_version"), BUNDLE_VERSION) ||
	     refuse(h, path, "it is not of format_version " BUNDLE_VERSION);
	ok = ok && take(h, path, root, &options);
	code = ok ? host_change(h, options) : EXIT_INPUT;
	if ((code == EXIT_FINE || code == EXIT_CHANGED) && !o->check)
		take_learned(h, json_object_get(root, "learned"));
	json_decref(root);
	return code;
}
