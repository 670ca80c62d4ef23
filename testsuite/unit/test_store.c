/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/base/diag.h"
#include "runtime/store.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/tree.h"

#define FILTERS "etc/nwfc/filters/"
#define BINDINGS "etc/nwfc/bindings/"
#define STATE "var/lib/nwfc/"
#define JOURNAL STATE "journal"

struct fixture {
	struct tree tree;
	struct store store;
	struct diag_list diag;
};

static void setup(struct fixture *f)
{
	tree_setup(&f->tree);
	store_init(&f->store, f->tree.arena, f->tree.root);
	diag_init(&f->diag, f->tree.arena, MODE_DEFAULT);
}

static void teardown(struct fixture *f)
{
	tree_teardown(&f->tree);
}

static bool reported(const struct fixture *f)
{
	return f->diag.diag.n == 1 && f->diag.diag.at[0]->id == DIAG_STORE;
}

static bool holds(struct fixture *f, const char *name, const char *text)
{
	return tree_holds(&f->tree, name, text);
}

static bool exists(struct fixture *f, const char *name)
{
	return tree_exists(&f->tree, name);
}

static const struct {
	const char *name;
	const char *file;
} names[] = {
	{"web", "web.xml"},
	{"A-z_0.9", "A-z_0.9.xml"},
	{"a b", "a%20b.xml"},
	{"a:b", "a%3Ab.xml"},
	{"%41", "%2541.xml"},
	{"../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd.xml"},
	{"..", "%2E..xml"},
	{".hidden", "%2Ehidden.xml"},
	{"a\nb", "a%0Ab.xml"},
	{"\xc3\xa9", "%C3%A9.xml"},
	{"x.binding", "x%2Ebinding.xml"},
	{"x.binding.y", "x.binding.y.xml"},
	{"", ".xml"},
};

START_TEST(file_names)
{
	struct tree t;
	struct str file;

	tree_setup(&t);
	file = store_file_of(t.arena, str_of(names[_i].name));
	ck_assert_msg(str_is(file, names[_i].file), "%.*s", STR_ARG(file));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert(i == (size_t)_i ||
			  !str_eq(file, store_file_of(t.arena, str_of(names[i].name))));
	tree_teardown(&t);
}
END_TEST

/* the change that most tests make: one new text, one new file, one that goes */
static void old_files(struct fixture *f)
{
	tree_write(&f->tree, FILTERS "a.xml", "old a");
	tree_write(&f->tree, FILTERS "b.xml", "old b");
	tree_write(&f->tree, BINDINGS "c.xml", "old c");
}

static void change(struct fixture *f)
{
	store_put(&f->store, STORE_FILTERS, STR("a.xml"), STR("new a"));
	store_put(&f->store, STORE_TRANSIENT, STR("d.xml"), STR("new d"));
	store_remove(&f->store, STORE_BINDINGS, STR("c.xml"));
}

static bool nothing_left(struct fixture *f)
{
	return !exists(f, JOURNAL) && !exists(f, STATE ".journal.new") &&
	       !exists(f, FILTERS ".a.xml.new") && !exists(f, "run/nwfc/bindings/.d.xml.new");
}

static bool is_old(struct fixture *f)
{
	return holds(f, FILTERS "a.xml", "old a") && holds(f, FILTERS "b.xml", "old b") &&
	       holds(f, BINDINGS "c.xml", "old c") && !exists(f, "run/nwfc/bindings/d.xml");
}

static bool is_new(struct fixture *f)
{
	return holds(f, FILTERS "a.xml", "new a") && holds(f, FILTERS "b.xml", "old b") &&
	       !exists(f, BINDINGS "c.xml") && holds(f, "run/nwfc/bindings/d.xml", "new d");
}

START_TEST(commit)
{
	struct fixture f;

	setup(&f);
	old_files(&f);
	change(&f);
	ck_assert_uint_eq(f.store.edit.n, 3);
	ck_assert(store_prepare(&f.store, &f.diag));
	ck_assert(is_old(&f));
	ck_assert(store_commit(&f.store, &f.diag));
	ck_assert(is_new(&f) && nothing_left(&f));
	ck_assert_uint_eq(f.store.edit.n, 0);
	/* a store that is used again */
	store_put(&f.store, STORE_FILTERS, STR("a.xml"), STR("newer a"));
	ck_assert(store_prepare(&f.store, &f.diag) && !exists(&f, STATE ".journal.new"));
	ck_assert(store_commit(&f.store, &f.diag));
	ck_assert(holds(&f, FILTERS "a.xml", "newer a") && nothing_left(&f));
	teardown(&f);
}
END_TEST

