/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "host.h"
#include "macvtap.h"

/* apart from `main`, so that the host's own replies find no route */
#define HOST_TABLE "100"

static bool fail(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct world *w, const char *format, ...)
{
	va_list args;

	free(w->error);
	va_start(args, format);
	if (vasprintf(&w->error, format, args) < 0)
		err(2, "memory");
	va_end(args);
	return false;
}

/*
 * Programs under test keep locks and state in /run and /var/lib, settings in /etc:
 * private ones keep them away from the machine's, and scenarios that run at the
 * same time apart.
 */
static bool hide_state(struct world *w)
{
	if (mount("tmpfs", "/run", "tmpfs", 0, NULL) != 0)
		return fail(w, "cannot mount a private /run: %s", strerror(errno));
	if ((mkdir("/var/lib/nwfc", 0755) != 0 && errno != EEXIST) ||
	    mount("tmpfs", "/var/lib/nwfc", "tmpfs", 0, NULL) != 0)
		return fail(w, "cannot mount a private /var/lib/nwfc: %s", strerror(errno));
	if (mount("tmpfs", "/etc/nwfc", "tmpfs", 0, NULL) != 0 && errno != ENOENT)
		return fail(w, "cannot mount a private /etc/nwfc: %s", strerror(errno));
	return true;
}

bool world_isolate(struct world *w)
{
	int tun;

	if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0)
		return fail(w, "cannot make a network namespace: %s", strerror(errno));
	if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0)
		return fail(w, "cannot make mounts private: %s", strerror(errno));
	if (!hide_state(w))
		return false;
	if (mkdir(WORLD_SCRATCH, 0700) != 0)
		return fail(w, "cannot make %s: %s", WORLD_SCRATCH, strerror(errno));
	tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (tun < 0)
		return fail(w, "cannot open /dev/net/tun: %s", strerror(errno));
	close(tun);
	return true;
}

bool world_set(struct world *w, const char *key, const char *value)
{
	char *path;
	ssize_t n = -1;
	int fd;

	if (asprintf(&path, "/proc/sys/%s", key) < 0)
		err(2, "memory");
	for (char *at = path + strlen("/proc/sys/"); *at; at++)
		if (*at == '.')
			*at = '/';
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = write(fd, value, strlen(value));
		close(fd);
	}
	if (n < 0)
		fail(w, "cannot set %s to %s: %s", key, value, strerror(errno));
	free(path);
	return n >= 0;
}

bool world_bridge_nf(struct world *w, bool on)
{
	return world_set(w, "net.bridge.bridge-nf-call-iptables", on ? "1" : "0") &&
	       world_set(w, "net.bridge.bridge-nf-call-ip6tables", on ? "1" : "0");
}

/* before the links: they take over what `default` says */
static bool mute(struct world *w)
{
	static const struct {
		const char *key;
		const char *value;
	} settings[] = {
		{"net.ipv6.conf.all.disable_ipv6", "1"},
		{"net.ipv6.conf.default.disable_ipv6", "1"},
		{"net.ipv4.ip_forward", "0"},
		{"net.ipv4.conf.all.rp_filter", "0"},
		{"net.ipv4.conf.default.rp_filter", "0"},
		{"net.ipv4.conf.all.arp_ignore", "8"},
		{"net.ipv4.conf.all.arp_notify", "0"},
		{"net.ipv4.conf.all.accept_local", "1"},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		if (!world_set(w, settings[i].key, settings[i].value))
			return false;
	return true;
}

static bool open_tap(struct world *w, unsigned end)
{
	const char *link = w->ends.end[end].link;
	char *error;
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	int fd;

	if (w->mode[end]) {
		w->fd[end] = macvtap_open(&w->ends.end[end], w->mode[end], &error);
		w->ends.end[end].present = w->fd[end] >= 0;
		if (w->fd[end] >= 0)
			return true;
		fail(w, "%s", error);
		free(error);
		return false;
	}
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (strlen(link) >= sizeof(request.ifr_name)) {
		close(fd);
		return fail(w, "the link name \"%s\" is too long", link);
	}
	memcpy(request.ifr_name, link, strlen(link));
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
		fail(w, "cannot make the tap %s: %s", link, strerror(errno));
		close(fd);
		return false;
	}
	w->fd[end] = fd;
	w->ends.end[end].present = true;
	return true;
}

/* a batch of an iproute2 program: `tool -batch -`, with the text as its input */
struct batch {
	FILE *file;
	char *text;
	size_t len;
};

static void batch_begin(struct batch *b)
{
	b->file = open_memstream(&b->text, &b->len);
	if (!b->file)
		err(2, "memory");
}

static bool batch_run(struct batch *b, struct world *w, const char *tool)
{
	char *argv[] = {(char *)tool, (char *)"-batch", (char *)"-", NULL};
	struct output output;
	bool ok;

	fclose(b->file);
	ok = command_run(&output, argv, b->text) && output.status == 0;
	if (!ok)
		fail(w, "%s cannot build the network: %s", tool, output.err);
	output_release(&output);
	free(b->text);
	return ok;
}

static void put_mac(FILE *file, const uint8_t *mac)
{
	fprintf(file, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		mac[5]);
}

