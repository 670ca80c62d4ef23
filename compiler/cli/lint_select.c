/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/lint_select.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/config.h"
#include "compiler/lint_suppress.h"

#define NAME ".nwfc.conf"

/* what one .nwfc.conf says; those of the command line have no path */
struct lint_file {
	char *path;
	struct options options;
	struct lint_file *next;
};

/* folders that were looked up; many files are in few folders */
struct lint_folder {
	char *path;
	const struct lint_file *file; /* NULL: none above it */
	struct lint_folder *next;
};

/* made of two, and kept */
struct lint_path {
	char *text;
	struct lint_path *next;
};

struct lint_select {
	const struct options *options;
	const struct lint_file *first; /* of the first operand; NULL: it has none */
	struct lint_path *path;
	struct lint_file *file;
	struct lint_folder *folder;
	bool failed;
};

static bool check_codes(const struct words *codes, const char *option)
{
	for (size_t i = 0; i < codes->n; i++) {
		struct str rest = str_of(codes->at[i]);

		while (rest.len) {
			struct str code = str_trim(str_cut(&rest, ','));

			if (!lint_code_known(code)) {
				usage_error("--%s: no code begins with '%.*s'; --explain all lists "
					    "them",
					    option, STR_ARG(code));
				return false;
			}
		}
	}
	return true;
}

static bool check_severities(const struct words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		struct str level = str_of(words->at[i]);
		struct str code = str_cut(&level, '=');

		if (lint_code_known(code) && severity_find(level) != SEVERITY_NONE)
			continue;
		usage_error("--severity takes CODE=error, warning, info or style, not '%s'",
			    words->at[i]);
		return false;
	}
	return true;
}

static bool check(const struct options *o)
{
	return check_codes(&o->select, "select") && check_codes(&o->ignore, "ignore") &&
	       check_severities(&o->severity);
}

/* the path of the .nwfc.conf in the folder or above it, or NULL */
static char *find_above(const char *folder)
{
	char path[PATH_MAX];
	char *real = realpath(folder, NULL);
	char *found = NULL;

	while (real && !found) {
		char *slash = strrchr(real, '/');

		snprintf(path, sizeof(path), "%s/" NAME, strcmp(real, "/") ? real : "");
		if (!access(path, F_OK))
			found = strdup(path);
		if (!slash || !strcmp(real, "/"))
			break;
		slash[slash == real] = 0;
	}
	free(real);
	return found;
}

static struct lint_file *load(struct lint_select *s, char *path)
{
	struct lint_file *f;

	for (f = s->file; f; f = f->next)
		if (!strcmp(f->path, path)) {
			free(path);
			return f;
		}
	f = calloc(1, sizeof(*f));
	if (!f) {
		free(path);
		return NULL;
	}
	f->path = path;
	f->next = s->file;
	s->file = f;
	s->failed |= !config_read_file(&f->options, path, CONFIG_LINT) || !check(&f->options);
	return f;
}

static const struct lint_file *file_of_folder(struct lint_select *s, const char *folder)
{
	struct lint_folder *known = s->folder;
	char *path;

	while (known && strcmp(known->path, folder) != 0)
		known = known->next;
	if (known)
		return known->file;
	known = calloc(1, sizeof(*known));
	if (!known)
		return NULL;
	known->path = strdup(folder);
	path = find_above(folder);
	known->file = path ? load(s, path) : NULL;
	known->next = s->folder;
	s->folder = known;
	return known->file;
}

static const struct lint_file *file_of(struct lint_select *s, const struct source *source)
{
	char path[PATH_MAX];

	if (!source || source->name.len >= sizeof(path) || str_starts(source->name, STR("<")))
		return file_of_folder(s, ".");
	memcpy(path, source->name.ptr, source->name.len);
	path[source->name.len] = 0;
	return file_of_folder(s, dirname(path));
}

/* a path in a .nwfc.conf is seen from its folder */
static const char *beside(struct lint_select *s, const struct lint_file *f, const char *path)
{
	struct lint_path *p;
	int folder = (int)(strrchr(f->path, '/') - f->path);

	if (!path || *path == '/')
		return path;
	p = calloc(1, sizeof(*p));
	if (!p || asprintf(&p->text, "%.*s/%s", folder, f->path, path) < 0) {
		free(p);
		return NULL;
	}
	p->next = s->path;
	s->path = p;
	return p->text;
}

