/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/emit.h"
#include "ir/field.h"
#include "ir/proto.h"

/*
 * The reference of the filter language, written from the tables that the
 * compiler runs on, so that it cannot say anything else than what is compiled.
 */
static const char *const slot_words[SLOT_MAX] = {
	[SLOT_VALUE] = "value",
	[SLOT_MASK] = "mask",
	[SLOT_END] = "end",
	[SLOT_SECOND] = "second",
	[SLOT_SECOND_END] = "second-end",
};

static const char *const layer_words[LAYER_MAX] = {
	[LAYER_L2] = "Ethernet layer, stateless",
	[LAYER_L3] = "IP layer, stateful",
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
		buf_printf(out, " (%u)", s->value);
		separator = ", ";
	}
	buf_putc(out, '.');
}

static void put_relations(struct buf *out, const struct proto *p, const struct field *f)
{
	if (f->slot != SLOT_VALUE) {
		buf_puts(out, " Completes ");
		put_bold(out, attribute(p, f->of));
		buf_puts(out, f->alone ? "; may stand alone." : ".");
	}
	if (f->swap && proto_has(p, f->swap)) {
		buf_puts(out, " Becomes ");
		put_bold(out, attribute(p, f->swap));
		buf_puts(out, " for the other direction.");
	}
	if (f->literal)
		buf_puts(out, " Takes no variables.");
}

static void put_attribute(struct buf *out, const struct proto *p, const struct field *f)
{
	enum type_id type = type_of(f, p);
	bool by_family = type != f->type;

	put_bold(out, f->xml);
	buf_puts(out, "\n\t");
	put_sentence(out, f->meaning);
	buf_puts(out, ". ");
	put_sentence(out, by_family ? type_expected(type) : type_name(type));
	put_range(out, f);
	buf_putc(out, '.');
	put_names(out, f);
	put_relations(out, p, f);
	if (!by_family) {
		buf_puts(out, " Example: ");
		put_escaped(out, f->xml);
		buf_puts(out, "='");
		put_escaped(out, f->sample);
		buf_puts(out, "'.");
	}
	buf_puts(out, "\n\n");
}

static void put_proto(struct buf *out, const struct proto *p)
{
	buf_puts(out, "## ");
	put_escaped(out, p->xml[0] ? p->xml : "(no element)");
	buf_puts(out, "\n\n");
	put_sentence(out, p->meaning);
	buf_printf(out, ". %s.", layer_words[p->layer]);
	if (p->ethertype)
		buf_printf(out, " EtherType 0x%04x.", p->ethertype);
	if (p->l4proto >= 0)
		buf_printf(out, " IP protocol %d.", p->l4proto);
	if (p->bpdu)
		buf_puts(out, " Frames to 01:80:c2:00:00:00.");
	if (p->unknown_to_libvirt)
		buf_puts(out, " libvirt reads this element as one it does not know.");
	buf_puts(out, "\n\n");
	for (const enum field_id *id = p->fields; *id; id++)
		put_attribute(out, p, field(*id));
}

void emit_fields_page(struct buf *out)
{
	buf_puts(out, "# PROTOCOLS\n\n");
	for (int id = PROTO_ANY; id < PROTO_MAX; id++)
		put_proto(out, proto((enum proto_id)id));
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
