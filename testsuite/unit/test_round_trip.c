/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "compiler/canonical.h"
#include "compiler/parse.h"
#include "testsuite/unit/same.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

/*
 * The contract of canonical_filter() over every filter there is: the text of a
 * filter prints as itself, means the same, and gives the very same programs.
 */
struct tally {
	unsigned files;    /* that were read */
	unsigned filters;  /* that are filters without errors, in a mode */
	unsigned compiled; /* of these, with the values below */
};

static const char *folder_of_sources(void)
{
	const char *srcdir = getenv("srcdir");

	return srcdir ? srcdir : ".";
}

static struct filter *parse_text(struct compile *c, struct str text)
{
	struct filter *f = parse_filter(c, compile_text(c, STR("filter"), text));

	return f && !f->broken ? f : NULL;
}

static struct str canonical(struct compile *c, const struct filter *f)
{
	struct buf out;
	struct str text;

	buf_init(&out);
	canonical_filter(f, &out);
	ck_assert(!out.failed);
	text = str_dup(c->arena, buf_str(&out));
	buf_release(&out);
	return text;
}

/* two values of the kind that the variable's first use asks for */
static void add_values(struct trial *t, const struct access *a, const struct operand *o,
		       const struct proto *p)
{
	static const char *const values[TYPE_MAX][2] = {
		[TYPE_U8] = {"1", "2"},
		[TYPE_U16] = {"2048", "2054"},
		[TYPE_U32] = {"1", "2"},
		[TYPE_DECIMAL] = {"1", "2"},
		[TYPE_MAC] = {"52:54:00:00:00:01", "52:54:00:00:00:02"},
		[TYPE_MAC_MASK] = {"ff:ff:00:00:00:00", "ff:00:00:00:00:00"},
		[TYPE_IPV4] = {"192.0.2.1", "192.0.2.2"},
		[TYPE_IPV4_MASK] = {"24", "25"},
		[TYPE_IPV6] = {"2001:db8::1", "2001:db8::2"},
		[TYPE_IPV6_MASK] = {"64", "65"},
		[TYPE_IPSET] = {"one", "two"},
		[TYPE_IPSET_FLAGS] = {"src", "dst"},
	};
	const char *const *pair = values[o ? type_of(field(o->field), p) : TYPE_U8];
	char name[64];

	if (!pair[0] || a->name.len >= sizeof(name) ||
	    parameter_find(&t->binding->parameter, a->name))
		return;
	snprintf(name, sizeof(name), "%.*s", STR_ARG(a->name));
	trial_value(t, name, pair[0]);
	trial_value(t, name, pair[1]);
}

static const struct operand *first_use(const struct filter_rule *rule, const struct access *a)
{
	for (size_t i = 0; i < rule->match.n; i++)
		for (int s = 0; s < SLOT_MAX; s++) {
			const struct operand *o = &rule->match.at[i].operand[s];

			if (o->kind == OPERAND_VARIABLE && str_eq(o->access.name, a->name))
				return o;
		}
	return NULL;
}

static void add_values_of(struct trial *t, const struct filter *f)
{
	for (size_t i = 0; i < f->item.n; i++) {
		const struct filter_rule *rule = f->item.at[i].rule;

		if (f->item.at[i].kind != ITEM_RULE)
			continue;
		for (size_t k = 0; k < rule->access.n; k++)
			add_values(t, &rule->access.at[k], first_use(rule, &rule->access.at[k]),
				   rule->proto);
	}
}

/* on one line, since a program's hash covers the lines of its rules */
static struct filter *parse_line(struct compile *c, struct str text)
{
	char *line = (char *)str_dup(c->arena, text).ptr;

	for (size_t i = 0; i < text.len; i++)
		line[i] = line[i] == '\n' ? ' ' : line[i];
	return parse_text(c, (struct str){line, text.len});
}

static const struct entry *compile_as(struct trial *t, struct filter *f, const char *tap)
{
	struct parameter_list values = t->binding->parameter;

	trial_binding(t, tap);
	t->binding->parameter = values;
	t->binding->filter = f->name;
	return job_compile_filter(t->job, t->binding, f) ? trial_entry(t) : NULL;
}

static bool refers(const struct filter *f)
{
	for (size_t i = 0; i < f->item.n; i++)
		if (f->item.at[i].kind == ITEM_FILTERREF)
			return true;
	return false;
}

static bool same_programs(struct trial *t, struct filter *f, struct filter *again, const char *path)
{
	struct library *lib = &t->job->library;
	const struct program *programs[HOOK_MAX];
	const struct entry *e;

	if (refers(f)) {
		library_add_builtin(lib, str_printf(t->job->compile.arena, "%s/runtime/filters",
						    folder_of_sources()));
		library_find(lib, STR("no filter has this name"));
	}
	add_values_of(t, f);
	for (size_t i = 0; i < lib->filter.n; i++)
		add_values_of(t, lib->filter.at[i]);
	e = compile_as(t, f, "vnet0");
	if (!e)
		return false;
	memcpy(programs, e->program, sizeof(programs));
	e = compile_as(t, again, "vnet0");
	ck_assert_msg(e, "%s: the canonical form does not compile", path);
	/* equal programs are one */
	ck_assert_msg(!memcmp(programs, e->program, sizeof(programs)), "%s: other programs", path);
	return true;
}

