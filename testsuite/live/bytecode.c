/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/live/bytecode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)16 << 20)

bool bytecode_fail(const struct case_of *c, const char *why, const char *block)
{
	printf("not ok - %s: %s\n%s", c->name, why, block);
	return false;
}

/* blocks of bytecode of the rules of the program, in order */
static bool write_file(int fd, const struct buf *bytes)
{
	bool ok = fd >= 0 && write(fd, bytes->bytes, bytes->len) == (ssize_t)bytes->len;

	if (fd >= 0)
		close(fd);
	return ok;
}

char *bytecode_of(struct arena *arena, const struct buf *ruleset, const char *flags)
{
	char path[] = "/tmp/nwfc-bytecode.XXXXXX";
	char *text = arena_alloc(arena, OUTPUT_MAX);
	char command[160];
	FILE *pipe;

	if (!write_file(mkstemp(path), ruleset)) {
		perror("every-key: temporary file");
		return NULL;
	}
	snprintf(command, sizeof(command), "nft %s --debug=netlink -c -f %s 2>&1", flags, path);
	pipe = popen(command, "r");
	if (!pipe)
		return NULL;
	text[fread(text, 1, OUTPUT_MAX - 1, pipe)] = 0;
	if (pclose(pipe)) {
		printf("not ok - nft %s refuses:\n%.2000s\n", flags, text);
		text = NULL;
	}
	unlink(path);
	return text;
}

bool bytecode_lists(const struct buf *ruleset)
{
	FILE *pipe = popen("nft -f -", "w");

	if (!pipe || fwrite(ruleset->bytes, 1, ruleset->len, pipe) != ruleset->len ||
	    pclose(pipe)) {
		printf("not ok - nft does not load it\n");
		return false;
	}
	if (!system("nft list ruleset >/dev/null") && !system("nft -j list ruleset >/dev/null"))
		return true;
	printf("not ok - nft does not list what it loaded\n");
	return false;
}

/* instructions are set in brackets; the elements of a rule's set come before them */
char *bytecode_next(struct arena *arena, char **rest)
{
	struct buf block;
	char *copy = NULL;
	bool inside = false;

	buf_init(&block);
	while (**rest && !copy) {
		char *line = *rest;
		char *end = strchr(line, '\n');
		bool instruction = !strncmp(line, "  [ ", 4);
		struct str text = {line, end ? (size_t)(end - line) + 1 : strlen(line)};

		if (inside && !instruction) {
			copy = str_c(arena, buf_str(&block));
			break;
		}
		*rest += text.len;
		inside = instruction;
		if (instruction || memmem(text.ptr, text.len, "element ", 8))
			buf_put(&block, text);
	}
	buf_release(&block);
	return copy;
}

static unsigned count_text(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static bool whole_bytes(struct key key)
{
	return key_length(key) % 8 == 0;
}

/* "payload load 2b @ link header + 12", or the like, of the table's row */
static void load_text(struct key key, char *out, size_t size)
{
	static const char *const header[] = {[BASE_LINK] = "link",
					     [BASE_NETWORK] = "network",
					     [BASE_TRANSPORT] = "transport",
					     [BASE_INNER] = "inner"};
	const struct key_info *info = key_info(key);
	unsigned offset = info->length ? info->offset : key.offset;
	unsigned lead = key_lead(key);
	unsigned length = key_length(key) + lead;

	offset -= lead;
	switch (info->base) {
	case BASE_LINK:
	case BASE_NETWORK:
	case BASE_TRANSPORT:
	case BASE_INNER:
		snprintf(out, size, "payload load %ub @ %s header + %u ",
			 (offset % 8 + length + 7) / 8, header[info->base], offset / 8);
		break;
	case BASE_EXTHDR:
		snprintf(out, size, "exthdr load ipv6 %ub @ %u + %u ", (length + 7) / 8, offset,
			 length == 8 ? 0 : 2);
		break;
	case BASE_EXISTS:
		snprintf(out, size, "exthdr load ipv6 1b @ %u + 0 present ", offset);
		break;
	case BASE_TCPOPTION:
		snprintf(out, size, "exthdr load tcpopt 1b @ %u + 0 present ", key.offset);
		break;
	case BASE_META:
		snprintf(out, size, "meta load %s ",
			 strchr(info->spelling, ' ') ? strchr(info->spelling, ' ') + 1
						     : info->spelling);
		break;
	case BASE_CT:
		snprintf(out, size, "ct load %s ", strchr(info->spelling, ' ') + 1);
		break;
	case BASE_NONE:
		*out = 0;
		break;
	}
}

/* registers are shown as little-endian words of four bytes */
static void words_text(const unsigned char *b, unsigned n, char *out)
{
	for (unsigned i = 0; i < n; i += 4) {
		unsigned word = 0;

		for (unsigned k = 0; k < 4 && i + k < n; k++)
			word |= (unsigned)b[i + k] << 8 * k;
		out += sprintf(out, "0x%08x ", word);
	}
}

static bool is_payload(struct key key)
{
	enum key_base base = key_info(key)->base;

	return base == BASE_LINK || base == BASE_NETWORK || base == BASE_TRANSPORT ||
	       base == BASE_INNER;
}

static bool check_constant(const struct case_of *c, const char *block)
{
	unsigned lead = key_lead(c->stmt.key) / 8;
	unsigned char value[2 * VALUE_BYTES] = {0};
	char want[160], words[64];

	if (c->stmt.kind != STMT_TEST || !is_payload(c->stmt.key) || !whole_bytes(c->stmt.key))
		return true;
	memcpy(value + lead, c->stmt.value, key_size(c->stmt.key));
	words_text(value, lead + key_size(c->stmt.key), words);
	snprintf(want, sizeof(want), "[ cmp %s reg 1 %s]", c->stmt.op == OP_NE ? "neq" : "eq",
		 words);
	return strstr(block, want) ? true : bytecode_fail(c, want, block);
}

bool bytecode_check(const struct case_of *c, const char *block)
{
	bool tuple = c->stmt.kind == STMT_CONCAT;
	struct key key = tuple ? c->stmt.tuple->key[0] : c->stmt.key;
	enum key_format format = key_info(key)->format;
	char want[96];

	if (count_text(block, " load ") != c->nguard + c->nkey)
		return bytecode_fail(c, "nft reads more or less than the rule says", block);
	load_text(key, want, sizeof(want));
	/* a prefix of whole bytes is read as so many bytes */
	if ((c->stmt.kind != STMT_MASKED || (format != FORMAT_IPV4 && format != FORMAT_IPV6)) &&
	    !strstr(block, want))
		return bytecode_fail(c, want, block);
	return check_constant(c, block);
}
