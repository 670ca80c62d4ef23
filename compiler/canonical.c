/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/canonical.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/canonical_rule.h"
#include "compiler/parse_parameter.h"
#include "compiler/xml_put.h"

static int compare_names(const void *a, const void *b)
{
	const struct parameter *const *x = a;
	const struct parameter *const *y = b;

	return str_cmp((*x)->name, (*y)->name);
}

static void put_parameter(const struct parameter *p, struct buf *out)
{
	for (size_t i = 0; i < p->value.n; i++) {
		buf_puts(out, "    <parameter");
		xml_put_attribute(out, "name", p->name);
		xml_put_attribute(out, "value", p->value.at[i]);
		buf_puts(out, "/>\n");
	}
}

/* by name; except: one that is not wanted, or NULL */
static void put_parameters(const struct parameter_list *list, const struct parameter *except,
			   struct buf *out)
{
	const struct parameter **sorted = malloc(list->n * sizeof(struct parameter *));

	if (!sorted) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < list->n; i++)
		sorted[i] = &list->at[i];
	qsort(sorted, list->n, sizeof(struct parameter *), compare_names);
	for (size_t i = 0; i < list->n; i++)
		if (sorted[i] != except)
			put_parameter(sorted[i], out);
	free(sorted);
}

static void put_filterref(struct str name, const struct parameter_list *list,
			  const struct parameter *except, struct buf *out)
{
	buf_puts(out, "  <filterref");
	xml_put_attribute(out, "filter", name);
	if (list->n == (except ? 1 : 0)) {
		buf_puts(out, "/>\n");
		return;
	}
	buf_puts(out, ">\n");
	put_parameters(list, except, out);
	buf_puts(out, "  </filterref>\n");
}

void canonical_filter(const struct filter *filter, struct buf *out)
{
	buf_puts(out, "<filter");
	xml_put_attribute(out, "name", filter->name);
	xml_put_attribute(out, "chain", filter->chain);
	if (filter->priority || chain_kind(filter->chain)->priority)
		buf_printf(out, " priority='%d'", filter->priority);
	buf_puts(out, ">\n");
	if (filter->uuid.len)
		buf_printf(out, "  <uuid>%.*s</uuid>\n", STR_ARG(filter->uuid));
	for (size_t i = 0; i < filter->item.n; i++) {
		const struct filter_item *item = &filter->item.at[i];

		if (item->kind == ITEM_FILTERREF)
			put_filterref(item->filterref->name, &item->filterref->parameter, NULL,
				      out);
		else
			canonical_rule(item->rule, out);
	}
	buf_puts(out, "</filter>\n");
}

#define MAC_TEXT sizeof("00:00:00:00:00:00")

static void print_mac(const unsigned char *m, char *text)
{
	snprintf(text, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
		 m[5]);
}

/* the parameter that parse_binding() adds by itself */
static const struct parameter *implied_mac(const struct binding *binding, const char *mac)
{
	const struct parameter *p = parameter_find(&binding->parameter, STR("MAC"));

	return p && p->value.n == 1 && str_is(p->value.at[0], mac) ? p : NULL;
}

static void put_owner(const struct binding *binding, struct buf *out)
{
	if (!binding->owner_name.len && !binding->owner_uuid.len)
		return;
	buf_puts(out, "  <owner>\n    <name>");
	xml_put_text(out, binding->owner_name);
	buf_puts(out, "</name>\n    <uuid>");
	xml_put_text(out, binding->owner_uuid);
	buf_puts(out, "</uuid>\n  </owner>\n");
}

void canonical_binding(const struct binding *binding, struct buf *out)
{
	char mac[MAC_TEXT];

	print_mac(binding->mac, mac);
	buf_puts(out, "<filterbinding>\n");
	put_owner(binding, out);
	buf_puts(out, "  <portdev");
	xml_put_attribute(out, "name", binding->tap);
	if (binding->attach != ATTACH_UNSAID)
		xml_put_attribute(out, "hook", str_of(attach_word(binding->attach)));
	buf_printf(out, "/>\n  <mac address='%s'/>\n", mac);
	put_filterref(binding->filter, &binding->parameter, implied_mac(binding, mac), out);
	buf_puts(out, "</filterbinding>\n");
}

const struct parameter *canonical_unfit(const struct binding *binding)
{
	for (size_t i = 0; i < binding->parameter.n; i++) {
		const struct parameter *p = &binding->parameter.at[i];

		for (size_t k = 0; k < p->value.n; k++)
			if (!parameter_fits_xml(p->value.at[k]))
				return p;
	}
	return NULL;
}