static void round_trip(enum mode mode, struct str bytes, const char *path, struct tally *tally)
{
	struct trial t;
	struct compile *c;
	struct filter *f, *again;
	struct str text;
	const char *what;

	trial_init(&t, mode, "bridge-ct,reject");
	c = &t.job->compile;
	f = parse_text(c, bytes);
	if (f) {
		tally->filters++;
		text = canonical(c, f);
		again = parse_text(c, text);
		ck_assert_msg(again, "%s: refused:\n%.*s", path, STR_ARG(text));
		what = filter_difference(f, again);
		ck_assert_msg(!what, "%s: %s differs in\n%.*s", path, what, STR_ARG(text));
		ck_assert_msg(str_eq(text, canonical(c, again)), "%s prints in two ways", path);
		tally->compiled +=
			same_programs(&t, parse_line(c, bytes), parse_line(c, text), path);
	}
	trial_release(&t);
}

/* what was read by default means for libvirt what the document does */
static void across_modes(struct str bytes, const char *path)
{
	struct trial ours, theirs;
	struct filter *f;

	trial_init(&ours, MODE_DEFAULT, "bridge-ct");
	trial_init(&theirs, MODE_COMPAT, "bridge-ct");
	f = parse_text(&ours.job->compile, bytes);
	if (f) {
		struct compile *c = &theirs.job->compile;
		struct str text = canonical(&ours.job->compile, f);
		struct filter *a = parse_text(c, bytes);
		struct filter *b = parse_text(c, text);
		const char *what = a && b ? filter_difference(a, b) : NULL;

		ck_assert_msg(!a == !b, "%s: one of both is refused", path);
		ck_assert_msg(!what, "%s: in libvirt %s differs in\n%.*s", path, what,
			      STR_ARG(text));
	}
	trial_release(&ours);
	trial_release(&theirs);
}

static void try_file(const char *path, struct tally *tally)
{
	static char bytes[FILE_LIMIT];
	FILE *file = fopen(path, "rb");
	struct str text = {bytes, 0};

	ck_assert_msg(file, "%s cannot be read", path);
	text.len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	tally->files++;
	for (int mode = 0; mode < MODE_MAX; mode++)
		round_trip((enum mode)mode, text, path, tally);
	across_modes(text, path);
}

static void try_folder(const char *path, struct tally *tally);

static void try_name(const char *path, const char *name, struct tally *tally)
{
	char below[4096];
	struct stat st;

	snprintf(below, sizeof(below), "%s/%s", path, name);
	if (name[0] == '.' || stat(below, &st))
		return;
	if (S_ISDIR(st.st_mode))
		try_folder(below, tally);
	else if (strstr(name, ".xml") || strstr(path, "/fuzz/"))
		try_file(below, tally);
}

static void try_folder(const char *path, struct tally *tally)
{
	struct dirent **names = NULL;
	int n = scandir(path, &names, NULL, alphasort);

	ck_assert_msg(n >= 0, "%s cannot be read", path);
	for (int i = 0; i < n; i++) {
		try_name(path, names[i]->d_name, tally);
		free(names[i]);
	}
	free(names);
}

static const struct {
	const char *name;
	unsigned filters; /* at least; 0: the folder need not be there */
} folders[] = {
	{"runtime/filters", 3 * 24},
	{"examples", 3 * 10},
	{"testsuite/golden", 100},
	{"testsuite/packet", 30},
	{"testsuite/fuzz", 10},
	/* beside the sources, not part of them */
	{"../shared/corpus", 0},
};

START_TEST(folder)
{
	char path[4096];
	struct tally tally = {0};
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder_of_sources(), folders[_i].name);
	if (stat(path, &st)) {
		ck_assert_msg(!folders[_i].filters, "%s is missing: is srcdir set?", path);
		printf("skipped: there is no %s\n", path);
		return;
	}
	try_folder(path, &tally);
	printf("%s: %u files, %u filters, %u compiled\n", folders[_i].name, tally.files,
	       tally.filters, tally.compiled);
	ck_assert_uint_ge(tally.filters, folders[_i].filters);
	ck_assert_uint_gt(tally.compiled, 0);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *round_trip_suite(void)
{
	Suite *s = suite_create("round trip");
	TCase *tc = tcase_create("round trip");

	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, folder, 0, ROWS(folders));
	suite_add_tcase(s, tc);
	return s;
}
