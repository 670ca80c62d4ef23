/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frames ROUNDS MICROSECONDS: sends frames into taps and says what it costs.
 *
 * Standard input has a line "FD HEX" for each sender: an open tap, and the frame
 * to write to it.  The kernel takes a frame through the bridge and its filters
 * while it is written, so the processor time of the writer is that of the whole
 * path.  In every round each sender in turn works for about MICROSECONDS, and a
 * line has the nanoseconds a frame took, in the order of the senders: figures of
 * one line were taken under the same load and may be divided.  The last line,
 * "sent", has how many frames each sender wrote.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SENDERS_MOST 64
#define FRAME_MOST 1514
/* more than the queue of a tap that nobody reads: from then on every frame costs the same */
#define WARM_UP 1100
#define TRIAL 50

struct sender {
	int fd;
	size_t len;
	unsigned char frame[FRAME_MOST];
	long chunk; /* frames in a round */
	long sent;
	double cost; /* ns a frame, of this round */
};

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

static double cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ns a frame */
static double send_frames(struct sender *s, long n)
{
	double start = cpu();

	for (long i = 0; i < n; i++)
		if (write(s->fd, s->frame, s->len) != (ssize_t)s->len)
			die("frames: write");
	s->sent += n;
	return (cpu() - start) / (double)n;
}

static int read_sender(struct sender *s, const char *line)
{
	unsigned byte;
	int used;

	if (sscanf(line, "%d%n", &s->fd, &used) != 1)
		return 0;
	for (line += used; s->len < FRAME_MOST && sscanf(line, "%2x%n", &byte, &used) == 1;
	     line += used)
		s->frame[s->len++] = (unsigned char)byte;
	return s->len > 0;
}

static size_t read_senders(struct sender *senders)
{
	char line[2 * FRAME_MOST + 32];
	size_t n = 0;

	while (fgets(line, sizeof(line), stdin))
		if (n == SENDERS_MOST || !read_sender(&senders[n++], line))
			return 0;
	return n;
}

/* the least of some trials: a chunk cut by a slow one would be too short */
static void prepare(struct sender *s, double chunk_time)
{
	double least;

	send_frames(s, WARM_UP);
	least = send_frames(s, TRIAL);
	for (int i = 0; i < 4; i++) {
		double cost = send_frames(s, TRIAL);

		least = cost < least ? cost : least;
	}
	s->chunk = (long)(chunk_time / least) + 1;
}

int main(int argc, char **argv)
{
	static struct sender senders[SENDERS_MOST];
	size_t rounds = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	double chunk_time = argc == 3 ? strtod(argv[2], NULL) * 1e3 : 0;
	size_t n = rounds && chunk_time > 0 ? read_senders(senders) : 0;

	if (!n) {
		fputs("usage: frames ROUNDS MICROSECONDS <SENDERS\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < n; i++)
		prepare(&senders[i], chunk_time);
	for (size_t round = 0; round < rounds; round++) {
		/* who comes first changes, so that nobody always follows the same one */
		for (size_t i = 0; i < n; i++) {
			struct sender *s = &senders[(i + round) % n];

			s->cost = send_frames(s, s->chunk);
		}
		for (size_t i = 0; i < n; i++)
			printf("%.1f%c", senders[i].cost, i + 1 < n ? ' ' : '\n');
	}
	printf("sent");
	for (size_t i = 0; i < n; i++)
		printf(" %ld", senders[i].sent);
	printf("\n");
	return 0;
}
