/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/cli/file.h"
#include "compiler/nearest.h"
#include "ir/base/buf.h"

static const struct {
	const char *name;
	unsigned kinds;
} settings[] = {
	{"include", CONFIG_HOST | CONFIG_LINT},
	{"target", CONFIG_HOST},
	{"compat", CONFIG_HOST | CONFIG_LINT},
	{"strict", CONFIG_HOST | CONFIG_LINT},
	{"set", CONFIG_HOST},
	{"guard", CONFIG_HOST},
	{"optimize", CONFIG_HOST},
	{"select", CONFIG_LINT},
	{"ignore", CONFIG_LINT},
	{"severity", CONFIG_LINT},
	{"fail-on", CONFIG_LINT},
	{"baseline", CONFIG_LINT},
};

#define NSETTING (sizeof(settings) / sizeof(settings[0]))

struct reading {
	struct options *options;
	const char *path;
	enum config_kind kind;
	unsigned line;
};

static bool complain(const struct reading *r, const char *what, const char *word)
{
	struct nearest near;

	nearest_init(&near, str_of(word));
	for (size_t i = 0; i < NSETTING; i++)
		if (settings[i].kinds & r->kind)
			nearest_offer(&near, str_of(settings[i].name));
	fprintf(stderr, "%s:%u: %s '%s'", r->path, r->line, what, word);
	if (near.best.len)
		fprintf(stderr, "; did you mean '%.*s'?", STR_ARG(near.best));
	fputc('\n', stderr);
	return false;
}

static char *trim(char *text)
{
	size_t n;

	text += strspn(text, " \t");
	for (n = strlen(text); n && strchr(" \t\r", text[n - 1]); n--)
		text[n - 1] = 0;
	return text;
}

static bool read_line(const struct reading *r, char *line)
{
	char *equals, *name, *value;

	line[strcspn(line, "#")] = 0;
	line = trim(line);
	if (!*line)
		return true;
	equals = strchr(line, '=');
	if (!equals)
		return complain(r, "a line is NAME = VALUE, found", line);
	*equals = 0;
	name = trim(line);
	value = trim(equals + 1);
	for (size_t i = 0; i < NSETTING; i++)
		if (!strcmp(settings[i].name, name) && settings[i].kinds & r->kind)
			return options_set(r->options, name, value) ||
			       complain(r, "in the value of", name);
	return complain(r, "there is no setting", name);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	bool ok;

	if (!file)
		return NULL;
	/* no byte of it is 0: all of it */
	ok = getdelim(&text, &size, 0, file) >= 0 || !ferror(file);
	if (!ok) {
		int error = errno;

		free(text);
		fclose(file);
		errno = error;
		return NULL;
	}
	fclose(file);
	return text;
}

bool config_read_file(struct options *o, const char *path, enum config_kind kind)
{
	struct reading r = {o, path, kind, 0};
	char *rest;
	bool ok = true;

	o->config = read_file(path);
	if (!o->config) {
		if (errno == ENOENT || errno == ENOTDIR)
			return true;
		fprintf(stderr, "nwfc: cannot read %s: %m\n", path);
		return false;
	}
	for (rest = o->config; rest && *rest && ok;) {
		char *line = strsep(&rest, "\n");

		r.line++;
		ok = read_line(&r, line);
	}
	return ok;
}

bool config_read(struct options *o)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" CONFIG_FILE, o->root ? o->root : "");
	return config_read_file(o, path, CONFIG_HOST);
}

static void print_words(const char *name, const struct words *words)
{
	for (size_t i = 0; i < words->n; i++)
		printf("%s = %s\n", name, words->at[i]);
}

void config_print(const struct options *o)
{
	struct buf target;

	buf_init(&target);
	target_print(&o->target, &target);
	print_words("include", &o->include);
	if (o->target_given)
		printf("target = %.*s\n", STR_ARG(buf_str(&target)));
	else
		puts("# target: what the kernel offers");
	if (o->mode == MODE_COMPAT)
		puts("compat = libvirt");
	printf("strict = %s\n", o->mode == MODE_STRICT ? "yes" : "no");
	if (o->optimize >= 0)
		printf("optimize = %d\n", o->optimize);
	print_words("set", &o->set);
	print_words("guard", &o->guard);
	buf_release(&target);
}
