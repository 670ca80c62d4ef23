/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ETHER_HEADER 14

static int close_keeping_errno(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

int host_link_socket(const char *link)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(link),
	};
	int yes = 1;
	/* no protocol until bound: nothing of other links gets in */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof(yes)) != 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) != 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return close_keeping_errno(fd);
	return fd;
}

static size_t put_tag(uint8_t *frame, size_t len, const struct tpacket_auxdata *aux)
{
	uint16_t type = aux->tp_status & TP_STATUS_VLAN_TPID_VALID ? aux->tp_vlan_tpid : 0x8100;
	uint16_t tag[2] = {htons(type), htons(aux->tp_vlan_tci)};

	if (!(aux->tp_status & TP_STATUS_VLAN_VALID) || len < 12)
		return len;
	memmove(frame + 12 + sizeof(tag), frame + 12, len - 12);
	memcpy(frame + 12, tag, sizeof(tag));
	return len + sizeof(tag);
}

ssize_t host_link_receive(int fd, uint8_t *frame, size_t size)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	/* leaves room for the tag */
	struct iovec part = {frame, size - 4};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(fd, &message, 0);

	if (n < 0)
		return n;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at)) {
		struct tpacket_auxdata aux;

		if (at->cmsg_level != SOL_PACKET || at->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(at), sizeof(aux));
		return (ssize_t)put_tag(frame, (size_t)n, &aux);
	}
	return n;
}

int host_ip_socket(const char *link)
{
	int yes = 1;
	int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &yes, sizeof(yes)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, link, (socklen_t)strlen(link)) != 0)
		return close_keeping_errno(fd);
	return fd;
}

ssize_t host_ip_send(int fd, const uint8_t *frame, size_t len)
{
	struct sockaddr_in to = {.sin_family = AF_INET};

	if (len < ETHER_HEADER + 20) {
		errno = EINVAL;
		return -1;
	}
	memcpy(&to.sin_addr, frame + ETHER_HEADER + 16, 4);
	return sendto(fd, frame + ETHER_HEADER, len - ETHER_HEADER, 0, (struct sockaddr *)&to,
		      sizeof(to));
}

int host_forget(void)
{
	struct {
		struct nlmsghdr header;
		struct nfgenmsg general;
	} request = {
		.header =
			{
				.nlmsg_len = sizeof(request),
				.nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE,
				.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
			},
		.general = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0},
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr result;
	} reply;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	int error = 0;

	if (fd < 0)
		return errno;
	if (send(fd, &request, sizeof(request), 0) < 0)
		error = errno;
	else if (recv(fd, &reply, sizeof(reply), 0) < (ssize_t)sizeof(reply))
		error = EIO;
	else
		error = -reply.result.error;
	close(fd);
	/* ENOENT: there was none */
	return error == ENOENT ? 0 : error;
}
