/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/device.h"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* the kernel fills at most this much into one message of a dump */
#define ANSWER_BYTES ((size_t)32 << 10)

struct question {
	struct nlmsghdr header;
	struct ifinfomsg link;
	struct rtattr mask_head;
	uint32_t mask;
	struct rtattr name_head;
	char name[IFNAMSIZ];
};

/* what a table of kinds points into */
static const char kinds[DEVICE_MAX];

/* the attribute of a type, without the flags that a type may carry; an absent one is empty */
static struct str attribute(struct str bytes, unsigned type)
{
	struct rtattr a;

	while (bytes.len >= sizeof(a)) {
		size_t step;

		memcpy(&a, bytes.ptr, sizeof(a));
		if (a.rta_len < sizeof(a) || a.rta_len > bytes.len)
			break;
		if ((a.rta_type & NLA_TYPE_MASK) == type)
			return (struct str){bytes.ptr + sizeof(a), a.rta_len - sizeof(a)};
		step = RTA_ALIGN(a.rta_len);
		if (step > bytes.len)
			break;
		bytes = (struct str){bytes.ptr + step, bytes.len - step};
	}
	return (struct str){0};
}

/* without the NUL that ends it */
static struct str text_of(struct str value)
{
	return (struct str){value.ptr, value.ptr ? strnlen(value.ptr, value.len) : 0};
}

static enum device_kind kind_of(struct str attributes)
{
	struct str info = attribute(attributes, IFLA_LINKINFO);
	struct str kind = text_of(attribute(info, IFLA_INFO_KIND));

	if (str_is(kind, "tun"))
		return DEVICE_TAP;
	if (attribute(attributes, IFLA_MASTER).len)
		return DEVICE_OTHER;
	return str_is(kind, "macvtap")   ? DEVICE_MACVTAP
	       : str_is(kind, "macvlan") ? DEVICE_MACVLAN
					 : DEVICE_OTHER;
}

/* a socket with the question sent, of one interface or all of them; -1: there is none */
static int ask(struct str name)
{
	struct question q = {
		.header = {.nlmsg_len = name.len ? sizeof(q) : offsetof(struct question, name_head),
			   .nlmsg_type = RTM_GETLINK,
			   .nlmsg_flags = NLM_F_REQUEST | (name.len ? 0 : NLM_F_DUMP)},
		.mask_head = {sizeof(q.mask_head) + sizeof(q.mask), IFLA_EXT_MASK},
		.mask = RTEXT_FILTER_SKIP_STATS,
		.name_head = {sizeof(q.name_head) + sizeof(q.name), IFLA_IFNAME},
	};
	int fd;

	if (name.len >= sizeof(q.name))
		return -1;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (name.len)
		memcpy(q.name, name.ptr, name.len);
	if (fd < 0 || send(fd, &q, q.header.nlmsg_len, 0) == (ssize_t)q.header.nlmsg_len)
		return fd;
	close(fd);
	return -1;
}

/* bytes of the next part of an answer; 0 if there is none */
static size_t receive(int fd, char bytes[ANSWER_BYTES])
{
	ssize_t n = recv(fd, bytes, ANSWER_BYTES, MSG_TRUNC);

	return n < 0 || (size_t)n > ANSWER_BYTES ? 0 : (size_t)n;
}

/* the attributes of the link in a message; empty if it is none */
static struct str link_of(const char *message, size_t n)
{
	size_t skip = NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct ifinfomsg)));
	struct nlmsghdr header;

	memcpy(&header, message, sizeof(header));
	if (header.nlmsg_type != RTM_NEWLINK || n < skip)
		return (struct str){0};
	return (struct str){message + skip, n - skip};
}

static enum device_kind ask_kind(struct str name)
{
	char bytes[ANSWER_BYTES];
	int fd = ask(name);
	size_t n = fd < 0 ? 0 : receive(fd, bytes);
	struct str link = {0};

	if (fd >= 0)
		close(fd);
	if (n >= sizeof(struct nlmsghdr))
		link = link_of(bytes, n);
	return link.len ? kind_of(link) : DEVICE_ABSENT;
}

/* false at the end of the dump, or if it broke off: then *ret_whole is false */
static bool read_part(struct devices *d, struct arena *arena, const char *bytes, size_t n,
		      bool *ret_whole)
{
	while (n >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr header;
		struct str link;
		size_t step;

		memcpy(&header, bytes, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > n)
			return false;
		*ret_whole = header.nlmsg_type == NLMSG_DONE;
		if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR)
			return false;
		link = link_of(bytes, header.nlmsg_len);
		table_put(&d->kind, arena, str_dup(arena, text_of(attribute(link, IFLA_IFNAME))),
			  (void *)&kinds[kind_of(link)]);
		step = NLMSG_ALIGN(header.nlmsg_len);
		if (step > n)
			step = n;
		bytes += step;
		n -= step;
	}
	return true;
}

void devices_read(struct devices *d, struct arena *arena)
{
	char bytes[ANSWER_BYTES];
	int fd = d->read ? -1 : ask((struct str){0});
	size_t n;

	if (fd < 0)
		return;
	do
		n = receive(fd, bytes);
	while (n && read_part(d, arena, bytes, n, &d->read));
	close(fd);
}

enum device_kind device_kind(const struct devices *d, struct str name)
{
	const char *known;

	if (!d->read)
		return ask_kind(name);
	known = table_get(&d->kind, name);
	return known ? (enum device_kind)(known - kinds) : DEVICE_ABSENT;
}
