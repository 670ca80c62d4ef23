/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/emit.h"
#include "ir/field.h"
#include "ir/proto.h"

/*
 * The elements, attributes and types of nwfc-filter(5), written from the tables that
 * the compiler runs on, so that it cannot say anything else than what is compiled.
 */
static const char *const slot_words[SLOT_MAX] = {
	[SLOT_VALUE] = "value",
	[SLOT_MASK] = "mask",
	[SLOT_END] = "end",
	[SLOT_SECOND] = "second",
	[SLOT_SECOND_END] = "second-end",
};

static const char *const layer_words[LAYER_MAX] = {
	[LAYER_L2] = "Ethernet layer",
	[LAYER_L3] = "IP layer",
};

/* scdoc takes these for markup */
static void put_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '_' || *text == '*' || *text == '\\' || *text == '#')
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
}

/* meanings are clauses; on the page they begin a sentence */
static void put_sentence(struct buf *out, const char *text)
{
	char first[2] = {*text, 0};

	if (*first >= 'a' && *first <= 'z')
		*first = (char)(*first - ('a' - 'A'));
	put_escaped(out, first);
	put_escaped(out, text + 1);
}

static void put_bold(struct buf *out, const char *text)
{
	buf_putc(out, '*');
	put_escaped(out, text);
	buf_putc(out, '*');
}

static const char *attribute(const struct proto *p, enum field_id id)
{
	return id && proto_has(p, id) ? field(id)->xml : "";
}

static void put_range(struct buf *out, const struct field *f)
{
	if (f->min && f->max)
		buf_printf(out, ", %u to %u", f->min, f->max);
	else if (f->min)
		buf_printf(out, ", at least %u", f->min);
	else if (f->max)
		buf_printf(out, f->type == TYPE_TEXT ? ", at most %u bytes" : ", at most %u",
			   f->max);
}

static void put_names(struct buf *out, const struct field *f)
{
	const char *separator = "";

	if (!f->names)
		return;
	buf_puts(out, " Names: ");
	for (const struct symbol *s = f->names; s->name; s++) {
		buf_puts(out, separator);
		put_escaped(out, s->name);
		buf_printf(out, s->value > UINT8_MAX ? " (0x%04x)" : " (%u)", s->value);
		separator = ", ";
	}
	buf_putc(out, '.');
}

/* some elements have the one and not the other */
static bool stands_without(const struct field *f, enum field_id partner)
{
	for (int id = PROTO_ANY + 1; id < PROTO_MAX; id++) {
		const struct proto *p = proto((enum proto_id)id);

		if (proto_has(p, field_id(f)) && !proto_has(p, partner))
			return true;
	}
	return false;
}

static void put_relations(struct buf *out, const struct field *f)
{
	if (f->slot != SLOT_VALUE) {
		buf_puts(out, " Completes ");
		put_bold(out, field(f->of)->xml);
		buf_puts(out, f->alone ? ", but may stand alone." : ".");
	}
	if (f->swap) {
		buf_puts(out, " Changes places with ");
		put_bold(out, field(f->swap)->xml);
		buf_puts(out, stands_without(f, f->swap)
				      ? ", where there is one, in the other direction."
				      : " in the other direction.");
	}
	if (f->literal)
		buf_puts(out, " Takes no variables.");
}

/* does every element of a layer have the field? */
static bool of_whole_layer(const struct field *f, enum layer layer)
{
	for (int id = PROTO_ANY + 1; id < PROTO_MAX; id++) {
		const struct proto *p = proto((enum proto_id)id);

		if (p->layer == layer && !proto_has(p, field_id(f)))
			return false;
	}
	return true;
}

static void put_elements(struct buf *out, const struct field *f)
{
	const char *separator = " Of ";

	for (int layer = 0; layer < LAYER_MAX; layer++) {
		bool whole = of_whole_layer(f, (enum layer)layer);

		if (whole)
			buf_printf(out, "%sall elements of the %s", separator, layer_words[layer]);
		for (int id = PROTO_ANY + 1; id < PROTO_MAX && !whole; id++) {
			const struct proto *p = proto((enum proto_id)id);

			if ((int)p->layer != layer || !proto_has(p, field_id(f)))
				continue;
			buf_puts(out, separator);
			put_bold(out, p->xml);
			separator = ", ";
		}
		separator = whole ? ", " : separator;
	}
	buf_putc(out, '.');
}

