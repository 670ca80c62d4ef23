/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/parse_rule.h"

#include "compiler/document.h"
#include "compiler/nearest.h"

#define RULE_PRIORITY 500
#define RULE_PRIORITY_MIN (-1000)
#define RULE_PRIORITY_MAX 1000

const char *const rule_attributes[] = {"action", "direction", "priority", "statematch", NULL};

/* the index of a required word, or 0 after a diagnostic */
static int read_word(struct rule_parse *p, const struct xml_element *e, const char *name,
		     const char *const *words, enum diag_id id)
{
	const struct xml_attribute *a = xml_attribute(e, name);
	struct diag_list *list = &p->compile->diag;
	struct str expected = str_of(words[0]);
	struct nearest near;
	struct diag *d;

	for (int i = 0; a && words[i]; i++)
		if (str_is(a->value, words[i]))
			return i;
	for (int i = 1; words[i]; i++)
		expected = str_printf(p->compile->arena, "%.*s%s%s", STR_ARG(expected),
				      words[i + 1] ? ", " : " or ", words[i]);
	if (!a) {
		diag_report(list, id, e->span, "<rule> needs %s='...': %.*s", name,
			    STR_ARG(expected));
		return 0;
	}
	d = diag_report(list, id, a->value_span, "%s of <rule>: expected %.*s, found '%.*s'", name,
			STR_ARG(expected), STR_ARG(nearest_shown(p->compile->arena, a->value)));
	nearest_init(&near, a->value);
	nearest_offer_all(&near, words);
	nearest_help(&near, list, d, "'", "'");
	return 0;
}

static enum action read_action(struct rule_parse *p, const struct xml_element *e)
{
	const char *words[ACTION_MAX + 1] = {NULL};

	for (int i = 0; i < ACTION_MAX; i++)
		words[i] = action_name((enum action)i);
	return (enum action)read_word(p, e, "action", words, DIAG_RULE_ACTION);
}

static enum direction read_direction(struct rule_parse *p, const struct xml_element *e)
{
	const char *words[DIRECTION_MAX + 1] = {NULL};

	for (int i = 0; i < DIRECTION_MAX; i++)
		words[i] = direction_name((enum direction)i);
	return (enum direction)read_word(p, e, "direction", words, DIAG_RULE_DIRECTION);
}

static int read_priority(struct rule_parse *p, const struct xml_element *e)
{
	const struct xml_attribute *a = xml_attribute(e, "priority");
	int priority = RULE_PRIORITY;
	struct diag *d;

	if (!a || document_integer(a->value, RULE_PRIORITY_MIN, RULE_PRIORITY_MAX, &priority))
		return priority;
	d = diag_report(&p->compile->diag, DIAG_RULE_PRIORITY, a->value_span,
			"priority of <rule>: expected a number from %d to %d, found '%.*s'",
			RULE_PRIORITY_MIN, RULE_PRIORITY_MAX,
			STR_ARG(nearest_shown(p->compile->arena, a->value)));
	diag_note(&p->compile->diag, d, "libvirt takes %d instead", RULE_PRIORITY);
	return priority;
}

static bool read_statematch(struct rule_parse *p, const struct xml_element *e)
{
	const struct xml_attribute *a = xml_attribute(e, "statematch");
	struct diag *d;

	if (!a)
		return true;
	if (str_is(a->value, "0") || str_same_letters(a->value, STR("false")))
		return false;
	if (str_is(a->value, "1") || str_same_letters(a->value, STR("true")))
		return true;
	d = diag_report(
		&p->compile->diag, DIAG_RULE_STATEMATCH, a->value_span,
		"statematch of <rule>: expected true or false, found '%.*s', which counts as "
		"true",
		STR_ARG(nearest_shown(p->compile->arena, a->value)));
	diag_help(&p->compile->diag, d, "only 'false' and '0' turn the state tests off");
	if (str_same_letters(a->value, STR("no")) || str_same_letters(a->value, STR("off")))
		diag_fix(&p->compile->diag, d, FIX_UNSAFE, a->value_span, STR("false"));
	return true;
}

void rule_start(struct rule_parse *p, struct compile *c, const struct xml_element *e)
{
	struct filter_rule *rule = ARENA_NEW(c->arena, struct filter_rule);

	*p = (struct rule_parse){.compile = c, .rule = rule};
	rule->span = e->span;
	rule->action = read_action(p, e);
	rule->direction = read_direction(p, e);
	rule->priority = read_priority(p, e);
	rule->statematch = read_statematch(p, e);
	*VEC_PUSH(c->arena, &p->tag) = e->span;
}

