/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nflog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SUBSYSTEM (NFNL_SUBSYS_ULOG << 8)

struct request {
	struct nlmsghdr header;
	struct nfgenmsg general;
	struct nlattr attribute;
	uint8_t value[8];
};

/* one configuration message with one attribute; 0 or an errno value */
static int configure(int fd, uint16_t type, const void *value, size_t len)
{
	struct request request = {
		.header =
			{
				.nlmsg_len = (uint32_t)(offsetof(struct request, value) +
							NLMSG_ALIGN(len)),
				.nlmsg_type = SUBSYSTEM | NFULNL_MSG_CONFIG,
				.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
			},
		.general = {.nfgen_family = AF_UNSPEC, .res_id = htons(NFLOG_GROUP)},
		.attribute = {.nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = type},
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr result;
		char rest[256];
	} reply;

	memcpy(request.value, value, len);
	if (send(fd, &request, request.header.nlmsg_len, 0) < 0)
		return errno;
	if (recv(fd, &reply, sizeof(reply), 0) < (ssize_t)NLMSG_LENGTH(sizeof(reply.result)))
		return EIO;
	return -reply.result.error;
}

int nflog_open(void)
{
	const struct nfulnl_msg_config_cmd command = {.command = NFULNL_CFG_CMD_BIND};
	const struct nfulnl_msg_config_mode mode = {
		.copy_range = htonl(0xffff),
		.copy_mode = NFULNL_COPY_PACKET,
	};
	const uint32_t at_once = htonl(1);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	int error;

	if (fd < 0)
		return -1;
	error = configure(fd, NFULA_CFG_CMD, &command, sizeof(command));
	if (!error)
		error = configure(fd, NFULA_CFG_MODE, &mode, 6);
	if (!error)
		error = configure(fd, NFULA_CFG_QTHRESH, &at_once, sizeof(at_once));
	if (!error)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

static unsigned read_attributes(const uint8_t *at, size_t len,
				void (*see)(void *context, const uint8_t *packet, size_t len),
				void *context)
{
	while (len >= NLA_HDRLEN) {
		struct nlattr attribute;
		size_t aligned;

		memcpy(&attribute, at, sizeof(attribute));
		if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > len)
			break;
		if ((attribute.nla_type & NLA_TYPE_MASK) == NFULA_PAYLOAD) {
			see(context, at + NLA_HDRLEN, attribute.nla_len - NLA_HDRLEN);
			return 1;
		}
		aligned = ((size_t)attribute.nla_len + 3) & ~(size_t)3;
		if (aligned > len)
			break;
		len -= aligned;
		at += aligned;
	}
	return 0;
}

unsigned nflog_read(int fd, void (*see)(void *context, const uint8_t *packet, size_t len),
		    void *context)
{
	static const size_t skip = NLMSG_ALIGN(sizeof(struct nfgenmsg));
	_Alignas(struct nlmsghdr) uint8_t bytes[1 << 17];
	unsigned seen = 0;
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
		size_t left = (size_t)n;

		for (struct nlmsghdr *at = (struct nlmsghdr *)bytes; NLMSG_OK(at, left);
		     at = NLMSG_NEXT(at, left))
			if (at->nlmsg_type == (SUBSYSTEM | NFULNL_MSG_PACKET) &&
			    at->nlmsg_len > NLMSG_HDRLEN + skip)
				seen += read_attributes((uint8_t *)NLMSG_DATA(at) + skip,
							at->nlmsg_len - NLMSG_HDRLEN - skip, see,
							context);
	}
	return seen;
}
