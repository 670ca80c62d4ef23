/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * first-state: what the words of a flow leave out about its connection is what
 * this kernel's conntrack says of such a packet when it is the first one.  A
 * rule of IP writes the state into the mark, one of the bridge drops what has
 * another mark.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "compiler/driver.h"
#include "compiler/flow.h"
#include "runtime/backend.h"
#include "testsuite/packet/world.h"

static const char *const flows[] = {
	"out tcp 10.9.1.2 > 10.9.1.3:25",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags syn,ack",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags ack",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags psh,ack length 9",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags fin,ack",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags fin",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags rst",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags rst,ack",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags none",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags syn,rst",
	"out tcp 10.9.1.2 > 10.9.1.3:25 flags syn,fin",
	"out tcp [fd00:9:1::2] > [fd00:9:1::3]:25",
	"out tcp [fd00:9:1::2] > [fd00:9:1::3]:25 hopopts dstopts",
	"out udp 10.9.1.2 > 10.9.1.3:53 length 11",
	"in udp [fd00:9:1::3] > [fd00:9:1::2]:53",
	/* no udplite: udplite_error() checks the sum as if it were UDP's, and finds it wrong */
	"out sctp 10.9.1.2 > 10.9.1.3:53",
	"out esp 10.9.1.2 > 10.9.1.3",
	"out ip 10.9.1.2 > 10.9.1.3 proto gre",
	"out icmp 10.9.1.2 > 10.9.1.3",
	"out icmp 10.9.1.2 > 10.9.1.3 type echo-reply",
	"out icmp 10.9.1.2 > 10.9.1.3 type 13",
	"out icmp 10.9.1.2 > 10.9.1.3 type destination-unreachable",
	"out icmp 10.9.1.2 > 10.9.1.3 type 9",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3 type 129",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3 type 1",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3 type nd-neighbor-solicit",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3 type nd-neighbor-advert",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3 type nd-router-solicit",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3 type nd-router-advert",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3 type 137",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3 type 139",
	"out icmpv6 fd00:9:1::2 > fd00:9:1::3 type 143",
	"out arp reply 10.9.1.2 > 10.9.1.3",
	"out ether 52:54:00:12:34:56 > 02:00:00:09:01:03 type 0x88b5",
};

static const char state_rules[] = "add table inet first\nadd chain inet first pre { type filter "
				  "hook prerouting priority -150; }\n"
				  "add rule inet first pre ct state new meta mark set 1\n"
				  "add rule inet first pre ct state established meta mark set 2\n"
				  "add rule inet first pre ct state related meta mark set 4\n"
				  "add rule inet first pre ct state invalid meta mark set 8\n"
				  "add table bridge first\nadd chain bridge first forw { type "
				  "filter hook forward priority 10; }\n";

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "first-state: %s\n", what);
	exit(99);
}

static void run_nft(struct backend *b, const char *text)
{
	struct buf error;

	buf_init(&error);
	if (!b->run(b, str_of(text), false, &error)) {
		fwrite(error.bytes, 1, error.len, stderr);
		die("the kernel refused a rule");
	}
	buf_release(&error);
}

/* does the frame have that mark when the bridge forwards it? */
static bool has_state(struct world *w, struct backend *b, const struct flow *f, unsigned state)
{
	uint8_t got[FLOW_FRAME_MAX];
	char text[160];
	bool out = f->direction == DIRECTION_OUT;
	bool seen = false;
	size_t n;

	snprintf(text, sizeof(text),
		 "flush chain bridge first forw\nadd rule bridge first forw meta mark != %u drop\n",
		 state);
	run_nft(b, text);
	if (!world_forget(w) ||
	    !world_send(w, out ? END_VM : END_PEER, f->packet.bytes, f->packet.len))
		die(w->error);
	while ((n = world_receive(w, out ? END_PEER : END_VM, got, sizeof(got))))
		seen |= n == f->packet.len && !memcmp(got, f->packet.bytes, n);
	return seen;
}

static bool try_flow(struct job *job, struct world *w, struct backend *b, const char *words)
{
	static const unsigned states[] = {0, STATE_NEW, STATE_ESTABLISHED, STATE_RELATED,
					  STATE_INVALID};
	struct source *s = compile_text(&job->compile, STR("flow"), str_of(words));
	struct binding binding = {.tap = STR("tap0")};
	struct flow f;
	unsigned found = 99;

	memcpy(binding.mac, w->ends.end[END_VM].mac, 6);
	if (!flow_parse(&job->compile, &binding, (struct span){s, 0, (uint32_t)s->bytes.len}, &f))
		die(words);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (has_state(w, b, &f, states[i]))
			found = states[i];
	if (found == f.packet.state)
		return true;
	printf("not ok: %s: state %u, the kernel says %u\n", words, f.packet.state, found);
	return false;
}

int main(void)
{
	struct target target = target_default();
	struct job *job = job_new(MODE_DEFAULT, &target);
	struct world world = {0};
	struct backend *backend;
	unsigned passed = 0;
	unsigned n = sizeof(flows) / sizeof(flows[0]);

	ends_init(&world.ends);
	if (!job || !world_isolate(&world)) {
		printf("SKIP: %s\n", world.error);
		return 77;
	}
	if (access("/proc/sys/net/bridge", F_OK) || !world_open(&world)) {
		printf("SKIP: no br_netfilter\n");
		return 77;
	}
	backend = nft_backend_new();
	if (!backend)
		die("no nf_tables");
	run_nft(backend, state_rules);
	for (unsigned i = 0; i < n; i++)
		passed += try_flow(job, &world, backend, flows[i]);
	printf("%u passed, %u failed\n", passed, n - passed);
	backend->free(backend);
	world_close(&world);
	job_free(job);
	return passed != n;
}