static void put_attribute(struct buf *out, const struct field *f)
{
	put_bold(out, f->xml);
	buf_puts(out, "\n\t");
	put_sentence(out, f->meaning);
	buf_puts(out, ". Type: _");
	put_escaped(out, type_name(f->type));
	buf_putc(out, '_');
	put_range(out, f);
	buf_putc(out, '.');
	put_names(out, f);
	put_relations(out, f);
	put_elements(out, f);
	buf_puts(out, " Example: ");
	put_escaped(out, f->xml);
	buf_puts(out, "='");
	put_escaped(out, f->sample);
	buf_puts(out, "'.\n\n");
}

static void put_proto(struct buf *out, const struct proto *p)
{
	const char *separator = " Besides: ";

	put_bold(out, p->xml);
	buf_puts(out, "\n\t");
	put_sentence(out, p->meaning);
	buf_putc(out, '.');
	if (p->ethertype)
		buf_printf(out, " EtherType 0x%04x.", p->ethertype);
	if (p->l4proto >= 0)
		buf_printf(out, " IP protocol %d.", p->l4proto);
	if (p->bpdu)
		buf_puts(out, " Frames to 01:80:c2:00:00:00.");
	if (p->unknown_to_libvirt)
		buf_puts(out, " libvirt reads this element as one it does not know.");
	for (const enum field_id *id = p->fields; *id; id++) {
		if (of_whole_layer(field(*id), p->layer))
			continue;
		buf_puts(out, separator);
		put_bold(out, field(*id)->xml);
		separator = ", ";
	}
	buf_puts(out, *separator == ',' ? ".\n\n" : "\n\n");
}

/* what all elements of a layer have, and each of them */
static void put_layer(struct buf *out, enum layer layer)
{
	const char *separator = "Each of them takes ";

	buf_printf(out, "## Elements of the %s\n\n", layer_words[layer]);
	for (int id = FIELD_NONE + 1; id < FIELD_MAX; id++) {
		const struct field *f = field((enum field_id)id);

		if (!of_whole_layer(f, layer))
			continue;
		buf_puts(out, separator);
		put_bold(out, f->xml);
		separator = ", ";
	}
	buf_puts(out, ".\n\n");
	for (int id = PROTO_ANY + 1; id < PROTO_MAX; id++)
		if (proto((enum proto_id)id)->layer == layer)
			put_proto(out, proto((enum proto_id)id));
}

/* those of the table, and what an address is by the family of the element */
static void put_types(struct buf *out)
{
	bool used[TYPE_MAX] = {false};

	for (int id = PROTO_ANY; id < PROTO_MAX; id++) {
		const struct proto *p = proto((enum proto_id)id);

		for (const enum field_id *f = p->fields; *f; f++) {
			used[field(*f)->type] = true;
			used[type_of(field(*f), p)] = true;
		}
	}
	for (int type = 0; type < TYPE_MAX; type++) {
		if (!used[type])
			continue;
		put_bold(out, type_name((enum type_id)type));
		buf_puts(out, "\n\t");
		put_sentence(out, type_expected((enum type_id)type));
		buf_puts(out, type == TYPE_ADDRESS || type == TYPE_ADDRESS_MASK
				      ? " of IPv4 or of IPv6, as the element says.\n\n"
				      : ".\n\n");
	}
}

void emit_fields_page(struct buf *out)
{
	buf_puts(out, "# ELEMENTS\n\n");
	for (int layer = 0; layer < LAYER_MAX; layer++)
		put_layer(out, (enum layer)layer);
	buf_puts(out, "# ATTRIBUTES\n\n");
	for (int id = FIELD_NONE + 1; id < FIELD_MAX; id++)
		put_attribute(out, field((enum field_id)id));
	buf_puts(out, "# TYPES\n\n");
	put_types(out);
}

void emit_fields_table(struct buf *out)
{
	buf_puts(out, "proto\tattribute\ttype\tslot\tof\tswap\tmeaning\n");
	for (int id = PROTO_ANY; id < PROTO_MAX; id++) {
		const struct proto *p = proto((enum proto_id)id);

		for (const enum field_id *f = p->fields; *f; f++)
			buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p->xml, field(*f)->xml,
				   type_name(type_of(field(*f), p)), slot_words[field(*f)->slot],
				   attribute(p, field(*f)->of), attribute(p, field(*f)->swap),
				   field(*f)->meaning);
	}
}