START_TEST(abandon)
{
	struct fixture f;

	setup(&f);
	old_files(&f);
	change(&f);
	ck_assert(store_prepare(&f.store, &f.diag));
	store_abandon(&f.store);
	ck_assert(is_old(&f) && nothing_left(&f));
	ck_assert_uint_eq(f.store.edit.n, 0);
	teardown(&f);
}
END_TEST

START_TEST(same_text)
{
	struct fixture f;

	setup(&f);
	old_files(&f);
	store_put(&f.store, STORE_FILTERS, STR("a.xml"), STR("old a"));
	ck_assert_uint_eq(f.store.edit.n, 0);
	store_put(&f.store, STORE_FILTERS, STR("a.xml"), STR("old a "));
	store_put(&f.store, STORE_FILTERS, STR("b.xml"), STR(""));
	ck_assert_uint_eq(f.store.edit.n, 2);
	ck_assert(store_prepare(&f.store, &f.diag) && store_commit(&f.store, &f.diag));
	ck_assert(holds(&f, FILTERS "b.xml", ""));
	teardown(&f);
}
END_TEST

#define ALL "put 0 a.xml\nput 2 d.xml\nremove 1 c.xml\n"

/* each moment at which a process may have died, in order; from the journal on it is done */
static const struct {
	const char *a_new, *d_new, *journal_new, *journal;
	bool a_done, d_done, c_done;
	bool is_new;
} moments[] = {
	{NULL, NULL, NULL, NULL, false, false, false, false},
	{"", NULL, NULL, NULL, false, false, false, false},
	{"new a", NULL, NULL, NULL, false, false, false, false},
	{"new a", "ne", NULL, NULL, false, false, false, false},
	{"new a", "new d", NULL, NULL, false, false, false, false},
	{"new a", "new d", "put 0 a.x", NULL, false, false, false, false},
	{"new a", "new d", ALL, NULL, false, false, false, false},
	{"new a", "new d", NULL, ALL, false, false, false, true},
	{NULL, "new d", NULL, ALL, true, false, false, true},
	{NULL, NULL, NULL, ALL, true, true, false, true},
	{NULL, NULL, NULL, ALL, true, true, true, true},
	{NULL, NULL, NULL, NULL, true, true, true, true},
};

START_TEST(recovery)
{
	struct fixture f;

	setup(&f);
	old_files(&f);
	if (moments[_i].a_new)
		tree_write(&f.tree, FILTERS ".a.xml.new", moments[_i].a_new);
	if (moments[_i].d_new)
		tree_write(&f.tree, "run/nwfc/bindings/.d.xml.new", moments[_i].d_new);
	if (moments[_i].journal_new)
		tree_write(&f.tree, STATE ".journal.new", moments[_i].journal_new);
	if (moments[_i].journal)
		tree_write(&f.tree, JOURNAL, moments[_i].journal);
	if (moments[_i].a_done)
		tree_write(&f.tree, FILTERS "a.xml", "new a");
	if (moments[_i].d_done)
		tree_write(&f.tree, "run/nwfc/bindings/d.xml", "new d");
	if (moments[_i].c_done)
		ck_assert(!unlink(tree_path(&f.tree, BINDINGS "c.xml")));
	for (int twice = 0; twice < 2; twice++) {
		ck_assert(store_recover(&f.store, false, &f.diag));
		ck_assert(moments[_i].is_new ? is_new(&f) : is_old(&f));
		ck_assert(nothing_left(&f));
	}
	ck_assert_uint_eq(f.diag.diag.n, 0);
	teardown(&f);
}
END_TEST

static const char *const garbage[] = {
	"put",
	"put 0",
	"put 0 ",
	"put 4 a.xml",
	"put 00 a.xml",
	"put x a.xml",
	"put 0 ../../../passwd",
	"Put 0 a.xml",
	"remove 1 c.xml\nrm 1 a.xml",
	"\n",
	"remove 1 c.xml\n\n",
};

/* nothing of it is carried out, and it stays for somebody to look at */
START_TEST(no_journal)
{
	struct fixture f;

	setup(&f);
	old_files(&f);
	tree_write(&f.tree, JOURNAL, garbage[_i]);
	ck_assert(!store_recover(&f.store, false, &f.diag));
	ck_assert(reported(&f));
	ck_assert(is_old(&f) && holds(&f, JOURNAL, garbage[_i]));
	ck_assert_uint_eq(f.store.edit.n, 0);
	teardown(&f);
}
END_TEST

START_TEST(journal_unreadable)
{
	struct fixture f;

	setup(&f);
	tree_write(&f.tree, JOURNAL "/x", "");
	ck_assert(!store_recover(&f.store, false, &f.diag));
	ck_assert(reported(&f));
	teardown(&f);
}
END_TEST

/* a folder in which nothing can be written, also for root */
static void close_folder(struct fixture *f, const char *name)
{
	ck_assert(!chmod(tree_path(&f->tree, name), 0555));
	ck_assert(!chmod(f->tree.root, 0755));
	ck_assert(geteuid() || !seteuid(65534));
}

