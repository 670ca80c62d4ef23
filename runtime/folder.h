/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_FOLDER_H
#define NWFC_RUNTIME_FOLDER_H

#include <stdbool.h>

#include "ir/base/arena.h"
#include "ir/base/str.h"
#include "ir/base/vec.h"

/* Files that have to be on the disk before the next step.  All: false with errno. */

/* with all that is above it; what exists stays as it is */
bool folder_make(const char *path);
/* the names in it are on the disk */
bool folder_sync(const char *path);
/* a new file, or one of an earlier try; no link is followed */
bool folder_put(const char *path, struct str text);
/* the same, and its content is on the disk */
bool folder_write(const char *path, struct str text);
bool folder_read(struct arena *arena, const char *path, struct str *ret);

struct names {
	VEC(struct str) at;
};

/* the files of a folder that are not hidden, in byte order; none if there is no folder */
bool folder_list(struct arena *arena, const char *path, struct names *ret);

#endif
