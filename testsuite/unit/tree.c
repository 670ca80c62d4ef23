/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/tree.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ir/base/str.h"

void tree_setup(struct tree *t)
{
	t->arena = arena_new(1u << 20);
	strcpy(t->root, "/tmp/nwfc-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(t->root));
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

void tree_teardown(struct tree *t)
{
	ck_assert(!nftw(t->root, remove_one, 8, FTW_DEPTH | FTW_PHYS));
	arena_free(t->arena);
}

const char *tree_path(struct tree *t, const char *name)
{
	return str_printf(t->arena, "%s/%s", t->root, name).ptr;
}

void tree_write(struct tree *t, const char *name, const char *text)
{
	char *path = strdup(tree_path(t, name));
	FILE *file;

	for (char *slash = path + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = 0;
		mkdir(path, 0755);
	}
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert(!fclose(file));
	free(path);
}

bool tree_exists(struct tree *t, const char *name)
{
	struct stat st;

	return !lstat(tree_path(t, name), &st);
}

bool tree_holds(struct tree *t, const char *name, const char *text)
{
	char found[256];
	FILE *file = fopen(tree_path(t, name), "r");
	size_t n;

	if (!file)
		return false;
	n = fread(found, 1, sizeof(found), file);
	fclose(file);
	return n == strlen(text) && !memcmp(found, text, n);
}