static void open_folder(struct fixture *f, const char *name)
{
	ck_assert(getuid() || !seteuid(0));
	ck_assert(!chmod(tree_path(&f->tree, name), 0755));
}

START_TEST(read_only)
{
	struct fixture f;

	setup(&f);
	old_files(&f);
	close_folder(&f, "etc/nwfc/filters");
	store_put(&f.store, STORE_FILTERS, STR("a.xml"), STR("new a"));
	ck_assert(!store_prepare(&f.store, &f.diag));
	ck_assert(reported(&f) && f.diag.diag.at[0]->help.len);
	ck_assert_uint_eq(f.store.edit.n, 0);
	/* also that a file cannot be removed is known in time */
	diag_init(&f.diag, f.tree.arena, MODE_DEFAULT);
	store_remove(&f.store, STORE_FILTERS, STR("a.xml"));
	ck_assert(!store_prepare(&f.store, &f.diag));
	ck_assert(reported(&f));
	open_folder(&f, "etc/nwfc/filters");
	/* of several, those that could be written are gone again */
	diag_init(&f.diag, f.tree.arena, MODE_DEFAULT);
	change(&f);
	tree_write(&f.tree, "run/nwfc/bindings", "a file");
	ck_assert(!store_prepare(&f.store, &f.diag));
	ck_assert(reported(&f) && is_old(&f) && nothing_left(&f));
	teardown(&f);
}
END_TEST

START_TEST(links)
{
	struct fixture f;

	setup(&f);
	old_files(&f);
	tree_write(&f.tree, "elsewhere", "theirs");
	ck_assert(!symlink(tree_path(&f.tree, "elsewhere"), tree_path(&f.tree, FILTERS "l.xml")));
	ck_assert(!symlink(tree_path(&f.tree, "elsewhere"),
			   tree_path(&f.tree, FILTERS ".a.xml.new")));
	store_put(&f.store, STORE_FILTERS, STR("a.xml"), STR("new a"));
	ck_assert(!store_prepare(&f.store, &f.diag));
	ck_assert(reported(&f) && holds(&f, FILTERS "a.xml", "old a"));
	ck_assert(store_recover(&f.store, false, &f.diag));
	/* a link is replaced, not followed */
	store_put(&f.store, STORE_FILTERS, STR("l.xml"), STR("new l"));
	ck_assert(store_prepare(&f.store, &f.diag) && store_commit(&f.store, &f.diag));
	ck_assert(holds(&f, FILTERS "l.xml", "new l") && holds(&f, "elsewhere", "theirs"));
	teardown(&f);
}
END_TEST

/* what is in the way can only be seen when the file is renamed */
START_TEST(commit_fails)
{
	struct fixture f;

	setup(&f);
	old_files(&f);
	tree_write(&f.tree, FILTERS "d.xml/x", "");
	store_put(&f.store, STORE_FILTERS, STR("d.xml"), STR("new d"));
	ck_assert(store_prepare(&f.store, &f.diag));
	ck_assert(!store_commit(&f.store, &f.diag));
	ck_assert(reported(&f) && is_old(&f) && !exists(&f, FILTERS ".d.xml.new"));
	teardown(&f);
}
END_TEST

START_TEST(unfit_names)
{
	struct fixture f;
	char name[300];

	setup(&f);
	old_files(&f);
	memset(name, 'x', sizeof(name));
	store_put(&f.store, STORE_FILTERS, (struct str){name, sizeof(name)}, STR("x"));
	ck_assert(!store_prepare(&f.store, &f.diag));
	ck_assert(reported(&f));
	diag_init(&f.diag, f.tree.arena, MODE_DEFAULT);
	change(&f);
	store_put(&f.store, STORE_FILTERS, STR("x\nremove 0 b.xml"), STR("x"));
	ck_assert(!store_prepare(&f.store, &f.diag));
	ck_assert(reported(&f) && is_old(&f) && nothing_left(&f));
	teardown(&f);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *store_suite(void)
{
	Suite *suite = suite_create("store");
	TCase *tcase = tcase_create("files");

	tcase_add_loop_test(tcase, file_names, 0, ROWS(names));
	tcase_add_test(tcase, commit);
	tcase_add_test(tcase, abandon);
	tcase_add_test(tcase, same_text);
	tcase_add_loop_test(tcase, recovery, 0, ROWS(moments));
	tcase_add_loop_test(tcase, no_journal, 0, ROWS(garbage));
	tcase_add_test(tcase, journal_unreadable);
	tcase_add_test(tcase, read_only);
	tcase_add_test(tcase, links);
	tcase_add_test(tcase, commit_fails);
	tcase_add_test(tcase, unfit_names);
	suite_add_tcase(suite, tcase);
	return suite;
}
