/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/field.h"
#include "ir/proto.h"
#include "ir/type.h"
#include "testsuite/unit/suites.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

#define ETHERNET "srcmacaddr srcmacmask dstmacaddr dstmacmask "
#define ADDRESSES "srcipaddr srcipmask dstipaddr dstipmask "
#define PORTS "srcportstart srcportend dstportstart dstportend "
#define STATEFUL                                                                                   \
	"srcmacaddr " ADDRESSES "srcipfrom srcipto dstipfrom dstipto dscp connlimit-above state "  \
	"ipset ipsetflags "
#define ARP                                                                                        \
	ETHERNET "hwtype protocoltype opcode arpsrcmacaddr arpdstmacaddr arpsrcipaddr "            \
		 "arpsrcipmask arpdstipaddr arpdstipmask gratuitous comment "

/* the elements of a rule, with what they test and their attributes in libvirt's order */
static const struct {
	const char *xml;
	enum layer layer;
	enum family family;
	unsigned ethertype;
	int l4proto;
	const char *attributes;
} elements[] = {
	{"mac", LAYER_L2, FAMILY_NONE, 0, -1, ETHERNET "protocolid comment "},
	{"vlan", LAYER_L2, FAMILY_NONE, 0x8100, -1, ETHERNET "vlanid encap-protocol comment "},
	{"stp", LAYER_L2, FAMILY_NONE, 0, -1,
	 "srcmacaddr srcmacmask type flags root-priority root-priority-hi root-address "
	 "root-address-mask root-cost root-cost-hi sender-priority sender-priority-hi "
	 "sender-address sender-address-mask port port-hi age age-hi max-age max-age-hi "
	 "hello-time hello-time-hi forward-delay forward-delay-hi comment "},
	{"arp", LAYER_L2, FAMILY_NONE, 0x0806, -1, ARP},
	{"rarp", LAYER_L2, FAMILY_NONE, 0x8035, -1, ARP},
	{"ip", LAYER_L2, FAMILY_IPV4, 0x0800, -1,
	 ETHERNET ADDRESSES "protocol " PORTS "dscp comment "},
	{"ipv6", LAYER_L2, FAMILY_IPV6, 0x86dd, -1,
	 ETHERNET ADDRESSES "protocol " PORTS "type typeend code codeend comment "},
	{"tcp", LAYER_L3, FAMILY_IPV4, 0x0800, 6, STATEFUL PORTS "option flags comment "},
	{"udp", LAYER_L3, FAMILY_IPV4, 0x0800, 17, STATEFUL PORTS "comment "},
	{"udplite", LAYER_L3, FAMILY_IPV4, 0x0800, 136, STATEFUL "comment "},
	{"esp", LAYER_L3, FAMILY_IPV4, 0x0800, 50, STATEFUL "comment "},
	{"ah", LAYER_L3, FAMILY_IPV4, 0x0800, 51, STATEFUL "comment "},
	{"sctp", LAYER_L3, FAMILY_IPV4, 0x0800, 132, STATEFUL PORTS "comment "},
	{"icmp", LAYER_L3, FAMILY_IPV4, 0x0800, 1, STATEFUL "type code comment "},
	{"igmp", LAYER_L3, FAMILY_IPV4, 0x0800, 2, STATEFUL "comment "},
	{"all", LAYER_L3, FAMILY_IPV4, 0x0800, -1, STATEFUL "comment "},
	{"tcp-ipv6", LAYER_L3, FAMILY_IPV6, 0x86dd, 6, STATEFUL PORTS "option flags comment "},
	{"udp-ipv6", LAYER_L3, FAMILY_IPV6, 0x86dd, 17, STATEFUL PORTS "comment "},
	{"udplite-ipv6", LAYER_L3, FAMILY_IPV6, 0x86dd, 136, STATEFUL "comment "},
	{"esp-ipv6", LAYER_L3, FAMILY_IPV6, 0x86dd, 50, STATEFUL "comment "},
	{"ah-ipv6", LAYER_L3, FAMILY_IPV6, 0x86dd, 51, STATEFUL "comment "},
	{"sctp-ipv6", LAYER_L3, FAMILY_IPV6, 0x86dd, 132, STATEFUL PORTS "comment "},
	{"icmpv6", LAYER_L3, FAMILY_IPV6, 0x86dd, 58, STATEFUL "type code comment "},
	{"igmp-ipv6", LAYER_L3, FAMILY_IPV6, 0x86dd, 2, STATEFUL "comment "},
	{"all-ipv6", LAYER_L3, FAMILY_IPV6, 0x86dd, -1, STATEFUL "comment "},
};

