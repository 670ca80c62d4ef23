/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * player [--replies] FRAMES RESULT [COMMAND ARGUMENT...]: in a world of its own,
 * runs the command, plays the frames, and writes one line for each frame: its
 * number and where it came out.  Lines of FRAMES:
 *
 *     END HEX                 send from vm, vm2, peer, host, hostip or route
 *     flush                   forget all connections
 *     sleep MILLISECONDS
 *     # anything
 *
 * A line of RESULT is `NUMBER END... END!WHAT-DIGEST`: the frame itself came out
 * at END, or something else did that is none of the frames of late (a reassembled
 * datagram).  With --replies, END!icmpTYPE/CODE is the answer of a reject rule.  Exit status: 0; 3:
 * the command failed, what it printed is in RESULT; 77: no world can be made; 99.
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net.h"
#include "nflog.h"
#include "sight.h"
#include "testsuite/packet/command.h"

#define FRAME_MAX 2048
#define NOTES_MAX 12
#define LOOK_BACK 256
#define LEARNT_MAX 64
#define EXIT_REFUSED 3
#define EXIT_SKIP 77
#define EXIT_HARD 99

struct sent {
	unsigned line;
	struct sight sight;
	char notes[NOTES_MAX][64];
	unsigned nnote;
};

struct play {
	struct net net;
	uint8_t learnt[LEARNT_MAX][16]; /* addresses that have a next hop */
	unsigned nlearnt;
	struct sent *sent;
	size_t nsent;
};

static void note(struct sent *s, const char *text)
{
	for (unsigned i = 0; i < s->nnote; i++)
		if (!strcmp(s->notes[i], text))
			return;
	if (s->nnote < NOTES_MAX)
		snprintf(s->notes[s->nnote++], sizeof(s->notes[0]), "%s", text);
}

/* the frame of late that this shows, which is nearly always the last one; or NULL */
static struct sent *find(struct play *p, const struct sight *seen)
{
	size_t first = p->nsent > LOOK_BACK ? p->nsent - LOOK_BACK : 0;

	for (size_t i = p->nsent; i-- > first;)
		if (sight_same(&p->sent[i].sight, seen))
			return &p->sent[i];
	return NULL;
}

static void attribute(struct play *p, const char *end, const struct sight *seen, const char *what)
{
	struct sent *sent = find(p, seen);
	char text[64];

	if (sent) {
		note(sent, end);
		return;
	}
	snprintf(text, sizeof(text), "%s!%s-%08" PRIx32, end, what, (uint32_t)seen->content);
	if (p->nsent)
		note(&p->sent[p->nsent - 1], text);
}

/*
 * An ICMP error that none of the ends sent: type, code and receiver.  Its source
 * address is the host's where the host's stack answers, and that of the packet's
 * destination where a bridge does: no difference (doc/compatibility.md).
 */
static bool see_answer(struct play *p, unsigned end, const uint8_t *frame, size_t len,
		       const struct sight *seen)
{
	struct sight about;
	struct sent *sent;
	char what[SIGHT_WORDS];
	char text[64];

	if (!p->net.replies || !p->nsent || find(p, seen) ||
	    !sight_of_complaint(frame, len, &about))
		return false;
	sent = find(p, &about);
	sight_describe(frame, len, what);
	snprintf(text, sizeof(text), "%s!%s", p->net.world.ends.end[end].name, what);
	note(sent ? sent : &p->sent[p->nsent - 1], text);
	return true;
}

static void see_frame(struct play *p, unsigned end, const uint8_t *frame, size_t len)
{
	struct sight seen = sight_of_frame(frame, len);
	char what[SIGHT_WORDS];

	/* where on the host's way up an IP frame dies is no difference: `in` tells */
	if (end == END_HOST && seen.ip)
		return;
	if (see_answer(p, end, frame, len, &seen))
		return;
	sight_describe(frame, len, what);
	attribute(p, p->net.world.ends.end[end].name, &seen, what);
}

static void see_packet(void *context, const uint8_t *packet, size_t len)
{
	struct sight seen = sight_of_packet(packet, len);

	attribute(context, "in", &seen, "packet");
}

static void collect(struct play *p)
{
	uint8_t frame[1 << 16];

	for (unsigned end = 0; end < p->net.world.ends.n; end++)
		for (size_t len; (len = world_receive(&p->net.world, end, frame, sizeof(frame)));)
			see_frame(p, end, frame, len);
	nflog_read(p->net.log, see_packet, p);
}

static size_t parse_hex(const char *text, uint8_t *frame)
{
	size_t n = 0;
	unsigned byte;

	while (n < FRAME_MAX && sscanf(text, "%2x", &byte) == 1) {
		frame[n++] = (uint8_t)byte;
		text += 2;
		if (!text[-1])
			errx(EXIT_HARD, "half a byte in a frame");
	}
	return n;
}

