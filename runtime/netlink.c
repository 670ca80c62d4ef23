/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* the kernel fills at most this much into one message of a dump */
#define RECEIVE_BYTES ((size_t)64 << 10)
#define REQUEST_BYTES 512

bool netlink_open(struct netlink *nl)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK};

	*nl = (struct netlink){
		.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)};
	if (nl->fd < 0)
		return false;
	nl->buffer = malloc(RECEIVE_BYTES);
	if (nl->buffer && !bind(nl->fd, (struct sockaddr *)&address, sizeof(address)))
		return true;
	netlink_close(nl);
	return false;
}

void netlink_close(struct netlink *nl)
{
	int saved = errno;

	if (nl->fd >= 0)
		close(nl->fd);
	free(nl->buffer);
	nl->fd = -1;
	nl->buffer = NULL;
	errno = saved;
}

struct request {
	union {
		struct nlmsghdr header;
		char bytes[REQUEST_BYTES];
	};
};

static void request_start(struct request *r, struct netlink *nl, int type, int flags,
			  uint8_t family)
{
	struct nfgenmsg generic = {.nfgen_family = family, .version = NFNETLINK_V0};

	*r = (struct request){0};
	r->header.nlmsg_len = NLMSG_LENGTH(sizeof(generic));
	r->header.nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	r->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	r->header.nlmsg_seq = ++nl->sequence;
	memcpy(NLMSG_DATA(&r->header), &generic, sizeof(generic));
}

/* names are at most 127 bytes (NFT_NAME_MAXLEN), and a request has two */
static bool request_name(struct request *r, int type, struct str name)
{
	struct nlattr attribute = {.nla_type = (uint16_t)type};
	size_t at = NLMSG_ALIGN(r->header.nlmsg_len);

	if (name.len >= NFT_NAME_MAXLEN || at + NLA_HDRLEN + NFT_NAME_MAXLEN > REQUEST_BYTES)
		return false;
	attribute.nla_len = (uint16_t)(NLA_HDRLEN + name.len + 1);
	memcpy(r->bytes + at, &attribute, sizeof(attribute));
	memcpy(r->bytes + at + NLA_HDRLEN, name.ptr, name.len);
	r->header.nlmsg_len = (uint32_t)(at + NLA_ALIGN(attribute.nla_len));
	return true;
}

/* an attribute that holds what follows until request_end(); where it is */
static size_t request_begin(struct request *r, int type)
{
	struct nlattr attribute = {.nla_type = (uint16_t)(type | NLA_F_NESTED)};
	size_t at = NLMSG_ALIGN(r->header.nlmsg_len);

	memcpy(r->bytes + at, &attribute, sizeof(attribute));
	r->header.nlmsg_len = (uint32_t)(at + NLA_HDRLEN);
	return at;
}

static void request_end(struct request *r, size_t at)
{
	struct nlattr attribute;

	memcpy(&attribute, r->bytes + at, sizeof(attribute));
	attribute.nla_len = (uint16_t)(r->header.nlmsg_len - at);
	memcpy(r->bytes + at, &attribute, sizeof(attribute));
}

/* one element, by its key */
static bool request_element(struct request *r, struct str key)
{
	struct nlattr value = {.nla_type = NFTA_DATA_VALUE};
	size_t list, element, data, at;

	if (NLMSG_ALIGN(r->header.nlmsg_len) + 4 * (size_t)NLA_HDRLEN + NLA_ALIGN(key.len) >
	    REQUEST_BYTES)
		return false;
	list = request_begin(r, NFTA_SET_ELEM_LIST_ELEMENTS);
	element = request_begin(r, NFTA_LIST_ELEM);
	data = request_begin(r, NFTA_SET_ELEM_KEY);
	at = r->header.nlmsg_len;
	value.nla_len = (uint16_t)(NLA_HDRLEN + key.len);
	memcpy(r->bytes + at, &value, sizeof(value));
	memcpy(r->bytes + at + NLA_HDRLEN, key.ptr, key.len);
	r->header.nlmsg_len = (uint32_t)(at + NLA_ALIGN(value.nla_len));
	request_end(r, data);
	request_end(r, element);
	request_end(r, list);
	return true;
}

static bool request_send(struct netlink *nl, const struct request *r)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

	return sendto(nl->fd, r->bytes, r->header.nlmsg_len, 0, (struct sockaddr *)&kernel,
		      sizeof(kernel)) == (ssize_t)r->header.nlmsg_len;
}

/* how the answers to one request stand */
struct answer {
	bool finished;
	bool interrupted;
	int error;
};

static void answer_error(struct answer *a, const struct nlmsghdr *m)
{
	struct nlmsgerr error;

	a->finished = true;
	if (m->nlmsg_len < NLMSG_LENGTH(sizeof(error))) {
		a->error = EPROTO;
		return;
	}
	memcpy(&error, NLMSG_DATA(m), sizeof(error));
	a->error = -error.error;
}

