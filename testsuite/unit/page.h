/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_PAGE_H
#define NWFC_TESTSUITE_PAGE_H

#include <jansson.h>

#include "ir/base/buf.h"
#include "ir/base/diag.h"

/* a list of diagnostics over one source, and what a renderer made of it */
struct page {
	struct diag_list list;
	struct source *source;
	struct buf out;
};

void page_init(struct page *p, const char *name, const char *text);
void page_release(struct page *p);

struct span page_span(const struct page *p, uint32_t start, uint32_t end);
void page_render(struct page *p, struct diag_style style);
/* renders and parses; fails the test if that is no JSON */
json_t *page_json(struct page *p);

#endif
