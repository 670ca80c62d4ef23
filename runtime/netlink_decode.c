/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "runtime/netlink.h"

/* the type of a comment among the type-length-value triples of user data */
#define USERDATA_COMMENT 0

/* attributes of a message or of a nested one, by type; absent ones are {NULL, 0} */
#define ATTRIBUTES 32

struct attributes {
	struct str at[ATTRIBUTES];
};

/* the first attribute of the bytes, and what follows it; false at the end */
static bool next_attribute(struct str *rest, unsigned *type, struct str *value)
{
	struct nlattr attribute;
	size_t aligned;

	if (rest->len < sizeof(attribute))
		return false;
	memcpy(&attribute, rest->ptr, sizeof(attribute));
	if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > rest->len)
		return false;
	*type = attribute.nla_type & NLA_TYPE_MASK;
	*value = (struct str){rest->ptr + NLA_HDRLEN, attribute.nla_len - (size_t)NLA_HDRLEN};
	aligned = NLA_ALIGN(attribute.nla_len);
	if (aligned > rest->len)
		aligned = rest->len;
	*rest = (struct str){rest->ptr + aligned, rest->len - aligned};
	return true;
}

static struct attributes attributes_of(struct str bytes)
{
	struct attributes a = {0};
	struct str value;
	unsigned type;

	while (next_attribute(&bytes, &type, &value))
		if (type < ATTRIBUTES)
			a.at[type] = value;
	return a;
}

/* without the NUL that ends it */
static struct str string_of(struct str value)
{
	return (struct str){value.ptr, value.ptr ? strnlen(value.ptr, value.len) : 0};
}

static uint32_t number_of(struct str value)
{
	uint32_t number = 0;

	if (value.len >= sizeof(number))
		memcpy(&number, value.ptr, sizeof(number));
	return ntohl(number);
}

static uint64_t long_of(struct str value)
{
	uint64_t number = 0;

	if (value.len >= sizeof(number))
		memcpy(&number, value.ptr, sizeof(number));
	return be64toh(number);
}

static struct str comment_of(struct str userdata)
{
	while (userdata.len >= 2) {
		size_t n = (unsigned char)userdata.ptr[1];

		if (n > userdata.len - 2)
			break;
		if (userdata.ptr[0] == USERDATA_COMMENT)
			return string_of((struct str){userdata.ptr + 2, n});
		userdata = (struct str){userdata.ptr + 2 + n, userdata.len - 2 - n};
	}
	return (struct str){0};
}

static enum loaded_verdict verdict_of(struct str data, struct str *target)
{
	struct attributes nested = attributes_of(data);
	struct attributes verdict = attributes_of(nested.at[NFTA_DATA_VERDICT]);
	int32_t code = (int32_t)number_of(verdict.at[NFTA_VERDICT_CODE]);

	*target = string_of(verdict.at[NFTA_VERDICT_CHAIN]);
	if (code == NFT_JUMP)
		return LOADED_JUMP;
	return code == NFT_GOTO ? LOADED_GOTO : LOADED_OTHER;
}

static void add_fill(struct loaded_rule *rule, struct str set)
{
	unsigned i = 0;

	while (i < FILLS_MAX && rule->fills[i].len)
		i++;
	if (i < FILLS_MAX)
		rule->fills[i] = set;
}

static void decode_expression(struct str bytes, struct loaded_rule *rule)
{
	struct attributes a = attributes_of(bytes);
	struct str name = string_of(a.at[NFTA_EXPR_NAME]);
	struct attributes data = attributes_of(a.at[NFTA_EXPR_DATA]);

	rule->nexpression++;
	if (str_is(name, "immediate"))
		rule->verdict = verdict_of(data.at[NFTA_IMMEDIATE_DATA], &rule->target);
	else if (str_is(name, "lookup"))
		rule->set = string_of(data.at[NFTA_LOOKUP_SET]);
	else if (str_is(name, "dynset"))
		add_fill(rule, string_of(data.at[NFTA_DYNSET_SET_NAME]));
}

