/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/paths.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* the folder of the running program, without a slash at the end */
static bool program_folder(char *buffer, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", buffer, size - 1);
	char *slash;

	if (n <= 0)
		return false;
	buffer[n] = 0;
	slash = strrchr(buffer, '/');
	if (slash)
		*slash = 0;
	/* libtool keeps the real program one folder down */
	slash = strrchr(buffer, '/');
	if (slash && !strcmp(slash, "/.libs"))
		*slash = 0;
	return true;
}

void paths_add_builtin(struct library *lib)
{
	static const char *const beside[] = {"../share/nwfc/filters", "runtime/filters"};
	const char *given = getenv("NWFC_FILTERS");
	char folder[PATH_MAX];

	if (given && *given) {
		library_add_builtin(lib, str_of(given));
		return;
	}
	if (!program_folder(folder, sizeof(folder)))
		return;
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		struct str path = str_printf(lib->compile->arena, "%s/%s", folder, beside[i]);

		if (!access(path.ptr, R_OK)) {
			library_add_builtin(lib, path);
			return;
		}
	}
}

void paths_add_store(struct library *lib, const char *root)
{
	static const char *const folders[] = {"/etc/nwfc/filters", "/etc/libvirt/nwfilter"};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct str path = str_printf(lib->compile->arena, "%s%s", root, folders[i]);

		if (!access(path.ptr, F_OK))
			library_add_system(lib, path);
	}
}
