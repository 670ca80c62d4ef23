/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse_domain.h"
#include "ir/base/buf.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

#define DOMAIN(devices)                                                                            \
	"<domain type='kvm'>\n  <name>web &amp; co</name>\n  <uuid>0b9d</uuid>\n"                  \
	"  <memory unit='KiB'>4</memory>\n  <devices>\n" devices "  </devices>\n</domain>\n"
#define INTERFACE(type, inside) "<interface type='" type "'>" inside "</interface>\n"
#define MAC "<mac address='52:54:0:12:34:5F' type='static'/>"
#define TARGET(name) "<target dev='" name "' managed='no'/>"
#define REF "<filterref filter='f'/>"

static struct domain *read_domain(struct text *t, enum mode mode, const char *text)
{
	text_init(t, mode, str_of(text));
	return parse_domain(&t->compile, t->source);
}

START_TEST(interfaces)
{
	struct text t;
	struct domain *d = read_domain(
		&t, MODE_STRICT,
		"<?xml version='1.0'?><!-- virsh -->"
		"<domain type='kvm' id='3' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>"
		"<name> web &amp; co </name><uuid>0b9d</uuid><metadata><x:a xmlns:x='y'>text<x:b/>"
		"</x:a></metadata><devices><emulator>/usr/bin/qemu</emulator>"
		"<interface type='bridge'>" MAC "<source bridge='br0'/>" TARGET(
			"vnet0") "<model type='virtio'/>"
				 "<filterref filter='clean-traffic'><parameter name='IP' "
				 "value='192.0.2.7'/>"
				 "<parameter name='IP' value='192.0.2.8'/></filterref><alias "
				 "name='net0'/>"
				 "<address type='pci'/></interface>" INTERFACE("network",
									       MAC TARGET("vnet1"))
					 INTERFACE(
						 "direct",
						 REF TARGET(
							 "macvtap0") "<virtualport type='802.1Qbg'>"
								     "<parameters "
								     "managerid='11'/></"
								     "virtualport>" MAC) "</"
											 "devices><"
											 "q:"
											 "commandli"
											 "ne><q:"
											 "arg "
											 "value='-"
											 "S'/></"
											 "q:"
											 "commandli"
											 "ne></"
											 "domain>");
	const struct binding *b;

	ck_assert_ptr_nonnull(d);
	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	ck_str(d->name, "web & co");
	ck_str(d->uuid, "0b9d");
	ck_assert_uint_eq(d->interface.n, 2);
	ck_str(d->interface.at[0].type, "bridge");
	b = d->interface.at[0].binding;
	ck_assert_int_eq(b->attach, ATTACH_UNSAID);
	ck_str(b->tap, "vnet0");
	ck_span(b->tap_span, "vnet0");
	ck_str(b->filter, "clean-traffic");
	ck_span(b->filter_span, "clean-traffic");
	ck_span(b->span, "<interface type='bridge'>");
	ck_assert_uint_eq(b->mac[5], 0x5f);
	ck_str(b->owner_name, "web & co");
	ck_str(b->owner_uuid, "0b9d");
	ck_assert_uint_eq(b->parameter.n, 2);
	ck_assert_uint_eq(parameter_find(&b->parameter, STR("IP"))->value.n, 2);
	ck_str(parameter_find(&b->parameter, STR("MAC"))->value.at[0], "52:54:00:12:34:5f");
	ck_str(d->interface.at[1].type, "direct");
	b = d->interface.at[1].binding;
	ck_assert_int_eq(b->attach, ATTACH_NETDEV);
	ck_str(b->tap, "macvtap0");
	ck_assert_uint_eq(b->parameter.n, 1);
	text_release(&t);
}
END_TEST

/* with a filter, but not bound; the interface beside it is */
static const char *const left_out[] = {
	INTERFACE("network", MAC REF),
	INTERFACE("network", MAC REF "<target/>"),
	INTERFACE("bridge", REF TARGET("vnet0")),
	INTERFACE("user", MAC REF),
	INTERFACE("vhostuser", MAC TARGET("vnet0") REF),
	"<interface>" MAC TARGET("vnet0") REF "</interface>\n",
};

START_TEST(unbound)
{
	for (int mode = 0; mode < MODE_MAX; mode++) {
		struct text t;
		struct domain *d;
		struct str text;
		const struct diag *found;

		text_init(&t, (enum mode)mode, STR(""));
		text = str_printf(t.compile.arena, DOMAIN("%s%s"), left_out[_i],
				  INTERFACE("ethernet", MAC TARGET("vnet7") REF));
		t.source = compile_text(&t.compile, STR("text"), text);
		d = parse_domain(&t.compile, t.source);
		ck_assert_uint_eq(t.compile.diag.diag.n, 1);
		found = text_first(&t, DIAG_INTERFACE_LEFT_OUT);
		ck_assert_ptr_nonnull(found);
		ck_assert_uint_eq(found->nlabel, 2);
		ck_assert_uint_eq(span_position(found->label[0].span).line, 6);
		if (mode == MODE_STRICT) {
			ck_assert_ptr_null(d);
		} else {
			ck_assert_uint_eq(d->interface.n, 1);
			ck_str(d->interface.at[0].binding->tap, "vnet7");
		}
		text_release(&t);
	}
}
END_TEST

