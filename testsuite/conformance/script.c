/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#include <string.h>

#include "net.h"

void script_init(struct script *s, FILE *file, struct rng *rng)
{
	static const uint8_t remote[] = REMOTE_MAC;
	struct end *end;

	*s = (struct script){.file = file, .rng = rng};
	ends_init(&s->ends);
	ends_add(&s->ends, "rt0");
	end = &s->ends.end[END_ROUTE];
	end->name = "route";
	memcpy(end->mac, remote, 6);
	memcpy(end->ip4, (uint8_t[]){10, 9, 2, 2}, 4);
	memcpy(end->ip6, (uint8_t[16]){0xfd, 0, 0, 9, 0, 2, [15] = 2}, 16);
}

void script_send(struct script *s, unsigned end, const uint8_t *frame, size_t len)
{
	fprintf(s->file, "%s ", s->ends.end[end].name);
	for (size_t i = 0; i < len; i++)
		fprintf(s->file, "%02x", frame[i]);
	fputc('\n', s->file);
	s->n++;
}

void script_flush(struct script *s)
{
	fputs("flush\n", s->file);
}

void script_sleep(struct script *s, unsigned milliseconds)
{
	fprintf(s->file, "sleep %u\n", milliseconds);
}

void script_say(struct script *s, const char *what)
{
	fprintf(s->file, "# %s\n", what);
}

struct end script_towards(const struct script *s, unsigned from, unsigned to)
{
	static const uint8_t router[] = ROUTER_MAC;
	struct end end = s->ends.end[to];

	if (from == END_ROUTE)
		memcpy(end.mac, router, 6);
	else if (to == END_ROUTE)
		memcpy(end.mac, s->ends.end[END_HOST].mac, 6);
	return end;
}
