/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipset.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testsuite/prop/pool.h"

/* those that ipset(8) and nwfc both have and kernels build by default */
static const char *const kinds[] = {"ip",         "net",         "ip,port", "net,port",
				    "ip,port,ip", "ip,port,net", NULL};

static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {{"tcp", 6}, {"udp", 17}, {"sctp", 132}, {"udplite", 136}};

const char *ipset_kind(unsigned i)
{
	return kinds[i];
}

void ipset_name(unsigned kind, bool ipv6, char *text, size_t size)
{
	char *comma;

	snprintf(text, size, "%s-%c", kinds[kind], ipv6 ? '6' : '4');
	while ((comma = strchr(text, ',')))
		*comma = '_';
}

static void put_address(struct rng *r, bool ipv6, bool net, struct buf *out)
{
	unsigned bits = ipv6 ? 128 : 32;
	static const unsigned char zeros[16];
	const unsigned char *address;
	char text[INET6_ADDRSTRLEN];

	/* ipset(8) has no element of zeros */
	do
		address = ipv6 ? pool_ipv6[rng_below(r, POOL_IPV6)]
			       : pool_ipv4[rng_below(r, POOL_IPV4)];
	while (!memcmp(address, zeros, bits / 8));
	inet_ntop(ipv6 ? AF_INET6 : AF_INET, address, text, sizeof(text));
	buf_puts(out, text);
	if (net)
		buf_printf(out, "/%u", bits - rng_below(r, 3) * (bits / 8));
}

void ipset_random(struct rng *r, unsigned kind, bool ipv6, struct buf *out)
{
	static const unsigned ports[] = {1, 22, 80, 1024, 40000, 65535};
	unsigned n = 1 + rng_below(r, 6);

	buf_printf(out, "# hash:%s %s\n", kinds[kind], ipv6 ? "inet6" : "inet");
	while (n--) {
		struct str rest = str_of(kinds[kind]);

		while (rest.len) {
			struct str dimension = str_cut(&rest, ',');

			if (str_is(dimension, "port"))
				buf_printf(out, "%s:%u", protocols[rng_below(r, 4)].name,
					   ports[rng_below(r, 6)]);
			else
				put_address(r, ipv6, str_is(dimension, "net"), out);
			buf_putc(out, rest.len ? ',' : '\n');
		}
	}
}

static bool read_head(struct ipset *set, FILE *file)
{
	char line[128];
	char kind[64];
	char family[16];
	char *word = kind;

	if (!fgets(line, sizeof(line), file) || sscanf(line, "# hash:%63s %15s", kind, family) != 2)
		return false;
	set->ipv6 = !strcmp(family, "inet6");
	while ((word = strtok(set->ndimension ? NULL : word, ",")) &&
	       set->ndimension < IPSET_DIMENSIONS)
		snprintf(set->dimension[set->ndimension++], sizeof(set->dimension[0]), "%s", word);
	return set->ndimension > 0;
}

static bool read_set(struct ipset *set, const char *dir, const char *name)
{
	char path[4096];
	FILE *file;
	bool ok;

	*set = (struct ipset){0};
	snprintf(set->name, sizeof(set->name), "%s", name);
	snprintf(path, sizeof(path), "%s/sets/%s", dir, name);
	file = fopen(path, "r");
	ok = file && read_head(set, file);
	while (ok && set->nelement < IPSET_ELEMENTS &&
	       fscanf(file, "%127s", set->element[set->nelement]) == 1)
		set->nelement++;
	if (file)
		fclose(file);
	return ok && set->nelement;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

void ipsets_read(struct ipsets *ret, const char *dir)
{
	struct dirent **entry;
	char path[4096];
	int n;

	ret->n = 0;
	snprintf(path, sizeof(path), "%s/sets", dir);
	n = scandir(path, &entry, visible, alphasort);
	if (n < 0)
		return;
	for (int i = 0; i < n; i++) {
		if (ret->n < IPSETS_MAX && read_set(&ret->set[ret->n], dir, entry[i]->d_name))
			ret->n++;
		free(entry[i]);
	}
	free(entry);
}

const struct ipset *ipsets_find(const struct ipsets *s, struct str name)
{
	for (unsigned i = 0; i < s->n; i++)
		if (str_is(name, s->set[i].name))
			return &s->set[i];
	return NULL;
}

/* the text of one dimension of an element */
static void part_of(const struct ipset *set, unsigned element, unsigned dimension, char part[128])
{
	struct str rest = str_of(set->element[element]);
	struct str text = {0};

	for (unsigned i = 0; i <= dimension; i++)
		text = str_cut(&rest, ',');
	snprintf(part, 128, "%.*s", STR_ARG(text));
}

static unsigned read_port(const char *text, uint8_t *l4proto)
{
	const char *colon = strchr(text, ':');

	*l4proto = 6;
	for (size_t i = 0; colon && i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strlen(protocols[i].name) == (size_t)(colon - text) &&
		    !strncmp(protocols[i].name, text, (size_t)(colon - text)))
			*l4proto = protocols[i].number;
	return (unsigned)atoi(colon ? colon + 1 : text);
}

uint8_t ipset_l4proto(const struct ipset *set, unsigned element)
{
	uint8_t l4proto;

	for (unsigned i = 0; i < set->ndimension; i++)
		if (!strcmp(set->dimension[i], "port")) {
			char part[128];

			part_of(set, element, i, part);
			read_port(part, &l4proto);
			return l4proto;
		}
	return 0;
}

/* outside: the last bit of the prefix is another */
static void place_address(uint8_t *at, bool ipv6, char *text, bool outside)
{
	char *slash = strchr(text, '/');
	unsigned bits = slash ? (unsigned)atoi(slash + 1) : ipv6 ? 128 : 32;

	if (slash)
		*slash = 0;
	if (inet_pton(ipv6 ? AF_INET6 : AF_INET, text, at) == 1 && bits && outside)
		at[(bits - 1) / 8] ^= (uint8_t)(0x80 >> (bits - 1) % 8);
}

void ipset_place(struct craft *c, const struct ipset *set, unsigned element, const bool *dst,
		 unsigned outside)
{
	for (unsigned i = 0; i < set->ndimension; i++) {
		bool ipv6 = c->type == 0x86dd;
		bool miss = outside == i + 1;
		char part[128];
		uint8_t *at;

		part_of(set, element, i, part);
		if (!strcmp(set->dimension[i], "port")) {
			uint8_t l4proto;
			unsigned port = read_port(part, &l4proto) + miss;

			if (!c->transport || c->l4proto != l4proto)
				continue;
			at = c->b + c->transport + 2u * dst[i];
			at[0] = (uint8_t)(port >> 8);
			at[1] = (uint8_t)port;
		} else if (!strcmp(set->dimension[i], "mac")) {
			at = c->b + (dst[i] ? 0 : 6);
			sscanf(part, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", at, at + 1, at + 2,
			       at + 3, at + 4, at + 5);
			at[5] ^= miss;
		} else if (c->network && set->ipv6 == ipv6) {
			at = c->b + c->network + (ipv6 ? 8 : 12) + (ipv6 ? 16u : 4u) * dst[i];
			place_address(at, ipv6, part, miss);
		}
	}
}
