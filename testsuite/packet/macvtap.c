/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "macvtap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "world.h"

#define SETTLE_MILLISECONDS 2000

/* whose veth it stands on: its own, unless the mode names another link */
static const char *owner(const struct end *end, const char *mode)
{
	const char *at = strchr(mode, '@');

	return at ? at + 1 : end->link;
}

bool macvtap_mode(const char *word)
{
	static const char *const modes[] = {"bridge", "private", "vepa", "passthru"};
	size_t len = strcspn(word, "@");

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (strlen(modes[i]) == len && !strncmp(modes[i], word, len))
			return true;
	return false;
}

const char *macvtap_port(const struct end *end, const char *mode)
{
	static char name[IF_NAMESIZE + 8];

	if (!mode)
		return end->link;
	snprintf(name, sizeof(name), "wire-%s", owner(end, mode));
	return name;
}

static void put_link(FILE *file, const struct end *end, const char *mode)
{
	const char *low = owner(end, mode);

	if (low == end->link)
		fprintf(file,
			"link add low-%s type veth peer name wire-%s\n"
			"link set low-%s up\n",
			low, low, low);
	/* without allmulticast it would leave out groups that nobody listens to, a tap does not */
	fprintf(file,
		"link add link low-%s name %s address %02x:%02x:%02x:%02x:%02x:%02x "
		"type macvtap mode %.*s\n"
		"link set %s up allmulticast on\n",
		low, end->link, end->mac[0], end->mac[1], end->mac[2], end->mac[3], end->mac[4],
		end->mac[5], (int)strcspn(mode, "@"), mode, end->link);
}

static bool make_link(const struct end *end, const char *mode, char **ret_error)
{
	char *argv[] = {(char *)"ip", (char *)"-batch", (char *)"-", NULL};
	struct output output;
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);
	bool ok;

	if (!file)
		err(2, "memory");
	put_link(file, end, mode);
	fclose(file);
	ok = command_run(&output, argv, text) && output.status == 0;
	if (!ok && asprintf(ret_error, "cannot make the macvtap %s: %s", end->link, output.err) < 0)
		err(2, "memory");
	output_release(&output);
	free(text);
	return ok;
}

/*
 * The device node that the kernel makes has the index of the link in its name, which
 * is not the only one of the machine in another network namespace: make one by number.
 */
static int open_node(const struct end *end)
{
	unsigned index = if_nametoindex(end->link);
	char path[128];
	unsigned major, minor;
	FILE *file;
	int n, fd;

	/* that of this network namespace; twice does no harm */
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	snprintf(path, sizeof(path), "/sys/class/net/%s/macvtap/tap%u/dev", end->link, index);
	file = fopen(path, "re");
	if (!file)
		return -1;
	n = fscanf(file, "%u:%u", &major, &minor);
	fclose(file);
	snprintf(path, sizeof(path), WORLD_SCRATCH "-node-%u", index);
	if (n != 2 || mknod(path, S_IFCHR | 0600, makedev(major, minor)) != 0)
		return -1;
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	unlink(path);
	return fd;
}

int macvtap_open(const struct end *end, const char *mode, char **ret_error)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	int fd;

	if (!make_link(end, mode, ret_error))
		return -1;
	fd = open_node(end);
	/* or it would want a header of its own before each frame */
	if (fd >= 0 && ioctl(fd, TUNSETIFF, &request) == 0)
		return fd;
	if (asprintf(ret_error, "cannot open the macvtap %s: %s", end->link, strerror(errno)) < 0)
		err(2, "memory");
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool is_up(const char *link)
{
	char path[64], word[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/operstate", link);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%15s", word) != 1)
		word[0] = '\0';
	fclose(file);
	return !strcmp(word, "up");
}

/* the kernel notices later that both ends of a veth are there, and drops frames until then */
void macvtap_settle(const struct end *end, const char *mode)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	char low[IF_NAMESIZE + 8];

	snprintf(low, sizeof(low), "low-%s", owner(end, mode));
	for (unsigned i = 0; i < SETTLE_MILLISECONDS; i++) {
		if (is_up(end->link) && is_up(low) && is_up(macvtap_port(end, mode)))
			break;
		nanosleep(&pause, NULL);
	}
}

void macvtap_close(const struct end *end, const char *mode, int fd)
{
	char low[IF_NAMESIZE + 8];
	char *argv[] = {(char *)"ip", (char *)"link", (char *)"del", low, NULL};
	struct output output;

	close(fd);
	snprintf(low, sizeof(low), "%s%s", strchr(mode, '@') ? "" : "low-", end->link);
	command_run(&output, argv, NULL);
	output_release(&output);
}