static void answer_message(struct answer *a, const struct nlmsghdr *m,
			   const struct read_query *query, const struct reader *reader)
{
	size_t skip = NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct nfgenmsg)));

	a->interrupted |= (m->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	if (m->nlmsg_type == NLMSG_ERROR)
		answer_error(a, m);
	else if (m->nlmsg_type == NLMSG_DONE)
		a->finished = true;
	else if (m->nlmsg_len >= skip)
		netlink_decode(query, reader, (const char *)m + skip, m->nlmsg_len - skip);
}

/* the message at *at of n received bytes, and *at behind it; NULL at the end */
static const struct nlmsghdr *next_message(const char *buffer, size_t *at, size_t n)
{
	const struct nlmsghdr *m = (const void *)(buffer + *at);

	if (n - *at < sizeof(*m) || m->nlmsg_len < sizeof(*m) || m->nlmsg_len > n - *at)
		return NULL;
	*at += NLMSG_ALIGN(m->nlmsg_len);
	if (*at > n)
		*at = n;
	return m;
}

static void receive(struct netlink *nl, struct answer *a, const struct read_query *query,
		    const struct reader *reader)
{
	while (!a->finished) {
		ssize_t n = recv(nl->fd, nl->buffer, RECEIVE_BYTES, MSG_TRUNC);
		const struct nlmsghdr *m;
		size_t at = 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || (size_t)n > RECEIVE_BYTES) {
			*a = (struct answer){.finished = true, .error = n < 0 ? errno : EPROTO};
			return;
		}
		while ((m = next_message(nl->buffer, &at, (size_t)n)))
			if (m->nlmsg_seq == nl->sequence)
				answer_message(a, m, query, reader);
	}
}

static uint8_t family_number(const char *word)
{
	static const struct {
		const char *word;
		uint8_t number;
	} rows[] = {{"bridge", NFPROTO_BRIDGE},
		    {"netdev", NFPROTO_NETDEV},
		    {"ip", NFPROTO_IPV4},
		    {"ip6", NFPROTO_IPV6},
		    {"inet", NFPROTO_INET}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].word, word))
			return rows[i].number;
	return NFPROTO_UNSPEC;
}

/* kind of object and the names that select it; a single element is answered, then acknowledged */
static bool build_request(struct netlink *nl, const struct read_query *query, struct request *r)
{
	static const struct {
		int type, table, name;
	} rows[] = {
		[READ_CHAINS] = {NFT_MSG_GETCHAIN, NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME},
		[READ_RULES] = {NFT_MSG_GETRULE, NFTA_RULE_TABLE, NFTA_RULE_CHAIN},
		[READ_SETS] = {NFT_MSG_GETSET, NFTA_SET_TABLE, NFTA_SET_NAME},
		[READ_ELEMENTS] = {NFT_MSG_GETSETELEM, NFTA_SET_ELEM_LIST_TABLE,
				   NFTA_SET_ELEM_LIST_SET},
		[READ_ELEMENT] = {NFT_MSG_GETSETELEM, NFTA_SET_ELEM_LIST_TABLE,
				  NFTA_SET_ELEM_LIST_SET},
	};
	bool one = query->what == READ_ELEMENT;

	request_start(r, nl, rows[query->what].type, one ? NLM_F_ACK : NLM_F_DUMP,
		      family_number(query->family));
	return (!query->table || request_name(r, rows[query->what].table, str_of(query->table))) &&
	       (!query->name.len || request_name(r, rows[query->what].name, query->name)) &&
	       (!one || request_element(r, query->key));
}

enum read_result netlink_read(struct netlink *nl, const struct read_query *query,
			      const struct reader *reader, int *ret_errno)
{
	struct answer answer = {0};
	struct request request;

	if (!build_request(nl, query, &request)) {
		*ret_errno = ENAMETOOLONG;
		return READ_FAILED;
	}
	if (!request_send(nl, &request)) {
		*ret_errno = errno;
		return READ_FAILED;
	}
	receive(nl, &answer, query, reader);
	if (answer.error == ENOENT)
		return READ_ABSENT;
	if (answer.interrupted || answer.error == EINTR)
		return READ_CHANGED;
	*ret_errno = answer.error;
	return answer.error ? READ_FAILED : READ_DONE;
}

uint32_t netlink_generation(struct netlink *nl)
{
	struct request request;
	struct nlmsghdr *m = (void *)nl->buffer;
	size_t at = NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct nfgenmsg)));
	struct nlattr attribute;
	uint32_t id;
	ssize_t n;

	request_start(&request, nl, NFT_MSG_GETGEN, 0, NFPROTO_UNSPEC);
	if (!request_send(nl, &request))
		return 0;
	do
		n = recv(nl->fd, nl->buffer, RECEIVE_BYTES, 0);
	while (n < 0 && errno == EINTR);
	if (n < (ssize_t)(at + NLA_HDRLEN + sizeof(id)) || m->nlmsg_type == NLMSG_ERROR)
		return 0;
	memcpy(&attribute, nl->buffer + at, sizeof(attribute));
	memcpy(&id, nl->buffer + at + NLA_HDRLEN, sizeof(id));
	return attribute.nla_type == NFTA_GEN_ID ? ntohl(id) : 0;
}
