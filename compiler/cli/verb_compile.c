/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "compiler/cli/file.h"
#include "compiler/cli/session.h"
#include "compiler/cli/verbs.h"
#include "emit/emit.h"

static int emit_to(struct job *job, const struct options *o, const struct ruleset *rs,
		   const char *path, struct emit_map *map)
{
	struct file file;
	bool ok = true;

	if (!file_open(&file, path))
		return EXIT_INPUT;
	if (o->json)
		ok = emit_json(rs, &file.out, &job->compile.diag);
	else
		emit_text(rs, &file.out, map);
	return file_close(&file, ok) && ok ? EXIT_FINE : EXIT_INPUT;
}

static int write_map(const struct emit_map *map, const char *path)
{
	struct file file;

	if (!file_open(&file, path))
		return EXIT_INPUT;
	emit_map_json(map, &file.out);
	return file_close(&file, true) ? EXIT_FINE : EXIT_INPUT;
}

/* make has no quoting worth the name: what it would misread is escaped */
static void put_make_word(struct buf *out, struct str word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] == ' ' || word.ptr[i] == '#' || word.ptr[i] == '\\')
			buf_putc(out, '\\');
		if (word.ptr[i] == '$')
			buf_putc(out, '$');
		buf_putc(out, word.ptr[i]);
	}
}

static int write_depfile(const struct job *job, const struct options *o)
{
	struct file file;

	if (!file_open(&file, o->depfile))
		return EXIT_INPUT;
	put_make_word(&file.out, str_of(o->output       ? o->output
					: o->output_dir ? o->output_dir
							: "-"));
	buf_putc(&file.out, ':');
	for (size_t i = 0; i < job->compile.source.n; i++) {
		const struct source *s = job->compile.source.at[i];

		if (!s->reached || str_starts(s->name, STR("<")))
			continue;
		buf_puts(&file.out, " \\\n  ");
		put_make_word(&file.out, s->name);
	}
	buf_putc(&file.out, '\n');
	return file_close(&file, true) ? EXIT_FINE : EXIT_INPUT;
}

static void put_manifest(const struct job *job, const struct options *o, struct buf *out)
{
	const struct ruleset *rs = job->ruleset;

	buf_puts(out, "{\n  \"format_version\": \"1.0\",\n  \"target\": \"");
	target_print(&rs->target, out);
	buf_puts(out, "\",\n  \"files\": [");
	for (size_t i = 0; i < rs->entry.n; i++) {
		const struct entry *e = &rs->entry.at[i];

		buf_printf(out, "%s\n    {\"tap\": \"%.*s\", \"file\": \"%.*s.%s\", \"filter\": ",
			   i ? "," : "", STR_ARG(e->binding->tap), STR_ARG(e->binding->tap),
			   o->json ? "json" : "nft");
		diag_put_json(out, e->binding->filter);
		buf_puts(out, ", \"programs\": {");
		for (int id = 0, n = 0; id < HOOK_MAX; id++)
			if (e->program[id])
				buf_printf(out, "%s\"%s\": \"%.*s\"", n++ ? ", " : "",
					   hook((enum hook_id)id)->name,
					   STR_ARG(e->program[id]->hash));
		buf_puts(out, "}}");
	}
	buf_puts(out, "\n  ]\n}\n");
}

static int write_manifest(const struct job *job, const struct options *o)
{
	struct file file;
	struct str path = str_printf(job->compile.arena, "%s/manifest.json", o->output_dir);

	if (!file_open(&file, path.ptr))
		return EXIT_INPUT;
	put_manifest(job, o, &file.out);
	return file_close(&file, true) ? EXIT_FINE : EXIT_INPUT;
}

static int write_folder(struct job *job, const struct options *o)
{
	struct ruleset *rs = job->ruleset;
	int code = EXIT_FINE;

	if (mkdir(o->output_dir, 0777) && errno != EEXIST) {
		fprintf(stderr, "nwfc: cannot make folder %s: %m\n", o->output_dir);
		return EXIT_INPUT;
	}
	for (size_t i = 0; i < rs->entry.n && !code; i++) {
		struct ruleset one;
		struct str path =
			str_printf(rs->arena, "%s/%.*s.%s", o->output_dir,
				   STR_ARG(rs->entry.at[i].binding->tap), o->json ? "json" : "nft");

		ruleset_view(rs, i, &one);
		code = emit_to(job, o, &one, path.ptr, NULL);
	}
	return code ? code : write_manifest(job, o);
}

static int write_all(struct job *job, const struct options *o)
{
	struct emit_map map = {.arena = job->compile.arena};
	int code = EXIT_FINE;

	if (o->output_dir)
		code = write_folder(job, o);
	if (!code && (!o->output_dir || o->output))
		code = emit_to(job, o, job->ruleset, o->output, o->map ? &map : NULL);
	if (!code && o->map)
		code = write_map(&map, o->map);
	if (!code && o->depfile)
		code = write_depfile(job, o);
	return code;
}

static int run(struct job *job, const struct options *o)
{
	int code = session_compile(job, o);
	uint64_t start = nanoseconds();

	if (!code && o->dump == STAGE_MAX)
		code = write_all(job, o);
	job->output_time = nanoseconds() - start;
	session_report(job, o);
	if (o->stats)
		session_stats(job);
	return code;
}

int verb_compile(const struct options *o)
{
	if (o->map && (o->json || (o->output_dir && !o->output)))
		return usage_error("--map describes the text of -o or of standard output");
	if (o->dump != STAGE_MAX && (o->map || o->output || o->output_dir || o->depfile || o->json))
		return usage_error("--dump stops before there is a ruleset: it excludes -o, -O, "
				   "--map, --depfile and --emit");
	if (o->shared && o->output_dir)
		return usage_error("-O writes files that load side by side: it excludes "
				   "--layout=shared");
	return session_run(o, &o->target, run);
}
