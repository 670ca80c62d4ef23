/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_CLI_VERBS_H
#define NWFC_CLI_VERBS_H

#include <stdbool.h>
#include <stddef.h>

#include "ir/binding.h"

struct options;
struct host;
struct stored_binding;

/* each returns the exit code of the process */
int verb_compile(const struct options *o);
int verb_explain(const struct options *o);
int verb_explain_stored(struct host *h);
int verb_test(const struct options *o);
int verb_lint(const struct options *o);
int verb_fmt(const struct options *o);
int verb_fields(const struct options *o);

/* the same, with the stored state open (host.h) */
int verb_apply(struct host *h);
int verb_bind(struct host *h);
int verb_unbind(struct host *h);
int verb_bindings(struct host *h);
int verb_define(struct host *h);
/* the filters of files, to every interface that they concern and the store */
int define_files(struct host *h, const char *const *path, size_t n);
int verb_undefine(struct host *h);
int verb_list(struct host *h);
int verb_dumpxml(struct host *h);
int verb_edit(struct host *h);
int verb_status(struct host *h);
int verb_save(struct host *h);
int verb_restore(struct host *h);
int verb_hook(struct host *h);
int verb_relearn(struct host *h);

/*
 * The binding of an interface, of which the transient one hides the other; NULL
 * after a diagnostic: there is none, or it cannot be compiled again.
 */
const struct stored_binding *stored_binding_of(struct host *h, struct str tap);
/* brings the kernel to the stored state; with keep_going as far as that compiles */
int apply_stored(struct host *h, bool keep_going);
/* one binding into the ruleset and the change of the store; path: its filter is that file */
bool bind_one(struct host *h, struct binding *b, struct str path, bool transient);
/* the bindings of the command line to the kernel and the store */
int bind_wanted(struct host *h, bool transient);

#endif
