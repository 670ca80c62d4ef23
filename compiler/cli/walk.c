/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/walk.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "compiler/cli/session.h"

static int is_filter(const struct dirent *e)
{
	struct str name = str_of(e->d_name);

	return e->d_name[0] != '.' && str_ends(name, STR(".xml")) &&
	       !str_ends(name, STR(".binding.xml"));
}

static int is_binding(const struct dirent *e)
{
	return e->d_name[0] != '.' && str_ends(str_of(e->d_name), STR(".binding.xml"));
}

/* the names go, whatever the steps say */
static bool each_file(struct job *job, const char *path, struct dirent **names, int n,
		      walk_fn *step, void *context)
{
	bool ok = true;

	for (int i = 0; i < n; i++) {
		if (session_is_file(path, names[i]->d_name))
			ok &= step(context,
				   str_printf(job->compile.arena, "%s/%s", path, names[i]->d_name));
		free(names[i]);
	}
	free(names);
	return ok;
}

static bool walk_folder(struct job *job, const char *path, walk_fn *step, void *context)
{
	struct dirent **names;
	int n = scandir(path, &names, is_filter, alphasort);

	if (n < 0) {
		diag_report(&job->compile.diag, DIAG_FILE_UNREADABLE, (struct span){0},
			    "cannot read folder %s: %m", path);
		return false;
	}
	/* a step of CI that checks nothing must not look like one that found nothing */
	if (!n)
		fprintf(stderr,
			"nwfc: folder %s has no filter (*.xml); those in it are not searched\n",
			path);
	return each_file(job, path, names, n, step, context);
}

void walk_bindings(struct job *job, const char *path, walk_fn *step, void *context)
{
	struct dirent **names;
	int n = scandir(path, &names, is_binding, alphasort);

	if (n >= 0)
		each_file(job, path, names, n, step, context);
}

bool walk_filters(struct job *job, const char *path, walk_fn *step, void *context)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return step(context, STR("-"));
	if (stat(path, &st)) {
		diag_report(&job->compile.diag, DIAG_FILE_UNREADABLE, (struct span){0},
			    "cannot read %s: %m", path);
		return false;
	}
	return S_ISDIR(st.st_mode) ? walk_folder(job, path, step, context)
				   : step(context, str_of(path));
}