static void expect_protocol(int i)
{
	const struct proto *p = proto_find(str_of(elements[i].xml));
	struct str rest = str_of(elements[i].attributes);
	const enum field_id *f;

	ck_assert_ptr_nonnull(p);
	ck_assert_str_eq(p->xml, elements[i].xml);
	ck_assert_ptr_eq(proto(proto_id(p)), p);
	ck_assert_int_eq(p->layer, elements[i].layer);
	ck_assert_int_eq(p->family, elements[i].family);
	ck_assert_uint_eq(p->ethertype, elements[i].ethertype);
	ck_assert_int_eq(p->l4proto, elements[i].l4proto);
	ck_assert_int_eq(p->bpdu, str_is(str_of(p->xml), "stp"));
	ck_assert_int_eq(p->unknown_to_libvirt, str_is(str_of(p->xml), "igmp-ipv6"));
	ck_assert_uint_gt(strlen(p->meaning), 0);
	for (f = p->fields; *f; f++) {
		struct str name = str_cut(&rest, ' ');

		ck_assert_msg(str_is(name, field(*f)->xml), "<%s>: %s, not %.*s", p->xml,
			      field(*f)->xml, STR_ARG(name));
		ck_assert_int_eq(proto_field(p, name), *f);
		ck_assert(proto_has(p, *f));
	}
	ck_assert_uint_eq(rest.len, 0);
}

START_TEST(protocol_names)
{
	static const char *const none[] = {"", "TCP", "Ip", "ip-ipv6", "icmp-ipv6", "none", "tcp "};

	ck_assert_int_eq(ROWS(elements), PROTO_MAX - 1);
	for (int i = 0; i < ROWS(none); i++)
		ck_assert_ptr_null(proto_find(str_of(none[i])));
	ck_assert_int_eq(proto(PROTO_ANY)->fields[0], FIELD_NONE);
	ck_assert_int_eq(proto(PROTO_ANY)->layer, LAYER_L2);
	ck_assert_int_eq(proto_field(proto(PROTO_TCP), STR("Flags")), FIELD_NONE);
	ck_assert_int_eq(proto_field(proto(PROTO_UDP), STR("flags")), FIELD_NONE);
	ck_assert_int_eq(proto_field(proto(PROTO_TCP), STR("")), FIELD_NONE);
	ck_assert(!proto_has(proto(PROTO_UDP), FIELD_TCP_FLAGS));
	ck_assert(!proto_has(proto(PROTO_UDP), FIELD_NONE));
}
END_TEST

/* IPv4 and IPv6 twins differ in types and keys, not in rows */
START_TEST(twins)
{
	static const enum proto_id pairs[][2] = {
		{PROTO_TCP, PROTO_TCP_IPV6},         {PROTO_UDP, PROTO_UDP_IPV6},
		{PROTO_UDPLITE, PROTO_UDPLITE_IPV6}, {PROTO_ESP, PROTO_ESP_IPV6},
		{PROTO_AH, PROTO_AH_IPV6},           {PROTO_SCTP, PROTO_SCTP_IPV6},
		{PROTO_ICMP, PROTO_ICMPV6},          {PROTO_IGMP, PROTO_IGMP_IPV6},
		{PROTO_ALL, PROTO_ALL_IPV6},         {PROTO_ARP, PROTO_RARP},
	};

	for (int i = 0; i < ROWS(pairs); i++) {
		const struct proto *a = proto(pairs[i][0]);
		const struct proto *b = proto(pairs[i][1]);
		size_t n = 0;

		do
			ck_assert_int_eq(a->fields[n], b->fields[n]);
		while (a->fields[n++]);
		ck_assert_int_eq(a->keys, KEYS_PLAIN);
		ck_assert_int_eq(b->keys, KEYS_OTHER);
		ck_assert_int_eq(a->transport != NULL, b->transport != NULL);
	}
}
END_TEST