static void put_port(FILE *file, const struct end *end, const char *mode)
{
	char address[INET_ADDRSTRLEN];

	fprintf(file, "link set %s master br0 up\n", macvtap_port(end, mode));
	fprintf(file, "neigh replace %s dev br0 nud permanent lladdr ",
		inet_ntop(AF_INET, end->ip4, address, sizeof(address)));
	put_mac(file, end->mac);
	fputc('\n', file);
}

static void put_forwarding(FILE *file, const struct end *end, const char *mode)
{
	const char *port = macvtap_port(end, mode);

	fprintf(file, "link set dev %s learning off\nfdb add ", port);
	put_mac(file, end->mac);
	fprintf(file, " dev %s master static\n", port);
}

static bool build(struct world *w)
{
	const struct end *host = &w->ends.end[END_HOST];
	char address[INET_ADDRSTRLEN];
	struct batch b;

	inet_ntop(AF_INET, host->ip4, address, sizeof(address));
	batch_begin(&b);
	fputs("link set lo up\nlink add br0 type bridge stp_state 0 mcast_snooping 0\n"
	      "link set br0 address ",
	      b.file);
	put_mac(b.file, host->mac);
	/* a bridge that comes up with a port is ready to send at once: ports first */
	fputs("\nlink set peer0 master br0 up\nlink set br0 up\n", b.file);
	fprintf(b.file, "addr add %s/24 dev br0 noprefixroute\n", address);
	fputs("route add 10.9.1.0/24 dev br0 table " HOST_TABLE "\n"
	      "rule add oif br0 table " HOST_TABLE "\n",
	      b.file);
	for (unsigned i = 0; i < END_FIXED; i++)
		if (end_is_tap(i))
			put_port(b.file, &w->ends.end[i], w->mode[i]);
	if (!batch_run(&b, w, "ip"))
		return false;
	batch_begin(&b);
	for (unsigned i = 0; i < END_FIXED; i++)
		if (end_is_tap(i))
			put_forwarding(b.file, &w->ends.end[i], w->mode[i]);
	if (!batch_run(&b, w, "bridge"))
		return false;
	for (unsigned i = 0; i < END_FIXED; i++)
		if (w->mode[i])
			macvtap_settle(&w->ends.end[i], w->mode[i]);
	return true;
}

bool world_open(struct world *w)
{
	for (unsigned i = 0; i < END_MAX; i++)
		w->fd[i] = -1;
	if (!mute(w))
		return false;
	for (unsigned i = 0; i < END_FIXED; i++)
		if (end_is_tap(i) && !open_tap(w, i))
			return false;
	if (!build(w))
		return false;
	w->fd[END_HOST] = host_link_socket("br0");
	w->fd[END_HOSTIP] = host_ip_socket("br0");
	if (w->fd[END_HOST] < 0 || w->fd[END_HOSTIP] < 0)
		return fail(w, "cannot open a socket on br0: %s", strerror(errno));
	/* absent where br_netfilter is: then nothing bridged meets these hooks anyway */
	if (access("/proc/sys/net/bridge", F_OK) == 0)
		return world_bridge_nf(w, true);
	return true;
}

void world_close(struct world *w)
{
	for (unsigned i = 0; i < END_MAX; i++)
		if (w->fd[i] >= 0)
			close(w->fd[i]);
	free(w->error);
}

bool world_plug(struct world *w, unsigned end)
{
	struct batch b;

	if (!open_tap(w, end))
		return false;
	batch_begin(&b);
	put_port(b.file, &w->ends.end[end], w->mode[end]);
	if (!batch_run(&b, w, "ip"))
		return false;
	batch_begin(&b);
	put_forwarding(b.file, &w->ends.end[end], w->mode[end]);
	if (!batch_run(&b, w, "bridge"))
		return false;
	if (w->mode[end])
		macvtap_settle(&w->ends.end[end], w->mode[end]);
	return true;
}

void world_unplug(struct world *w, unsigned end)
{
	if (w->mode[end])
		macvtap_close(&w->ends.end[end], w->mode[end], w->fd[end]);
	else
		close(w->fd[end]);
	w->fd[end] = -1;
	w->ends.end[end].present = false;
}

bool world_forget(struct world *w)
{
	int error = host_forget();

	return error ? fail(w, "cannot flush conntrack: %s", strerror(error)) : true;
}

bool world_send(struct world *w, unsigned end, const uint8_t *frame, size_t len)
{
	ssize_t n;

	if (end == END_HOSTIP)
		n = host_ip_send(w->fd[end], frame, len);
	else
		n = write(w->fd[end], frame, len);
	if (n < 0)
		return fail(w, "cannot send: %s", strerror(errno));
	return true;
}

size_t world_receive(struct world *w, unsigned end, uint8_t *frame, size_t size)
{
	ssize_t n = -1;

	if (end == END_HOST)
		n = host_link_receive(w->fd[end], frame, size);
	else if (end != END_HOSTIP && w->fd[end] >= 0)
		n = read(w->fd[end], frame, size);
	return n < 0 ? 0 : (size_t)n;
}

void world_wait(struct world *w, int milliseconds)
{
	struct pollfd fds[END_MAX];

	for (unsigned i = 0; i < END_MAX; i++) {
		/* that one only sends; poll() skips what is negative */
		fds[i].fd = i == END_HOSTIP ? -1 : w->fd[i];
		fds[i].events = POLLIN;
	}
	poll(fds, END_MAX, milliseconds);
}