static void decode_rule(const struct reader *reader, const struct attributes *a)
{
	struct loaded_rule rule = {.chain = string_of(a->at[NFTA_RULE_CHAIN]),
				   .comment = comment_of(a->at[NFTA_RULE_USERDATA])};
	struct str rest = a->at[NFTA_RULE_EXPRESSIONS];
	struct str expression;
	unsigned type;

	while (next_attribute(&rest, &type, &expression))
		decode_expression(expression, &rule);
	reader->rule(reader->context, &rule);
}

static void decode_chain(const struct reader *reader, const struct attributes *a)
{
	struct loaded_chain chain = {.name = string_of(a->at[NFTA_CHAIN_NAME]),
				     .comment = comment_of(a->at[NFTA_CHAIN_USERDATA]),
				     .base = a->at[NFTA_CHAIN_HOOK].len != 0,
				     .use = number_of(a->at[NFTA_CHAIN_USE]),
				     .table = string_of(a->at[NFTA_CHAIN_TABLE])};
	struct attributes hook = attributes_of(a->at[NFTA_CHAIN_HOOK]);

	chain.hook = number_of(hook.at[NFTA_HOOK_HOOKNUM]);
	chain.device = string_of(hook.at[NFTA_HOOK_DEV]);
	chain.drops = chain.base && number_of(a->at[NFTA_CHAIN_POLICY]) == NF_DROP;

	reader->chain(reader->context, &chain);
}

static void decode_set(const struct reader *reader, const struct attributes *a)
{
	/* sets that stand inside a rule have no name of their own */
	if (!(number_of(a->at[NFTA_SET_FLAGS]) & NFT_SET_ANONYMOUS))
		reader->set(reader->context, string_of(a->at[NFTA_SET_NAME]));
}

static void decode_elements(const struct reader *reader, const struct attributes *a)
{
	struct str rest = a->at[NFTA_SET_ELEM_LIST_ELEMENTS];
	struct str bytes;
	unsigned type;

	while (next_attribute(&rest, &type, &bytes)) {
		struct attributes element = attributes_of(bytes);
		struct attributes key = attributes_of(element.at[NFTA_SET_ELEM_KEY]);
		struct loaded_element e = {.key = string_of(key.at[NFTA_DATA_VALUE]),
					   .bytes = key.at[NFTA_DATA_VALUE],
					   .comment =
						   comment_of(element.at[NFTA_SET_ELEM_USERDATA]),
					   .timeout = long_of(element.at[NFTA_SET_ELEM_TIMEOUT]),
					   .left = long_of(element.at[NFTA_SET_ELEM_EXPIRATION])};

		verdict_of(element.at[NFTA_SET_ELEM_DATA], &e.target);
		reader->element(reader->context, &e);
	}
}

void netlink_decode(const struct read_query *query, const struct reader *reader, const char *bytes,
		    size_t n)
{
	struct attributes a = attributes_of((struct str){bytes, n});
	static const int table[] = {
		[READ_CHAINS] = NFTA_CHAIN_TABLE,
		[READ_RULES] = NFTA_RULE_TABLE,
		[READ_SETS] = NFTA_SET_TABLE,
		[READ_ELEMENTS] = NFTA_SET_ELEM_LIST_TABLE,
		[READ_ELEMENT] = NFTA_SET_ELEM_LIST_TABLE,
	};

	/* the kernel dumps the chains of a family, not of a table */
	if (query->table && !str_is(string_of(a.at[table[query->what]]), query->table))
		return;
	switch (query->what) {
	case READ_CHAINS:
		decode_chain(reader, &a);
		break;
	case READ_RULES:
		decode_rule(reader, &a);
		break;
	case READ_SETS:
		decode_set(reader, &a);
		break;
	case READ_ELEMENTS:
	case READ_ELEMENT:
		decode_elements(reader, &a);
		break;
	}
}
