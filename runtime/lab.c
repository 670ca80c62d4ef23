/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runtime/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_bridge.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/backend.h"

/* names that no tap of a test has by accident */
#define BRIDGE "nwfc-lab"
#define PEER "nwfc-lab-peer"
/* a bridge hands a frame on before the write returns; this is for a busy machine */
#define WAIT_MILLISECONDS 20

static bool fail(struct lab *lab, const char *what)
{
	snprintf(lab->error, sizeof(lab->error), "cannot %s: %s", what, strerror(errno));
	return false;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)strlen(text);
}

/* as user_namespaces(7) wants it of who is not root */
static bool map_user(uid_t uid, gid_t gid)
{
	char user[64], group[64];

	snprintf(user, sizeof(user), "0 %u 1", uid);
	snprintf(group, sizeof(group), "0 %u 1", gid);
	return write_file("/proc/self/setgroups", "deny") &&
	       write_file("/proc/self/uid_map", user) && write_file("/proc/self/gid_map", group);
}

static bool isolate(struct lab *lab)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (!unshare(CLONE_NEWNET))
		return true;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return fail(lab, "make a user and network namespace");
	return map_user(uid, gid) || fail(lab, "map the user into its namespace");
}

static int open_tap(struct lab *lab, struct str name)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	memcpy(request.ifr_name, name.ptr, name.len < IFNAMSIZ ? name.len : IFNAMSIZ - 1);
	if (fd >= 0 && !ioctl(fd, TUNSETIFF, &request))
		return fd;
	fail(lab, "make a tap");
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool link_up(int socket, const char *name)
{
	struct ifreq request = {0};

	memcpy(request.ifr_name, name, strlen(name));
	if (ioctl(socket, SIOCGIFFLAGS, &request))
		return false;
	request.ifr_flags |= IFF_UP | IFF_PROMISC;
	return !ioctl(socket, SIOCSIFFLAGS, &request);
}

static bool add_port(int socket, const char *name)
{
	struct ifreq request = {.ifr_name = BRIDGE};

	request.ifr_ifindex = (int)if_nametoindex(name);
	return request.ifr_ifindex && !ioctl(socket, SIOCBRADDIF, &request) &&
	       link_up(socket, name);
}

/* entries that expire at once: a frame with a false source address misleads no later one */
static bool learn_nothing(int socket)
{
	unsigned long arguments[4] = {BRCTL_SET_AGEING_TIME, 0, 0, 0};
	struct ifreq request = {.ifr_name = BRIDGE};

	request.ifr_data = (void *)arguments;
	return !ioctl(socket, SIOCDEVPRIVATE, &request);
}

static bool build(struct lab *lab, const char *tap)
{
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok = s >= 0 && !ioctl(s, SIOCBRADDBR, BRIDGE) && learn_nothing(s) &&
		  add_port(s, tap) && add_port(s, PEER) && link_up(s, BRIDGE);

	if (!ok)
		fail(lab, "make a bridge");
	if (s >= 0)
		close(s);
	return ok;
}

bool lab_open(struct lab *lab, struct str tap)
{
	char name[IFNAMSIZ] = {0};

	*lab = (struct lab){.vm = -1, .peer = -1};
	if (!tap.len || tap.len >= IFNAMSIZ) {
		errno = ENAMETOOLONG;
		return fail(lab, "make a tap of that name");
	}
	memcpy(name, tap.ptr, tap.len);
	if (!isolate(lab))
		return false;
	/* these ends say nothing of their own; either file may be absent */
	write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	write_file("/proc/sys/net/bridge/bridge-nf-call-iptables", "0");
	write_file("/proc/sys/net/bridge/bridge-nf-call-ip6tables", "0");
	lab->vm = open_tap(lab, tap);
	lab->peer = lab->vm < 0 ? -1 : open_tap(lab, STR(PEER));
	if (lab->peer < 0 || !build(lab, name))
		return false;
	lab->backend = nft_backend_new();
	return lab->backend || fail(lab, "speak to nf_tables");
}

void lab_close(struct lab *lab)
{
	if (lab->backend)
		lab->backend->free(lab->backend);
	if (lab->vm >= 0)
		close(lab->vm);
	if (lab->peer >= 0)
		close(lab->peer);
	lab->vm = lab->peer = -1;
	lab->backend = NULL;
}

bool lab_load(struct lab *lab, struct str text)
{
	struct buf error;
	bool ok;

	buf_init(&error);
	ok = lab->backend->run(lab->backend, text, false, &error);
	if (!ok)
		snprintf(lab->error, sizeof(lab->error), "the kernel refused the rules: %.*s",
			 STR_ARG(buf_str(&error)));
	buf_release(&error);
	return ok;
}

/* everything that waits there; *ret: was the frame among it? */
static void receive(struct lab *lab, int fd, const unsigned char *frame, size_t n, bool *ret)
{
	ssize_t len;

	while ((len = read(fd, lab->got, sizeof(lab->got))) > 0)
		*ret |= (size_t)len == n && !memcmp(lab->got, frame, n);
}

bool lab_send(struct lab *lab, bool out, const unsigned char *frame, size_t n, bool *ret)
{
	int from = out ? lab->vm : lab->peer;
	struct pollfd to = {.fd = out ? lab->peer : lab->vm, .events = POLLIN};
	bool ignored = false;

	*ret = false;
	receive(lab, to.fd, frame, n, &ignored);
	if (write(from, frame, n) != (ssize_t)n)
		return fail(lab, "send a frame");
	receive(lab, to.fd, frame, n, ret);
	if (!*ret && poll(&to, 1, WAIT_MILLISECONDS) > 0)
		receive(lab, to.fd, frame, n, ret);
	return true;
}
