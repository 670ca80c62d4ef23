/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_HOST_H
#define NWFC_CLI_HOST_H

#include <stdio.h>

#include "compiler/cli/session.h"
#include "runtime/apply.h"
#include "runtime/device.h"
#include "runtime/store.h"

struct inventory;

/*
 * The filters and bindings of this host, as stored, and its kernel: what the
 * verbs work on that change them.  Such a verb holds the lock from before it reads
 * anything until it is done.
 */
struct host {
	struct job *job;
	const struct options *options;
	struct runtime runtime;
	struct store store;
	FILE *out;      /* what was done is said here */
	bool fell_back; /* a last ruleset was loaded */
	/* what is loaded, once fallback_loaded() has read it; NULL again after a change */
	struct inventory *inventory;
	struct devices devices; /* read for who goes through all bindings */
};

/*
 * A binding that is stored.  Of one tap the transient one hides the other.  A
 * detached one was made with filters from elsewhere (a path, -I): it is known and
 * stays as it is loaded, but cannot be compiled again.
 */
struct stored_binding {
	struct str tap; /* from the name of its file */
	enum store_folder folder;
	struct str file;
	struct binding *binding; /* NULL: its file is damaged, which was reported */
	bool detached;
};

struct stored_list {
	VEC(struct stored_binding *) at; /* ordered by tap */
	struct table by_tap;
};

/*
 * Reads the configuration and, with the stored state open, calls the verb's function; the exit code
 * of the process.
 */
int host_run(struct options *o);
/* the same with a configuration that was read */
int host_session(const struct options *o);

/*
 * The kernel and the lock, what a dead process left undone is done: before anything
 * else for a verb that changes something, but for edit, which waits
 * for its user, and hook, which has often nothing to do.
 */
bool host_lock(struct host *h);
/* the binding of one tap in one folder, or NULL */
struct stored_binding *host_binding(struct host *h, enum store_folder folder, struct str tap);
/* false after a diagnostic if a folder cannot be read; damaged files are in the list */
bool host_bindings(struct host *h, struct stored_list *ret);
/* the file goes with the change, if it is there */
void host_remove(struct host *h, enum store_folder folder, struct str file);
/*
 * Is it in the folder of the store itself?  What is elsewhere is not changed, but
 * hidden.  A file of it may have been named another way.
 */
bool host_stores(struct host *h, const struct filter *f);
/* one more binding into the ruleset; false after a diagnostic */
bool host_compile(struct host *h, const struct stored_binding *b);
/*
 * What a binding filters, whatever the host and the interface's name: 64 digits
 * that stand for its rules in order; "-" after a diagnostic.
 */
struct str host_hash(struct host *h, struct binding *binding);
/* does the filter of that name take part in what the binding refers to? */
bool host_reaches(struct host *h, const struct binding *binding, struct str name);

/*
 * The change: the ruleset goes to the kernel, and what store_put() and
 * store_remove() have collected to the store, or neither does.  Says on standard
 * output what was done.  The exit code.
 */
int host_change(struct host *h, struct apply_options options);

/* the kernel's part of it alone */
enum apply_result host_load(struct host *h, struct apply_options options, struct apply_report *ret);

/*
 * fallback.c.  The last ruleset that was loaded for each interface is kept, as
 * text, beside the store.
 */
void fallback_keep(struct host *h, const struct apply_options *options,
		   const struct apply_report *report);
/*
 * For an interface whose binding does not compile, or is detached: what is loaded
 * stays; if nothing is, what was kept is loaded; if nothing was, it drops
 * everything.
 */
bool fallback_load(struct host *h, const struct stored_binding *b, struct apply_options *options);
/* is anything loaded for the interface?  false after a diagnostic */
bool fallback_loaded(struct host *h, struct str tap, bool *ret_loaded);

/* name of the file of a tap's binding */
struct str host_binding_file(struct host *h, struct str tap, bool detached);

#endif