static void expect_fields(int id)
{
	const struct proto *p = proto((enum proto_id)id);

	for (const enum field_id *f = p->fields; *f; f++) {
		/* by number and by name */
		for (const enum field_id *g = p->fields; g < f; g++) {
			ck_assert_int_ne(*f, *g);
			ck_assert_str_ne(field(*f)->xml, field(*g)->xml);
		}
		/* what completes a match stands behind it */
		if (field(*f)->slot != SLOT_VALUE) {
			const enum field_id *g = p->fields;

			while (g < f && *g != field(*f)->of)
				g++;
			ck_assert_msg(g < f, "<%s %s>", p->xml, field(*f)->xml);
		}
	}
}

static void expect_row(enum field_id at)
{
	const struct field *f = field(at);
	unsigned users = 0;

	ck_assert_int_eq(field_id(f), at);
	ck_assert_uint_gt(strlen(f->xml), 0);
	ck_assert_uint_gt(strlen(f->meaning), 0);
	ck_assert_uint_gt(strlen(f->sample), 0);
	ck_assert_int_ne(f->type, TYPE_NONE);
	ck_assert_int_lt(f->type, TYPE_MAX);
	ck_assert(!f->max || f->min <= f->max);
	for (int id = 0; id < PROTO_MAX; id++)
		users += proto_has(proto((enum proto_id)id), at);
	ck_assert_msg(users, "no protocol has %s", f->xml);
}

/* a match and what completes it */
static void expect_parts(enum field_id at)
{
	const struct field *f = field(at);
	const struct field *of;

	if (f->slot == SLOT_VALUE) {
		ck_assert_int_eq(f->of, FIELD_NONE);
		ck_assert(!f->alone);
		ck_assert_int_eq(field_match(at), at);
		return;
	}
	of = field(f->of);
	ck_assert_int_ne(f->of, FIELD_NONE);
	ck_assert_int_eq(of->slot, SLOT_VALUE);
	ck_assert_int_eq(field_match(at), f->of);
	/* the match says how it is tested and what becomes of it in the other direction */
	ck_assert_int_eq(f->swap, FIELD_NONE);
	ck_assert_int_eq(f->handler, HANDLER_TEST);
	ck_assert_int_eq(f->guard, GUARD_NONE);
	ck_assert_int_eq(f->key[0].id, KEY_NONE);
	if (f->slot == SLOT_END)
		ck_assert_int_eq(f->type, of->type);
	/* one field for each slot of a match */
	for (int id = FIELD_NONE + 1; id < (int)at; id++)
		ck_assert(field((enum field_id)id)->of != f->of ||
			  field((enum field_id)id)->slot != f->slot);
}

static void expect_exchange(enum field_id at)
{
	const struct field *f = field(at);
	const struct field *other = field(f->swap);

	if (!f->swap)
		return;
	ck_assert_int_ne(f->swap, at);
	ck_assert_int_eq(other->swap, at);
	ck_assert_int_eq(other->slot, f->slot);
	ck_assert_int_eq(other->type, f->type);
	ck_assert_int_eq(other->handler, f->handler);
	ck_assert_int_eq(other->guard, f->guard);
	ck_assert_int_eq(other->stateful, f->stateful);
	for (int k = 0; k < 2; k++)
		ck_assert_uint_eq(key_length(f->key[k]), key_length(other->key[k]));
}

/* semantics.md 4.4 and 5.4: these change their roles, and nothing else does */
START_TEST(exchanged_fields)
{
	static const enum field_id sources[] = {
		FIELD_SRCMAC, FIELD_ARP_SRCMAC, FIELD_ARP_SRCIP,
		FIELD_SRCIP,  FIELD_SRCIP_FROM, FIELD_SRCPORT,
	};
	unsigned n = 0;

	for (int id = FIELD_NONE + 1; id < FIELD_MAX; id++)
		n += field((enum field_id)id)->swap != FIELD_NONE;
	ck_assert_uint_eq(n, 2 * ROWS(sources));
	for (int i = 0; i < ROWS(sources); i++)
		ck_assert_int_ne(field(sources[i])->swap, FIELD_NONE);
}
END_TEST

