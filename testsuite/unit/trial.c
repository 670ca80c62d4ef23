/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/trial.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "compiler/parse.h"
#include "ir/dump.h"

void trial_init(struct trial *t, enum mode mode, const char *target)
{
	struct target parsed;

	ck_assert(target_parse(str_of(target), &parsed));
	*t = (struct trial){.job = job_new(mode, &parsed)};
	ck_assert_ptr_nonnull(t->job);
	buf_init(&t->dump);
	trial_binding(t, "vnet0");
}

void trial_release(struct trial *t)
{
	for (size_t i = 0; i < t->file.n; i++)
		close(t->file.at[i]);
	buf_release(&t->dump);
	job_free(t->job);
}

/*
 * A library knows files only: the text goes to a folder of its own, is read at
 * once, and goes away again before the test can fail.  It stays open, so that
 * no later file is taken for the same one.
 */
struct filter *trial_filter(struct trial *t, const char *xml)
{
	struct library *lib = &t->job->library;
	struct arena *a = t->job->compile.arena;
	size_t known = lib->filter.n;
	char folder[] = "/tmp/nwfc-trial-XXXXXX";
	struct str path;
	ssize_t put;
	int fd;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	path = str_printf(a, "%s/f.xml", folder);
	fd = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	put = fd < 0 ? -1 : write(fd, xml, strlen(xml));
	library_add_folder(lib, str_dup(a, str_of(folder)));
	library_find(lib, STR("no filter has this name"));
	unlink(path.ptr);
	rmdir(folder);
	ck_assert_int_eq(put, (ssize_t)strlen(xml));
	*VEC_PUSH(a, &t->file) = fd;
	if (lib->filter.n == known || lib->filter.at[known]->broken)
		return NULL;
	return lib->filter.at[known];
}

void trial_binding(struct trial *t, const char *tap)
{
	static const unsigned char mac[] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};

	t->binding = ARENA_NEW(t->job->compile.arena, struct binding);
	t->binding->tap = str_dup(t->job->compile.arena, str_of(tap));
	memcpy(t->binding->mac, mac, sizeof(mac));
}

static struct span on_command_line(struct trial *t, const char *text)
{
	struct compile *c = &t->job->compile;
	struct source *s = compile_text(c, STR(COMMAND_LINE), str_dup(c->arena, str_of(text)));

	return (struct span){s, 0, (uint32_t)s->bytes.len};
}

void trial_value(struct trial *t, const char *name, const char *value)
{
	ck_assert(parameter_add(&t->job->compile, &t->binding->parameter, str_of(name),
				on_command_line(t, name), str_of(value),
				on_command_line(t, value)));
}

bool trial_set(struct trial *t, const char *text)
{
	struct span span = on_command_line(t, text);

	return sets_add(&t->job->compile, &t->job->sets, span.source->bytes, span);
}

bool trial_dump(struct trial *t, const struct filter *top, enum stage stage)
{
	ck_assert_ptr_nonnull(top);
	t->binding->filter = top->name;
	t->dump.len = 0;
	return job_compile(t->job, t->binding, (struct str){0}, stage, &t->dump);
}

bool trial_lower(struct trial *t, const char *xml)
{
	struct compile *c = &t->job->compile;
	struct filter *top = parse_filter(c, compile_text(c, STR("top.xml"), str_of(xml)));

	ck_assert_msg(top, "no filter: %s", xml);
	t->binding->filter = top->name;
	t->dump.len = 0;
	if (!job_compile_filter(t->job, t->binding, top))
		return false;
	dump_entry(trial_entry(t), &t->dump);
	return true;
}

const struct entry *trial_entry(const struct trial *t)
{
	const struct ruleset *rs = t->job->ruleset;

	ck_assert_uint_gt(rs->entry.n, 0);
	return &rs->entry.at[rs->entry.n - 1];
}

unsigned trial_count(const struct trial *t, enum diag_id id)
{
	const struct diag_list *list = &t->job->compile.diag;
	unsigned n = 0;

	for (size_t i = 0; i < list->diag.n; i++)
		n += list->diag.at[i]->id == id;
	return n;
}

const struct diag *trial_first(const struct trial *t, enum diag_id id)
{
	const struct diag_list *list = &t->job->compile.diag;

	for (size_t i = 0; i < list->diag.n; i++)
		if (list->diag.at[i]->id == id)
			return list->diag.at[i];
	return NULL;
}

void expect_dump(const struct trial *t, const char *text)
{
	struct str got = buf_str(&t->dump);

	ck_assert_msg(str_is(got, text), "\n%.*sinstead of\n%s", STR_ARG(got), text);
}
