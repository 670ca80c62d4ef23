/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_LEARN_RULES_H
#define NWFC_COMPILER_LEARN_RULES_H

#include "compiler/lower.h"

/* How the files learn_*.c make rules: statements are put one by one, and end with a verdict. */
#define STMTS_MAX 20

struct maker {
	struct lowering *l;
	struct program *program;
	struct nft_chain *chain;
	const struct nft_set *tap; /* holds the interface's name once something is learned */
	const struct nft_set *transaction; /* leases only: numbers of the VM's requests */
	struct value mac;
	struct key interface; /* the hook's */
	struct stmt stmt[STMTS_MAX];
	unsigned n;
};

void maker_put(struct maker *m, struct stmt s);
void maker_number(struct maker *m, enum key_id id, uint32_t number);
void maker_is(struct maker *m, struct key key, uint32_t number);
/* STMT_LEARN and the like; 0 seconds: what the set says */
void maker_change(struct maker *m, enum stmt_kind kind, struct key key, const struct nft_set *set,
		  uint32_t seconds);
void maker_look_up(struct maker *m, struct key key, const struct nft_set *set);
void maker_from_mac(struct maker *m);
void maker_ipv4(struct maker *m);
/* the comment may be NULL */
void maker_end(struct maker *m, enum verdict verdict, const char *comment);
void maker_jump(struct maker *m, const struct nft_chain *to, const char *comment);
void maker_goto(struct maker *m, const struct nft_chain *to);
/* a chain of the program */
struct nft_chain *learn_chain(struct maker *m, const char *label);

/* where a frame of the VM names an address of its own */
struct teacher {
	enum family family;
	void (*frame)(struct maker *m);
	void (*known)(struct maker *m); /* NULL: the key cannot be looked up */
	struct key key;
};

typedef void teacher_fn(struct maker *m, const struct teacher *t);

const struct nft_set *learn_set_of(const struct maker *m, enum family family);
/* of the families that are learned */
void learn_each_teacher(struct maker *m, teacher_fn *rule);
/* the key has an address that can be learned */
void learn_in_range(struct maker *m, enum family family, struct key key);
/* a frame from the VM's MAC address that names such an address */
void learn_names_address(struct maker *m, const struct teacher *t);
/* rules: a frame from a learned address goes on; one from another is counted */
void learn_pass_known(struct maker *m, const struct teacher *t);
void learn_count_others(struct maker *m, const struct teacher *t);

/*
 * learn_options.c: bits of the options of a DHCP message, `at` bytes behind the magic
 * number.  An option is its code, its length and as many bytes.
 */
struct key option_key(unsigned at, unsigned length);
/* option 53, the type of a message, is at one of these places, if a client sent it */
#define OPTION_TYPE_PLACES 4
void option_type(struct maker *m, unsigned place, uint32_t type);
/* where an ACK has what it gives */
extern const struct key lease_address;
/* the rules of a chain for answers: an ACK puts its address into the set, for its time */
void lease_chains(struct maker *m);

/* learn_dhcp.c: the chains of the Ethernet layer, and a rule in front of the stateful one */
void lease_out(struct maker *m);
void lease_in(struct maker *m);
void lease_pass(struct maker *m);

#endif
