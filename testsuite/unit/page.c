/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/page.h"

#include <check.h>

#include "ir/base/arena.h"

#define PAGE_MEMORY ((size_t)64 << 20)

void page_init(struct page *p, const char *name, const char *text)
{
	struct arena *a = arena_new(PAGE_MEMORY);

	ck_assert_ptr_nonnull(a);
	diag_init(&p->list, a, MODE_DEFAULT);
	p->source = source_new(a, str_of(name), str_of(text), 0);
	diag_reach(&p->list, p->source);
	buf_init(&p->out);
}

void page_release(struct page *p)
{
	buf_release(&p->out);
	arena_free(p->list.arena);
}

struct span page_span(const struct page *p, uint32_t start, uint32_t end)
{
	return (struct span){p->source, start, end};
}

void page_render(struct page *p, struct diag_style style)
{
	p->out.len = 0;
	diag_render(&p->list, style, &p->out);
}

json_t *page_json(struct page *p)
{
	json_error_t error;
	json_t *root;

	page_render(p, (struct diag_style){.format = DIAG_JSON});
	root = json_loadb(p->out.bytes, p->out.len, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(root, "%s: %.*s", error.text, (int)p->out.len, p->out.bytes);
	return root;
}
