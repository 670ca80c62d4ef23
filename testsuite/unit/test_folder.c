/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/folder.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/tree.h"

START_TEST(making)
{
	struct tree t;
	char path[PATH_MAX + 10];
	struct stat st;

	tree_setup(&t);
	ck_assert(folder_make(tree_path(&t, "a/b/c")));
	ck_assert(folder_make(tree_path(&t, "a/b/c")));
	ck_assert(folder_make(tree_path(&t, "a/b/d/")));
	ck_assert(!stat(tree_path(&t, "a/b/d"), &st) && S_ISDIR(st.st_mode));
	ck_assert(folder_sync(tree_path(&t, "a/b")));
	tree_write(&t, "a/file", "x");
	ck_assert(!folder_make(tree_path(&t, "a/file/b")));
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert(!folder_sync(tree_path(&t, "a/file")));
	ck_assert(!folder_sync(tree_path(&t, "a/nothing")));
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = 0;
	ck_assert(!folder_make(path));
	ck_assert_int_eq(errno, ENAMETOOLONG);
	tree_teardown(&t);
}
END_TEST

START_TEST(writing)
{
	bool (*const write[])(const char *path, struct str text) = {folder_put, folder_write};
	struct tree t;
	struct str text;

	tree_setup(&t);
	ck_assert(write[_i](tree_path(&t, "f"), STR("a longer text")));
	ck_assert(write[_i](tree_path(&t, "f"), STR("text")));
	ck_assert(folder_read(t.arena, tree_path(&t, "f"), &text));
	ck_assert(str_is(text, "text"));
	ck_assert(write[_i](tree_path(&t, "f"), STR("")));
	ck_assert(folder_read(t.arena, tree_path(&t, "f"), &text));
	ck_assert_uint_eq(text.len, 0);
	/* not through a link, wherever it leads */
	ck_assert(!symlink("f", tree_path(&t, "link")));
	ck_assert(!write[_i](tree_path(&t, "link"), STR("through")));
	ck_assert_int_eq(errno, ELOOP);
	ck_assert(tree_holds(&t, "f", ""));
	ck_assert(!symlink("nowhere", tree_path(&t, "dangling")));
	ck_assert(!write[_i](tree_path(&t, "dangling"), STR("through")));
	ck_assert(!tree_exists(&t, "nowhere"));
	ck_assert(!write[_i](tree_path(&t, "no/folder"), STR("x")));
	ck_assert_int_eq(errno, ENOENT);
	tree_teardown(&t);
}
END_TEST

START_TEST(reading)
{
	struct tree t;
	struct str text;

	tree_setup(&t);
	ck_assert(!folder_read(t.arena, tree_path(&t, "f"), &text));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert(!folder_read(t.arena, t.root, &text));
	ck_assert_int_eq(errno, EISDIR);
	tree_teardown(&t);
}
END_TEST

START_TEST(listing)
{
	struct tree t;
	struct names names;

	tree_setup(&t);
	ck_assert(folder_list(t.arena, tree_path(&t, "none"), &names));
	ck_assert_uint_eq(names.at.n, 0);
	tree_write(&t, "b", "");
	tree_write(&t, "a", "");
	tree_write(&t, "B", "");
	tree_write(&t, ".a.new", "");
	ck_assert(folder_list(t.arena, t.root, &names));
	ck_assert_uint_eq(names.at.n, 3);
	ck_assert(str_is(names.at.at[0], "B"));
	ck_assert(str_is(names.at.at[1], "a"));
	ck_assert(str_is(names.at.at[2], "b"));
	ck_assert(!folder_list(t.arena, tree_path(&t, "a"), &names));
	tree_teardown(&t);
}
END_TEST

Suite *folder_suite(void)
{
	Suite *suite = suite_create("folder");
	TCase *tcase = tcase_create("files");

	tcase_add_test(tcase, making);
	tcase_add_loop_test(tcase, writing, 0, 2);
	tcase_add_test(tcase, reading);
	tcase_add_test(tcase, listing);
	suite_add_tcase(suite, tcase);
	return suite;
}
