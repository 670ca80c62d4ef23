/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "nflog.h"
#include "testsuite/packet/command.h"

#define MARK 0x7e57
#define ETHER_HEADER 14

#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL 36
#endif

static bool fail(struct net *net, const char *what, const char *why)
{
	free(net->world.error);
	if (asprintf(&net->world.error, "%s: %s", what, why) < 0)
		net->world.error = NULL;
	return false;
}

static bool run(struct net *net, char *const argv[], const char *input)
{
	struct output output;
	bool ok = command_run(&output, argv, input) && output.status == 0;

	if (!ok)
		fail(net, argv[0], output.err);
	output_release(&output);
	return ok;
}

static bool ip_batch(struct net *net, const char *family, const char *text)
{
	char *argv[] = {(char *)"ip", (char *)family, (char *)"-batch", (char *)"-", NULL};

	return run(net, argv, text);
}

static bool set_all(struct net *net)
{
	static const char *const settings[][2] = {
		{"net.ipv4.ip_forward", "1"},
		{"net.ipv4.conf.all.send_redirects", "0"},
		{"net.ipv4.conf.br0.send_redirects", "0"},
		{"net.ipv4.conf.br0.rp_filter", "0"},
		{"net.ipv4.conf.rt0.rp_filter", "0"},
		{"net.ipv4.conf.br0.route_localnet", "1"},
		{"net.ipv4.icmp_echo_ignore_broadcasts", "0"},
		/* destination unreachable is out of all limits, that of the whole machine too */
		{"net.ipv4.icmp_ratemask", "0"},
		{"net.ipv6.icmp.ratemask", "0,3-127"},
		{"net.ipv6.conf.default.accept_dad", "0"},
		{"net.ipv6.conf.default.accept_ra", "0"},
		{"net.ipv6.conf.br0.accept_ra", "0"},
		{"net.ipv6.conf.rt0.accept_ra", "0"},
		{"net.ipv6.conf.br0.addr_gen_mode", "1"},
		{"net.ipv6.conf.rt0.addr_gen_mode", "1"},
		{"net.ipv6.conf.br0.disable_ipv6", "0"},
		{"net.ipv6.conf.rt0.disable_ipv6", "0"},
		{"net.ipv6.conf.all.forwarding", "1"},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		if (!world_set(&net->world, settings[i][0], settings[i][1]))
			return false;
	return true;
}

/*
 * What is logged has passed everything else at the input hook.  Frames of the
 * host's own making would make a reply to one frame look like the arrival of
 * another: only what tests send through the stack (it carries a mark) gets out.
 */
static bool observe(struct net *net)
{
	char *text;
	bool ok;

	if (asprintf(&text,
		     "table inet conformance {\n"
		     " chain in { type filter hook input priority 2000000000; policy accept;\n"
		     "  iifname { \"br0\", \"rt0\" } log group %d\n }\n"
		     " chain out { type filter hook output priority -2000000000; policy accept;\n"
		     "  meta mark 0x%x meta mark set 0 accept\n%s  drop\n }\n}\n"
		     "table arp conformance {\n"
		     " chain out { type filter hook output priority 0; policy drop;\n }\n}\n",
		     NFLOG_GROUP, MARK,
		     net->replies ? "  icmp type destination-unreachable accept\n"
				    "  icmpv6 type destination-unreachable accept\n"
				  : "") < 0)
		return fail(net, "memory", strerror(errno));
	ok = run(net, (char *[]){(char *)"nft", (char *)"-f", (char *)"-", NULL}, text);
	free(text);
	return ok;
}

/* a port of the bridge first, as the world knows no other taps; then a router's link */
static bool add_route(struct net *net)
{
	static const uint8_t remote[] = REMOTE_MAC;
	struct end *end;
	int route = ends_add(&net->world.ends, "rt0");

	if (route < 0)
		return fail(net, "rt0", "no room for another end");
	net->route = (unsigned)route;
	end = &net->world.ends.end[route];
	end->name = "route";
	memcpy(end->mac, remote, sizeof(remote));
	memcpy(end->ip4, (uint8_t[]){10, 9, 2, 2}, 4);
	memcpy(end->ip6, (uint8_t[16]){0xfd, 0, 0, 9, 0, 2, [15] = 2}, 16);
	return world_plug(&net->world, net->route) &&
	       ip_batch(net, "-4",
			"link set rt0 nomaster\nlink set rt0 down\n"
			"link set rt0 address 02:00:00:09:02:01\nlink set rt0 up\n"
			"addr add 10.9.2.1/24 dev rt0\n"
			"route add 10.9.1.0/24 dev br0\n"
			"route add default dev br0 table 100\n"
			"neigh replace 10.9.2.2 lladdr 02:00:00:09:02:02 dev rt0 nud permanent\n");
}

static bool add_ipv6(struct net *net)
{
	return ip_batch(
		net, "-6",
		"addr add fd00:9:1::1/64 dev br0 nodad\n"
		"addr add fe80::1/64 dev br0 nodad\n"
		"addr add fd00:9:2::1/64 dev rt0 nodad\n"
		"route add default dev br0 table 100\n"
		"rule add oif br0 table 100\n"
		"neigh replace fd00:9:2::2 lladdr 02:00:00:09:02:02 dev rt0 nud permanent\n");
}

/* the kernel takes an address into use in its own time, and frames to it are lost until then */
static bool wait_for_addresses(struct net *net)
{
	for (unsigned tries = 0; tries < 2000; tries++) {
		FILE *file = fopen("/proc/net/if_inet6", "r");
		unsigned tentative = 0;
		unsigned ready = 0;
		unsigned flags;

		while (file && fscanf(file, "%*s %*x %*x %*x %x %*s", &flags) == 1) {
			tentative += (flags & IFA_F_TENTATIVE) != 0;
			ready += (flags & IFA_F_TENTATIVE) == 0;
		}
		if (file)
			fclose(file);
		if (!tentative && ready >= 3)
			return true;
		nanosleep(&(struct timespec){0, 5000000}, NULL);
	}
	return fail(net, "IPv6", "the addresses do not get ready");
}

static bool open_sockets(struct net *net)
{
	int mark = MARK;
	int yes = 1;

	net->raw6 = socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
	if (net->raw6 < 0 ||
	    setsockopt(net->raw6, IPPROTO_IPV6, IPV6_HDRINCL, &yes, sizeof(yes)) != 0 ||
	    setsockopt(net->raw6, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) != 0 ||
	    setsockopt(net->raw6, SOL_SOCKET, SO_BINDTODEVICE, "br0", 3) != 0 ||
	    setsockopt(net->world.fd[END_HOSTIP], SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) != 0)
		return fail(net, "cannot open a socket on br0", strerror(errno));
	net->log = nflog_open();
	return net->log >= 0 || fail(net, "cannot listen to nflog", strerror(errno));
}

static bool add_neighbours(struct net *net)
{
	static const unsigned known[] = {END_VM, END_VM2, END_PEER};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct end *end = &net->world.ends.end[known[i]];

		if (!net_neighbour(net, end->ip6, 16, end->mac))
			return false;
	}
	return true;
}