/* sent through the stack, a frame needs to know its next hop */
static void learn(struct play *p, unsigned end, const uint8_t *frame, size_t len)
{
	const struct end *vm = &p->net.world.ends.end[END_VM];
	bool ipv6 = len >= 54 && frame[12] == 0x86 && frame[13] == 0xdd;
	bool ipv4 = len >= 34 && frame[12] == 0x08 && frame[13] == 0x00;
	const uint8_t *to = frame + (ipv6 ? 38 : 30);
	uint8_t address[16] = {0};

	if ((end != END_HOSTIP && end != p->net.route) || (!ipv4 && !ipv6))
		return;
	for (unsigned i = 0; i < p->net.world.ends.n; i++) {
		const struct end *known = &p->net.world.ends.end[i];

		if (!memcmp(to, ipv6 ? known->ip6 : known->ip4, ipv6 ? 16 : 4))
			return;
	}
	/* groups have an address of their own */
	if (ipv6 ? to[0] == 0xff : to[0] >= 224)
		return;
	memcpy(address, to, ipv6 ? 16 : 4);
	for (unsigned i = 0; i < p->nlearnt; i++)
		if (!memcmp(p->learnt[i], address, 16))
			return;
	if (p->nlearnt < LEARNT_MAX)
		memcpy(p->learnt[p->nlearnt++], address, 16);
	net_neighbour(&p->net, to, ipv6 ? 16 : 4, vm->mac);
}

static void send_frame(struct play *p, unsigned line, unsigned end, const char *hex)
{
	uint8_t frame[FRAME_MAX];
	size_t len = parse_hex(hex, frame);
	struct sent *s;

	if (len < 14)
		errx(EXIT_HARD, "line %u: a frame has at least 14 bytes", line);
	learn(p, end, frame, len);
	p->sent = realloc(p->sent, (p->nsent + 1) * sizeof(*p->sent));
	if (!p->sent)
		err(EXIT_HARD, "memory");
	s = &p->sent[p->nsent++];
	*s = (struct sent){.line = line, .sight = sight_of_frame(frame, len)};
	net_send(&p->net, end, frame, len);
	collect(p);
}

static void wait_for(const char *milliseconds)
{
	long ms = atol(milliseconds);

	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static void play_line(struct play *p, unsigned number, char *line)
{
	char *word = strtok(line, " \n");
	char *rest = strtok(NULL, " \n");
	int end;

	if (!word || *word == '#')
		return;
	if (!strcmp(word, "flush")) {
		if (!world_forget(&p->net.world))
			errx(EXIT_HARD, "%s", p->net.world.error);
	} else if (!strcmp(word, "sleep") && rest) {
		wait_for(rest);
		collect(p);
	} else {
		end = ends_named(&p->net.world.ends, word);
		if (end < 0 || !rest)
			errx(EXIT_HARD, "line %u is no frame", number);
		send_frame(p, number, (unsigned)end, rest);
	}
}

static void play_file(struct play *p, const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned number = 0;
	char *line = NULL;
	size_t size = 0;

	if (!file)
		err(EXIT_HARD, "%s", path);
	collect(p);
	p->nsent = 0;
	while (getline(&line, &size, file) > 0)
		play_line(p, ++number, line);
	free(line);
	fclose(file);
	/* anything that was not delivered at once */
	nanosleep(&(struct timespec){0, 20000000}, NULL);
	collect(p);
}

static int compare_notes(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void write_result(struct play *p, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		err(EXIT_HARD, "%s", path);
	for (size_t i = 0; i < p->nsent; i++) {
		struct sent *s = &p->sent[i];

		qsort(s->notes, s->nnote, sizeof(s->notes[0]), compare_notes);
		fprintf(file, "%u", s->line);
		for (unsigned k = 0; k < s->nnote; k++)
			fprintf(file, " %s", s->notes[k]);
		fputc('\n', file);
	}
	if (fclose(file))
		err(EXIT_HARD, "%s", path);
}

/* what it printed is the answer where it refuses; where not, warnings */
static bool set_up(char **argv, const char *path)
{
	struct output output;
	bool ok = command_run(&output, argv, NULL) && output.status == 0;
	FILE *file = fopen(path, "w");

	if (!file)
		err(EXIT_HARD, "%s", path);
	if (!ok)
		fprintf(file, "exit %d\n", output.status);
	fputs(output.err, file);
	if (fclose(file))
		err(EXIT_HARD, "%s", path);
	output_release(&output);
	return ok;
}

int main(int argc, char **argv)
{
	struct play p = {0};
	char *said;

	if (argc > 1 && !strcmp(argv[1], "--replies")) {
		p.net.replies = true;
		argv++;
		argc--;
	}
	if (argc < 3) {
		fputs("usage: player [--replies] FRAMES RESULT [COMMAND ARGUMENT...]\n", stderr);
		return 2;
	}
	if (!world_isolate(&p.net.world)) {
		printf("SKIP: %s\n", p.net.world.error);
		return EXIT_SKIP;
	}
	if (!net_open(&p.net))
		errx(EXIT_HARD, "%s", p.net.world.error);
	if (asprintf(&said, "%s.said", argv[2]) < 0)
		err(EXIT_HARD, "memory");
	if (argc > 3 && !set_up(argv + 3, said))
		return EXIT_REFUSED;
	play_file(&p, argv[1]);
	write_result(&p, argv[2]);
	net_close(&p.net);
	free(p.sent);
	free(said);
	return 0;
}
