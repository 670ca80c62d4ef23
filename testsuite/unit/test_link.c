/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/link.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

#define FILES_MAX 128

/* two folders of filters on disk and a library that searches them in order */
struct shelf {
	struct text text;
	struct library library;
	char root[32];
	char *file[FILES_MAX];
	unsigned nfile;
};

static void shelf_init(struct shelf *s)
{
	struct arena *a;

	text_init(&s->text, MODE_DEFAULT, STR(""));
	a = s->text.compile.arena;
	s->nfile = 0;
	strcpy(s->root, "/tmp/nwfc-link-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(s->root));
	library_init(&s->library, &s->text.compile);
	for (int i = 1; i <= 2; i++) {
		struct str folder = str_printf(a, "%s/%d", s->root, i);

		ck_assert_int_eq(mkdir(folder.ptr, 0700), 0);
		library_add_folder(&s->library, folder);
	}
}

/* a file in folder 1 or 2; its path */
static struct str shelf_put(struct shelf *s, int folder, const char *name, const char *text)
{
	struct str path = str_printf(s->text.compile.arena, "%s/%d/%s", s->root, folder, name);
	FILE *f = fopen(path.ptr, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_uint_lt(s->nfile, FILES_MAX);
	s->file[s->nfile++] = str_c(s->text.compile.arena, path);
	return path;
}

static void shelf_release(struct shelf *s)
{
	while (s->nfile)
		unlink(s->file[--s->nfile]);
	for (size_t i = 0; i < s->library.folder.n; i++)
		rmdir(s->library.folder.at[i].ptr);
	rmdir(s->root);
	text_release(&s->text);
}

static struct filter *find(struct shelf *s, const char *name)
{
	return library_find(&s->library, intern(&s->text.compile.names, str_of(name)));
}

static bool link_name(struct shelf *s, const char *name)
{
	struct filter *f = find(s, name);

	ck_assert_ptr_nonnull(f);
	return link_filter(&s->library, f);
}

static unsigned errors(const struct shelf *s)
{
	return diag_count(&s->text.compile.diag, SEVERITY_ERROR);
}

START_TEST(resolves)
{
	struct shelf s;
	struct filter *a;

	shelf_init(&s);
	shelf_put(&s, 1, "x.xml",
		  "<filter name='a'><rule action='drop' direction='in'/><filterref filter='b'/>"
		  "<filterref filter='b'/></filter>");
	shelf_put(&s, 2, "y.xml",
		  "<filter name='b'><rule action='drop' direction='in'/>"
		  "<rule action='drop' direction='out'/></filter>");
	a = find(&s, "a");
	ck_assert(link_filter(&s.library, a));
	ck_assert_uint_eq(a->nrule, 5);
	ck_assert_ptr_eq(a->item.at[1].filterref->filter, find(&s, "b"));
	ck_assert(a->source->reached && find(&s, "b")->source->reached);
	/* idempotent */
	ck_assert(link_filter(&s.library, a));
	ck_assert_uint_eq(a->nrule, 5);
	ck_assert_uint_eq(s.text.compile.diag.diag.n, 0);
	shelf_release(&s);
}
END_TEST

START_TEST(unknown_filter)
{
	struct shelf s;
	const struct diag *d;

	shelf_init(&s);
	shelf_put(&s, 1, "a.xml", "<filter name='a'><filterref filter='Clean-Trafic'/></filter>");
	shelf_put(&s, 2, "b.xml", "<filter name='clean-traffic'/>");
	library_add_folder(&s.library, STR("/nonexistent"));
	ck_assert(!link_name(&s, "a"));
	d = text_first(&s.text, DIAG_FILTER_UNKNOWN);
	ck_assert_ptr_nonnull(d);
	ck_span(d->label[0].span, "Clean-Trafic");
	ck_str(d->help, "did you mean \"clean-traffic\"?");
	/* three folders searched, one could not be read */
	ck_assert_uint_eq(d->note.n, 4);
	ck_assert_uint_eq(errors(&s), 1);
	/* no second report */
	ck_assert(!link_name(&s, "a"));
	ck_assert_uint_eq(errors(&s), 1);
	s.library.folder.n--;
	shelf_release(&s);
}
END_TEST

START_TEST(cycle)
{
	struct shelf s;
	const struct diag *d;

	shelf_init(&s);
	shelf_put(&s, 1, "top.xml",
		  "<filter name='top'><filterref filter='left'/><filterref "
		  "filter='right'/></filter>");
	shelf_put(&s, 1, "left.xml", "<filter name='left'><filterref filter='bottom'/></filter>");
	shelf_put(&s, 1, "right.xml", "<filter name='right'><filterref filter='bottom'/></filter>");
	shelf_put(&s, 1, "bottom.xml", "<filter name='bottom'><filterref filter='left'/></filter>");
	ck_assert(!link_name(&s, "top"));
	d = text_first(&s.text, DIAG_FILTER_CYCLE);
	ck_assert_ptr_nonnull(d);
	ck_assert_uint_eq(errors(&s), 1);
	ck_str(d->message, "filters refer in a circle: left -> bottom -> left");
	ck_assert_ptr_eq(d->label[0].span.source, find(&s, "bottom")->source);
	ck_assert_uint_eq(d->nlabel, 2);
	ck_assert_ptr_eq(d->label[1].span.source, find(&s, "left")->source);
	/* all that leads there is known to be unsound */
	ck_assert(!link_name(&s, "right"));
	ck_assert_uint_eq(errors(&s), 1);
	shelf_release(&s);
}
END_TEST

START_TEST(self_reference)
{
	struct shelf s;

	shelf_init(&s);
	shelf_put(&s, 1, "a.xml", "<filter name='a'><filterref filter='a'/></filter>");
	ck_assert(!link_name(&s, "a"));
	ck_str(text_first(&s.text, DIAG_FILTER_CYCLE)->message,
	       "filters refer in a circle: a -> a");
	shelf_release(&s);
}
END_TEST

/* a broken file counts when something refers to it, and only then */
START_TEST(broken_files)
{
	struct shelf s;

	shelf_init(&s);
	shelf_put(&s, 1, "a.xml", "<filter name='a'/>");
	shelf_put(&s, 1, "b.xml", "<filter name='b'><filterref filter='c'/></filter>");
	shelf_put(&s, 1, "c.xml", "<filter name='c'><rule action='drop'/></filter>");
	shelf_put(&s, 1, "d.xml", "<filter name='d'");
	shelf_put(&s, 1, "e.xml", "<network name='e'/>");
	ck_assert(link_name(&s, "a"));
	ck_assert_uint_eq(errors(&s), 0);
	ck_assert_uint_eq(s.text.compile.diag.nerror, 0);
	ck_assert_ptr_null(find(&s, "d"));
	ck_assert_ptr_null(find(&s, "e"));
	ck_assert_uint_eq(errors(&s), 0);
	ck_assert(!link_name(&s, "b"));
	ck_assert_uint_eq(errors(&s), 1);
	ck_assert_uint_eq(text_count(&s.text, DIAG_RULE_DIRECTION), 1);
	/* named by its file, the other root is an error */
	ck_assert_ptr_null(library_load_file(
		&s.library, str_printf(s.text.compile.arena, "%s/1/e.xml", s.root)));
	ck_assert_uint_eq(errors(&s), 2);
	shelf_release(&s);
}
END_TEST

START_TEST(duplicates)
{
	struct shelf s;
	const struct diag *d;

	shelf_init(&s);
	shelf_put(&s, 1, "2.xml", "\n<filter name='a'/>");
	shelf_put(&s, 1, "1.xml", "<filter name='a'/>");
	shelf_put(&s, 1, "3.xml", "<filter name='b'/>");
	ck_assert(link_name(&s, "b"));
	ck_assert_uint_eq(errors(&s), 0);
	ck_assert_ptr_nonnull(find(&s, "a"));
	d = text_first(&s.text, DIAG_FILTER_DUPLICATE);
	/* in the order of file names, not of the folder: the second one is 2.xml */
	ck_assert_uint_eq(span_position(d->label[0].span).line, 2);
	ck_assert_uint_eq(errors(&s), 1);
	shelf_release(&s);
}
END_TEST

/* a file that was named is not read again, and duplicates in its folder still count */
START_TEST(named_file_in_folder)
{
	struct shelf s;
	struct str path;
	struct filter *f;

	shelf_init(&s);
	path = shelf_put(&s, 1, "b.xml", "<filter name='a'><filterref filter='c'/></filter>");
	shelf_put(&s, 1, "a.xml", "<filter name='a'/>");
	shelf_put(&s, 1, "c.xml", "<filter name='c'/>");
	f = library_load_file(&s.library, path);
	ck_assert_ptr_nonnull(f);
	ck_assert(link_filter(&s.library, f));
	ck_assert_ptr_eq(find(&s, "a"), f);
	ck_assert_ptr_eq(library_load_file(&s.library, path), f);
	ck_assert_uint_eq(s.library.filter.n, 3);
	ck_assert_uint_eq(text_count(&s.text, DIAG_FILTER_DUPLICATE), 1);
	ck_assert_uint_eq(errors(&s), 1);
	shelf_release(&s);
}
END_TEST

START_TEST(shadowed)
{
	static const char uuid[] = "<uuid>6ef53069-ba34-94a0-d33d-17751b9b8cb1</uuid>";
	struct shelf s;
	char text[128];

	shelf_init(&s);
	snprintf(text, sizeof(text), "<filter name='a'>%s</filter>", uuid);
	shelf_put(&s, 1, "a.xml", text);
	shelf_put(&s, 2, "a.xml", text);
	shelf_put(&s, 2, "b.xml", "<filter name='b'><filterref filter='a'/></filter>");
	ck_assert(link_name(&s, "b"));
	ck_assert(str_starts(find(&s, "a")->source->name, s.library.folder.at[0]));
	ck_assert_uint_eq(text_count(&s.text, DIAG_FILTER_SHADOWED), 1);
	ck_assert_uint_eq(diag_count(&s.text.compile.diag, SEVERITY_INFO), 1);
	/* a copy with the same name may keep the uuid */
	ck_assert_uint_eq(text_count(&s.text, DIAG_UUID_DUPLICATE), 0);
	shelf_release(&s);
}
END_TEST

START_TEST(one_uuid_for_two)
{
	static const char format[] =
		"<filter name='%s'>\n<uuid>6EF53069ba34-94a0-d33d-17751b9b8cb1</uuid></filter>";
	struct shelf s;
	char text[128];
	const struct diag *d;

	shelf_init(&s);
	snprintf(text, sizeof(text), format, "a");
	shelf_put(&s, 1, "a.xml", text);
	snprintf(text, sizeof(text), format, "b");
	shelf_put(&s, 1, "b.xml", text);
	ck_assert(link_name(&s, "a"));
	ck_assert(link_name(&s, "b"));
	d = text_first(&s.text, DIAG_UUID_DUPLICATE);
	ck_assert_ptr_nonnull(d);
	ck_assert_int_eq(d->severity, SEVERITY_WARNING);
	ck_assert_ptr_eq(d->label[0].span.source, find(&s, "b")->source);
	ck_assert_uint_eq(span_position(d->label[0].span).line, 2);
	ck_str(find(&s, "a")->uuid, "6ef53069-ba34-94a0-d33d-17751b9b8cb1");
	shelf_release(&s);
}
END_TEST

static void put_chain(struct shelf *s, unsigned n)
{
	char name[16], text[80];

	for (unsigned i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "%u.xml", i);
		if (i < n)
			snprintf(text, sizeof(text),
				 "<filter name='%u'><filterref filter='%u'/></filter>", i, i + 1);
		else
			snprintf(text, sizeof(text), "<filter name='%u'/>", i);
		shelf_put(s, 1, name, text);
	}
}

START_TEST(depth)
{
	struct shelf s;

	shelf_init(&s);
	put_chain(&s, REFERENCE_DEPTH_LIMIT + 2);
	/* 64 references below the second filter, 65 below the first, in whatever order */
	ck_assert(link_name(&s, "40"));
	ck_assert(link_name(&s, "2"));
	ck_assert(!link_name(&s, "1"));
	ck_assert_uint_eq(text_count(&s.text, DIAG_REFERENCE_DEPTH), 1);
	shelf_release(&s);

	shelf_init(&s);
	put_chain(&s, REFERENCE_DEPTH_LIMIT + 2);
	ck_assert(!link_name(&s, "1"));
	ck_assert_uint_eq(text_count(&s.text, DIAG_REFERENCE_DEPTH), 1);
	shelf_release(&s);
}
END_TEST

/* each filter is visited once: 3^60 paths, and the count saturates */
START_TEST(wide_tree)
{
	struct shelf s;
	char name[16], text[120];

	shelf_init(&s);
	for (unsigned i = 1; i <= 60; i++) {
		snprintf(name, sizeof(name), "%u.xml", i);
		snprintf(text, sizeof(text),
			 "<filter name='%u'><filterref filter='%u'/><filterref filter='%u'/>"
			 "<filterref filter='%u'/></filter>",
			 i, i + 1, i + 1, i + 1);
		shelf_put(&s, 1, name, text);
	}
	shelf_put(&s, 1, "61.xml",
		  "<filter name='61'><rule action='drop' direction='in'/></filter>");
	ck_assert(link_name(&s, "1"));
	ck_assert_uint_eq(find(&s, "60")->nrule, 3);
	ck_assert_uint_eq(find(&s, "1")->nrule, UINT64_MAX);
	shelf_release(&s);
}
END_TEST

Suite *link_suite(void)
{
	Suite *s = suite_create("link");
	TCase *tc = tcase_create("link");

	tcase_add_test(tc, resolves);
	tcase_add_test(tc, unknown_filter);
	tcase_add_test(tc, cycle);
	tcase_add_test(tc, self_reference);
	tcase_add_test(tc, broken_files);
	tcase_add_test(tc, duplicates);
	tcase_add_test(tc, named_file_in_folder);
	tcase_add_test(tc, shadowed);
	tcase_add_test(tc, one_uuid_for_two);
	tcase_add_test(tc, depth);
	tcase_add_test(tc, wide_tree);
	suite_add_tcase(s, tc);
	return s;
}