bool net_open(struct net *net)
{
	net->raw6 = net->log = -1;
	ends_init(&net->world.ends);
	return world_open(&net->world) && add_route(net) && set_all(net) && add_ipv6(net) &&
	       wait_for_addresses(net) && add_neighbours(net) && observe(net) && open_sockets(net);
}

void net_close(struct net *net)
{
	if (net->raw6 >= 0)
		close(net->raw6);
	if (net->log >= 0)
		close(net->log);
	world_close(&net->world);
}

bool net_neighbour(struct net *net, const uint8_t *address, unsigned bytes, const uint8_t *mac)
{
	char text[INET6_ADDRSTRLEN];
	char *line;
	bool ok;

	inet_ntop(bytes == 4 ? AF_INET : AF_INET6, address, text, sizeof(text));
	if (asprintf(
		    &line,
		    "neigh replace %s lladdr %02x:%02x:%02x:%02x:%02x:%02x dev br0 nud permanent\n",
		    text, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]) < 0)
		return fail(net, "memory", strerror(errno));
	ok = ip_batch(net, bytes == 4 ? "-4" : "-6", line);
	free(line);
	return ok;
}

void net_send(struct net *net, unsigned end, const uint8_t *frame, size_t len)
{
	bool ipv6 = len >= ETHER_HEADER + 40 && frame[12] == 0x86 && frame[13] == 0xdd;
	struct sockaddr_in6 to = {.sin6_family = AF_INET6};

	if (end != END_HOSTIP) {
		world_send(&net->world, end, frame, len);
	} else if (ipv6) {
		to.sin6_scope_id = if_nametoindex("br0");
		memcpy(&to.sin6_addr, frame + ETHER_HEADER + 24, 16);
		sendto(net->raw6, frame + ETHER_HEADER, len - ETHER_HEADER, 0,
		       (struct sockaddr *)&to, sizeof(to));
	} else if (frame[12] == 0x08 && frame[13] == 0x00) {
		world_send(&net->world, end, frame, len);
	}
}