/* what holds for the whole run comes from the first file's folder, unless options say so */
static void take_over(struct lint_select *s, struct options *o, const struct lint_file *f)
{
	const struct options *from = &f->options;

	if (o->mode == MODE_DEFAULT)
		o->mode = from->mode;
	if (!o->fail_on)
		o->fail_on = from->fail_on;
	if (!o->baseline)
		o->baseline = beside(s, f, from->baseline);
	s->first = f;
}

void lint_select_include(struct lint_select *s, struct library *lib)
{
	for (size_t i = 0; s->first && i < s->first->options.include.n; i++) {
		const char *path = beside(s, s->first, s->first->options.include.at[i]);

		if (path)
			library_add_folder(lib, str_of(path));
	}
}

static const struct lint_file *file_of_operand(struct lint_select *s, const char *operand)
{
	char path[PATH_MAX];
	struct stat st;

	if (!stat(operand, &st) && S_ISDIR(st.st_mode))
		return file_of_folder(s, operand);
	snprintf(path, sizeof(path), "%s", operand);
	return file_of_folder(s, dirname(path));
}

struct lint_select *lint_select_new(struct options *o, const char *first)
{
	struct lint_select *s = calloc(1, sizeof(*s));
	const struct lint_file *f;

	if (!s)
		return NULL;
	s->options = o;
	if (!check(o)) {
		lint_select_free(s);
		return NULL;
	}
	f = file_of_operand(s, first);
	if (s->failed) {
		lint_select_free(s);
		return NULL;
	}
	if (f)
		take_over(s, o, f);
	return s;
}

void lint_select_free(struct lint_select *s)
{
	if (!s)
		return;
	while (s->folder) {
		struct lint_folder *next = s->folder->next;

		free(s->folder->path);
		free(s->folder);
		s->folder = next;
	}
	while (s->file) {
		struct lint_file *next = s->file->next;

		options_release(&s->file->options);
		free(s->file->path);
		free(s->file);
		s->file = next;
	}
	while (s->path) {
		struct lint_path *next = s->path->next;

		free(s->path->text);
		free(s->path);
		s->path = next;
	}
	free(s);
}

static bool in_list(const struct words *codes, enum diag_id id)
{
	for (size_t i = 0; i < codes->n; i++) {
		struct str rest = str_of(codes->at[i]);

		while (rest.len)
			if (lint_code_matches(str_trim(str_cut(&rest, ',')), id))
				return true;
	}
	return false;
}

bool lint_select_wants(const void *select, enum diag_id id, const struct source *source)
{
	struct lint_select *s = (struct lint_select *)select;
	const struct lint_file *f = file_of(s, source);
	const struct words *chosen = &s->options->select;

	if (!chosen->n && f)
		chosen = &f->options.select;
	if (chosen->n && !in_list(chosen, id))
		return false;
	return !in_list(&s->options->ignore, id) && !(f && in_list(&f->options.ignore, id));
}

/* the longest code that is meant wins, and of equal ones the last */
static enum severity level_in(const struct words *words, enum diag_id id)
{
	enum severity found = SEVERITY_NONE;
	size_t length = 0;

	for (size_t i = 0; i < words->n; i++) {
		struct str level = str_of(words->at[i]);
		struct str code = str_cut(&level, '=');

		if (code.len < length || !lint_code_matches(code, id))
			continue;
		found = severity_find(level);
		length = code.len;
	}
	return found;
}

bool lint_select_apply(struct lint_select *s, struct diag_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->diag.n; i++) {
		struct diag *d = list->diag.at[i];
		const struct source *source = d->label[0].span.source;
		const struct lint_file *f = file_of(s, source);
		enum severity level = level_in(&s->options->severity, d->id);

		if (!lint_select_wants(s, d->id, source))
			continue;
		if (level == SEVERITY_NONE && f)
			level = level_in(&f->options.severity, d->id);
		if (level != SEVERITY_NONE)
			d->severity = level;
		list->diag.at[n++] = d;
	}
	list->diag.n = n;
	return !s->failed;
}