/* names people write for elements that have another one */
static const struct {
	const char *wrong;
	const char *right;
} known_mistakes[] = {
	{"icmp-ipv6", "icmpv6"}, {"icmpv6-ipv6", "icmpv6"}, {"icmp6", "icmpv6"}, {"ipv4", "ip"},
	{"ip-ipv6", "ipv6"},     {"ip6", "ipv6"},           {"any", "all"},      {"ether", "mac"},
};

static void report_unknown(struct rule_parse *p, const struct xml_element *e)
{
	struct diag_list *list = &p->compile->diag;
	struct nearest near;
	struct diag *d =
		diag_report(list, DIAG_UNKNOWN_PROTOCOL, e->span, "<%.*s> is no protocol element",
			    STR_ARG(nearest_shown(p->compile->arena, e->name)));

	nearest_init(&near, e->name);
	for (size_t i = 0; i < sizeof(known_mistakes) / sizeof(known_mistakes[0]); i++)
		if (str_is(e->name, known_mistakes[i].wrong))
			near.best = str_of(known_mistakes[i].right), near.distance = 0;
	for (int i = PROTO_ANY + 1; i < PROTO_MAX; i++)
		if (!proto((enum proto_id)i)->unknown_to_libvirt)
			nearest_offer(&near, str_of(proto((enum proto_id)i)->xml));
	nearest_help(&near, list, d, "<", ">");
	/* one that has an end tag is named twice */
	if (e->span.source->bytes.ptr[e->span.end - 2] == '/')
		nearest_fix(&near, list, d, FIX_UNSAFE, e->name_span);
	diag_note(list, d,
		  "libvirt leaves the element out; a rule without others matches every frame");
}

/* igmp-ipv6: ours by default, an unknown element for libvirt */
static bool take_undocumented(struct rule_parse *p, const struct xml_element *e)
{
	struct diag *d = diag_report(&p->compile->diag, DIAG_UNKNOWN_TO_LIBVIRT, e->span,
				     "libvirt does not know <%.*s>", STR_ARG(e->name));

	if (compat(p->compile)) {
		diag_note(&p->compile->diag, d,
			  "the element is left out; a rule without others matches every frame");
		return false;
	}
	diag_note(&p->compile->diag, d,
		  "it is compiled as written; in libvirt the rule would match every frame");
	return true;
}

bool rule_element(struct rule_parse *p, const struct xml_element *e)
{
	const struct proto *found = proto_find(e->name);
	struct filter_rule *rule = p->rule;
	struct diag *d;

	*VEC_PUSH(p->compile->arena, &p->tag) = e->span;
	if (!found) {
		report_unknown(p, e);
		return false;
	}
	if (found->unknown_to_libvirt && !take_undocumented(p, e))
		return false;
	if (rule->proto && rule->proto != found) {
		d = diag_report(&p->compile->diag, DIAG_SECOND_PROTOCOL, e->span,
				"<%s> in a rule about <%s>: a rule has one protocol", found->xml,
				rule->proto->xml);
		diag_also(&p->compile->diag, d, rule->proto_span, "the first one");
		diag_help(&p->compile->diag, d,
			  "write a rule for each; libvirt leaves the second out");
		return false;
	}
	if (!rule->proto) {
		rule->proto = found;
		rule->proto_span = e->span;
	}
	attributes_read(p, e);
	return true;
}

/* the tags as written, on one line */
static struct str rule_text(const struct rule_parse *p)
{
	size_t most = 0;
	size_t n = 0;
	char *text;

	for (size_t i = 0; i < p->tag.n; i++)
		most += p->tag.at[i].end - p->tag.at[i].start + 1;
	text = arena_alloc(p->compile->arena, most);
	for (size_t i = 0; i < p->tag.n; i++) {
		struct span s = p->tag.at[i];

		for (uint32_t at = s.start; at < s.end; at++) {
			char c = s.source->bytes.ptr[at];
			bool blank = memchr(" \t\r\n", c, 4) != NULL;

			if (!blank || text[n - 1] != ' ')
				text[n++] = blank ? ' ' : c;
		}
		text[n++] = ' ';
	}
	return (struct str){text, n - 1};
}

struct filter_rule *rule_end(struct rule_parse *p)
{
	if (!p->rule->proto)
		p->rule->proto = proto(PROTO_ANY);
	attributes_fold(p);
	p->rule->text = rule_text(p);
	return p->rule;
}