static void expect_references(enum field_id at)
{
	const struct field *f = field(at);

	if (f->sign_of)
		ck_assert_int_eq(field(f->sign_of)->slot, SLOT_VALUE);
	if (f->unless)
		ck_assert_int_eq(field(f->unless)->slot, SLOT_VALUE);
	for (const struct symbol *s = f->names; s && s->name; s++) {
		ck_assert_uint_ge(s->value, f->min);
		for (const struct symbol *t = f->names; t < s; t++) {
			ck_assert_uint_ne(s->value, t->value);
			ck_assert(!str_same_letters(str_of(s->name), str_of(t->name)));
		}
	}
}

static bool reads_key(const struct field *f)
{
	return f->slot == SLOT_VALUE && f->handler != HANDLER_NOTHING &&
	       f->handler != HANDLER_GRATUITOUS && f->handler != HANDLER_IPSET &&
	       f->handler != HANDLER_CONNLIMIT;
}

/* values and keys are of one size, in each protocol that has the field */
static void expect_keys(enum field_id at)
{
	const struct field *f = field(at);

	for (int id = 0; id < PROTO_MAX && reads_key(f); id++) {
		const struct proto *p = proto((enum proto_id)id);
		const char *sample = type_of(f, p) == TYPE_IPV6 ? "::1" : f->sample;
		struct key key = f->key[p->keys];
		struct value v = {0};

		if (!proto_has(p, at))
			continue;
		ck_assert_msg(key.id > KEY_NONE && key.id < KEY_MAX, "<%s %s>", p->xml, f->xml);
		ck_assert_uint_gt(key_length(key), 0);
		ck_assert_uint_le(key_size(key), VALUE_BYTES);
		type_parse(f, p, str_of(sample), &v);
		if (f->handler == HANDLER_TEST || f->handler == HANDLER_PROTOCOL)
			ck_assert_msg(v.len == key_size(key), "<%s %s>", p->xml, f->xml);
	}
}

static void expect_key(int id)
{
	struct key key = {.id = (uint8_t)id, .offset = 112, .length = 32};
	const struct key_info *info = key_info(key);
	bool raw = id == KEY_RAW_NETWORK || id == KEY_RAW_TRANSPORT || id == KEY_RAW_INNER;

	ck_assert_uint_gt(strlen(info->spelling), 0);
	ck_assert_int_ne(info->base, BASE_NONE);
	ck_assert_int_eq(info->length == 0, raw);
	ck_assert_uint_eq(key_length(key), raw ? 32 : info->length);
	ck_assert_uint_le(key_size(key), VALUE_BYTES);
	for (int other = KEY_NONE + 1; other < id; other++)
		ck_assert_str_ne(info->spelling,
				 key_info((struct key){.id = (uint8_t)other})->spelling);
}

START_TEST(field_rows)
{
	for (int id = FIELD_NONE + 1; id < FIELD_MAX; id++) {
		expect_row((enum field_id)id);
		expect_parts((enum field_id)id);
		expect_exchange((enum field_id)id);
		expect_references((enum field_id)id);
		expect_keys((enum field_id)id);
	}
}
END_TEST

START_TEST(key_rows)
{
	for (int id = KEY_NONE + 1; id < KEY_MAX; id++)
		expect_key(id);
}
END_TEST

START_TEST(protocol_rows)
{
	for (int i = 0; i < ROWS(elements); i++)
		expect_protocol(i);
	for (int id = 0; id < PROTO_MAX; id++)
		expect_fields(id);
}
END_TEST

Suite *tables_suite(void)
{
	Suite *s = suite_create("tables");
	TCase *tc = tcase_create("tables");

	tcase_add_test(tc, protocol_rows);
	tcase_add_test(tc, protocol_names);
	tcase_add_test(tc, twins);
	tcase_add_test(tc, field_rows);
	tcase_add_test(tc, exchanged_fields);
	tcase_add_test(tc, key_rows);
	suite_add_tcase(s, tc);
	return s;
}
