/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_FLOW_WORDS_H
#define NWFC_COMPILER_FLOW_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/nearest.h"
#include "ir/base/str.h"
#include "ir/proto.h"
#include "ir/value.h"

/* The words of a flow (flow.h): protocols, and what may follow them. */

/* kinds of frames; a word that follows says which of them it goes with */
enum flow_class {
	CLASS_LINK = 1, /* Ethernet and a type, no protocol that is known here */
	CLASS_IP = 2,
	CLASS_IPV6 = 4,
	CLASS_PORTS = 8,
	CLASS_TCP = 16,
	CLASS_ICMP = 32,
	CLASS_ARP = 64,
	CLASS_STP = 128,
	CLASS_HEX = 256,
	CLASS_BARE = 512, /* IP without a protocol of its own */
	CLASS_ANY = 1023,
};

struct flow_proto {
	const char *name;
	unsigned classes;
	enum family family; /* FAMILY_NONE: that of the addresses */
	int l4proto;        /* -1: none */
	uint16_t ethertype;
};

enum flow_word_id {
	WORD_NEW,
	WORD_ESTABLISHED,
	WORD_RELATED,
	WORD_INVALID,
	WORD_UNTRACKED,
	WORD_REPLY,
	WORD_CONNECTIONS,
	WORD_FROM_HOST,
	WORD_ICMP_TYPE,
	WORD_ICMP_CODE,
	WORD_ETHERTYPE,
	WORD_STP_TYPE,
	WORD_FLAGS,
	WORD_OPTION,
	WORD_PROTO,
	WORD_DSCP,
	WORD_TTL,
	WORD_LENGTH,
	WORD_FRAGMENT,
	WORD_MORE,
	WORD_HOPOPTS,
	WORD_DSTOPTS,
	WORD_SHA,
	WORD_THA,
	WORD_MAX,
};

enum flow_argument {
	ARGUMENT_NONE,
	ARGUMENT_NUMBER,
	ARGUMENT_FLAGS,
	ARGUMENT_MAC,
};

struct flow_word {
	const char *name;
	unsigned classes;
	enum flow_argument argument;
	uint32_t max;
	const struct symbol *names; /* of numbers; may be NULL */
	const char *expected;       /* of the argument */
};

extern const struct flow_word flow_words[WORD_MAX];

const struct flow_proto *flow_proto_find(struct str name);
/* the one with that number above IP; NULL */
const struct flow_proto *flow_proto_number(int l4proto, enum family family);
/* a word of that name that goes with the classes; else one that does not; WORD_MAX: none */
enum flow_word_id flow_word_find(struct str name, unsigned classes);
/* offers every word that a flow can have */
void flow_words_offer(struct nearest *n);

/* what the words say, before it becomes bytes */
struct flow_spec {
	const struct flow_proto *proto;
	unsigned classes; /* of the protocol, and of the addresses' family */
	enum family family;
	bool mac_given;
	unsigned char src_mac[6], dst_mac[6];
	bool tagged;
	uint16_t vlan;
	bool addressed;
	struct value src, dst;
	bool sport_given, dport_given;
	uint16_t sport, dport;
	uint16_t operation; /* of ARP */
	bool given[WORD_MAX];
	uint32_t number[WORD_MAX];
	unsigned char mac[WORD_MAX][6];
	unsigned char *hex;
	size_t nhex;
};

/* the bytes of the frame; at most FLOW_FRAME_MAX, which `bytes` has room for */
size_t flow_frame(const struct flow_spec *spec, unsigned char *bytes);

#endif