static const struct {
	const char *text;
	enum diag_id id;
} refused[] = {
	{"<filter name='f'/>", DIAG_ROOT_ELEMENT},
	{"<domstatus/>", DIAG_ROOT_ELEMENT},
	{"<domain><devices></domain>", DIAG_XML_MALFORMED},
	{"<!DOCTYPE domain><domain/>", DIAG_XML_DOCTYPE},
	{DOMAIN(INTERFACE("bridge", "<mac address='52:54'/>" TARGET("vnet0") REF)),
	 DIAG_BINDING_MAC},
	{DOMAIN(INTERFACE("bridge", "<mac/>" TARGET("vnet0") REF)), DIAG_BINDING_INCOMPLETE},
	{DOMAIN(INTERFACE("bridge", MAC "<target dev=''/>" REF)), DIAG_BINDING_INCOMPLETE},
	{DOMAIN(INTERFACE("bridge", MAC TARGET("a b") REF)), DIAG_TAP_NAME},
	{DOMAIN(INTERFACE("bridge", MAC TARGET("vnet0") "<filterref/>")), DIAG_BINDING_INCOMPLETE},
	{DOMAIN(INTERFACE("bridge", MAC TARGET("vnet0") REF REF)), DIAG_UNKNOWN_ELEMENT},
	{DOMAIN(INTERFACE("bridge", MAC TARGET("vnet0") "<filterref filter='f'><parameter name='A' "
							"value='1/2'/></filterref>")),
	 DIAG_PARAMETER},
};

START_TEST(refusals)
{
	struct text t;

	ck_assert_ptr_null(read_domain(&t, MODE_DEFAULT, refused[_i].text));
	ck_assert_uint_eq(t.compile.diag.diag.n, 1);
	ck_assert_uint_eq(text_count(&t, refused[_i].id), 1);
	text_release(&t);
}
END_TEST

/* a disk has an element for each image of its chain, inside that of the one above */
static struct domain *read_nested(struct text *t, unsigned depth)
{
	struct buf b;
	struct str text;

	buf_init(&b);
	buf_puts(&b, "<domain><devices><disk>");
	for (unsigned i = 3; i < depth; i++)
		buf_puts(&b, "<backingStore>");
	for (unsigned i = 3; i < depth; i++)
		buf_puts(&b, "</backingStore>");
	buf_puts(&b, "</disk>" INTERFACE("bridge", MAC TARGET("vnet0") REF) "</devices></domain>");
	text_init(t, MODE_DEFAULT, STR(""));
	text = str_dup(t->compile.arena, buf_str(&b));
	buf_release(&b);
	t->source = compile_text(&t->compile, STR("text"), text);
	return parse_domain(&t->compile, t->source);
}

START_TEST(deep)
{
	struct text t;
	struct domain *d = read_nested(&t, 203);

	ck_assert_ptr_nonnull(d);
	ck_assert_uint_eq(d->interface.n, 1);
	text_release(&t);
	ck_assert_ptr_null(read_nested(&t, 251));
	ck_assert_uint_eq(text_count(&t, DIAG_XML_TOO_DEEP), 1);
	text_release(&t);
	/* where libxml2 stops by itself */
	ck_assert_ptr_null(read_nested(&t, 5000));
	ck_assert_uint_eq(text_count(&t, DIAG_XML_TOO_DEEP), 1);
	text_release(&t);
}
END_TEST

START_TEST(explained)
{
	const struct diag_code *code = diag_code(DIAG_INTERFACE_LEFT_OUT);
	struct text t;

	ck_assert_ptr_nonnull(read_domain(&t, MODE_DEFAULT, code->bad + 2));
	ck_assert_uint_eq(text_count(&t, DIAG_INTERFACE_LEFT_OUT), 1);
	text_release(&t);
	ck_assert_uint_eq(read_domain(&t, MODE_DEFAULT, code->good + 2)->interface.n, 1);
	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	text_release(&t);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *domain_suite(void)
{
	Suite *s = suite_create("domain");
	TCase *tc = tcase_create("domain");

	tcase_add_test(tc, interfaces);
	tcase_add_loop_test(tc, unbound, 0, ROWS(left_out));
	tcase_add_loop_test(tc, refusals, 0, ROWS(refused));
	tcase_add_test(tc, deep);
	tcase_add_test(tc, explained);
	suite_add_tcase(s, tc);
	return s;
}
