/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <nftables/libnftables.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/backend.h"
#include "runtime/netlink.h"

/*
 * The real backend, and the only user of libnftables.  One context serves the
 * whole run, since a new one reads its cache anew; it is made for the first
 * command, and what only looks has none.
 */
struct nft_backend {
	struct backend backend;
	struct nft_ctx *nft;
	struct netlink netlink;
};

static struct nft_backend *self(struct backend *b)
{
	return (struct nft_backend *)b;
}

static bool write_all(int fd, struct str text)
{
	while (text.len) {
		ssize_t n = write(fd, text.ptr, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text = (struct str){text.ptr + n, text.len - (size_t)n};
	}
	return true;
}

static bool have_context(struct nft_backend *b)
{
	struct nft_ctx *nft = b->nft ? b->nft : nft_ctx_new(NFT_CTX_DEFAULT);

	if (nft && !b->nft && (nft_ctx_buffer_output(nft) || nft_ctx_buffer_error(nft))) {
		nft_ctx_free(nft);
		nft = NULL;
	}
	b->nft = nft;
	if (!nft)
		errno = ENOMEM;
	return nft;
}

/* messages about text from a buffer have no line numbers, those about a file have */
static bool run_file(struct nft_backend *b, int fd, bool dry, struct buf *error)
{
	char path[40];
	bool ok;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	nft_ctx_set_dry_run(b->nft, dry);
	ok = !nft_run_cmd_from_filename(b->nft, path);
	nft_ctx_set_dry_run(b->nft, false);
	if (!ok)
		buf_puts(error, nft_ctx_get_error_buffer(b->nft));
	return ok;
}

static bool run(struct backend *backend, struct str text, bool dry, struct buf *error)
{
	struct nft_backend *b = self(backend);
	int fd = have_context(b) ? memfd_create("nwfc", MFD_CLOEXEC) : -1;
	bool ok = false;

	if (fd >= 0 && write_all(fd, text))
		ok = run_file(b, fd, dry, error);
	else
		buf_printf(error, "%m");
	if (fd >= 0)
		close(fd);
	return ok;
}

static enum read_result read_objects(struct backend *b, const struct read_query *query,
				     const struct reader *reader, int *ret_errno)
{
	return netlink_read(&self(b)->netlink, query, reader, ret_errno);
}

static uint32_t generation(struct backend *b)
{
	return netlink_generation(&self(b)->netlink);
}

static int sysctl_number(struct backend *b, const char *path)
{
	char name[128], text[16];
	uint64_t number;
	ssize_t n;
	int fd;

	(void)b;
	snprintf(name, sizeof(name), "/proc/sys/%s", path);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n <= 0 || !str_to_u64(str_trim((struct str){text, (size_t)n}), 10, INT32_MAX, &number))
		return -1;
	return (int)number;
}

static bool module_loaded(struct backend *b, const char *name)
{
	char path[128];

	(void)b;
	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return !access(path, F_OK);
}

static bool interface_exists(struct backend *b, struct str name)
{
	char text[IF_NAMESIZE];

	(void)b;
	snprintf(text, sizeof(text), "%.*s", STR_ARG(name));
	return if_nametoindex(text) != 0;
}

static void free_backend(struct backend *backend)
{
	struct nft_backend *b = self(backend);

	netlink_close(&b->netlink);
	if (b->nft)
		nft_ctx_free(b->nft);
	free(b);
}

struct backend *nft_backend_new(void)
{
	struct nft_backend *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->backend = (struct backend){
		.run = run,
		.read = read_objects,
		.generation = generation,
		.sysctl = sysctl_number,
		.interface = interface_exists,
		.module = module_loaded,
		.free = free_backend,
	};
	if (!netlink_open(&b->netlink)) {
		free(b);
		return NULL;
	}
	return &b->backend;
}
