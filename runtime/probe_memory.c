/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <unistd.h>

#include "ir/base/buf.h"
#include "runtime/folder.h"
#include "runtime/probe.h"

#define MEMORY LOCK_FOLDER "/target"

static struct str memory_path(const struct runtime *rt)
{
	return str_printf(rt->arena, "%s" MEMORY, rt->root);
}

/* /run may outlive a boot if it is below a root; a file without size is read by a buffer */
static struct str boot_id(struct arena *arena)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	char id[64] = "";
	struct str line;

	if (!file)
		return (struct str){0};
	if (!fgets(id, sizeof(id), file))
		id[0] = 0;
	fclose(file);
	line = str_of(id);
	return str_dup(arena, str_cut(&line, '\n'));
}

/* what the kernel could not do may be there since a module is */
static bool may_have_learnt(struct runtime *rt, const struct target *target)
{
	struct backend *b = rt->backend;

	return (target->state == STATE_MARK_CT && b->module(b, "nf_conntrack_bridge")) ||
	       (!target->reject && b->module(b, "nft_reject_bridge"));
}

static bool recall(struct runtime *rt, struct target *ret)
{
	struct str id = boot_id(rt->arena);
	struct target target = target_default();
	struct str text;

	if (!id.len || !folder_read(rt->arena, memory_path(rt).ptr, &text) ||
	    !str_eq(str_cut(&text, ' '), id) || !target_parse(str_cut(&text, '\n'), &target))
		return false;
	*ret = target;
	return true;
}

/* without it the next question takes longer, and that is all */
static void remember(struct runtime *rt, const struct target *target)
{
	struct str id = boot_id(rt->arena);
	struct str path = memory_path(rt);
	struct str new = str_printf(rt->arena, "%.*s.new", STR_ARG(path));
	struct buf text;

	buf_init(&text);
	buf_printf(&text, "%.*s ", STR_ARG(id));
	target_print(target, &text);
	buf_putc(&text, '\n');
	if (id.len && (!folder_put(new.ptr, buf_str(&text)) || rename(new.ptr, path.ptr)))
		unlink(new.ptr);
	buf_release(&text);
}

bool probe_remembered(struct runtime *rt, bool need_state, struct target *ret,
		      struct diag_list *diag)
{
	struct target target;

	if (recall(rt, &target) && !may_have_learnt(rt, &target) &&
	    (!need_state || probe_has_state(rt, &target))) {
		*ret = target;
		return true;
	}
	if (!probe_target(rt, need_state, ret, diag))
		return false;
	remember(rt, ret);
	return true;
}

void probe_forget(struct runtime *rt)
{
	unlink(memory_path(rt).ptr);
}
