/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_RULESET_H
#define NWFC_IR_RULESET_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/base/source.h"
#include "ir/base/str.h"
#include "ir/base/table.h"
#include "ir/base/vec.h"
#include "ir/key.h"
#include "ir/rule.h"
#include "ir/target.h"
#include "ir/value.h"

/*
 * The ruleset, the second IR: what nft is told.  No notion of XML remains but
 * the origin of each rule.
 *
 * Shape (doc/architecture.md): table bridge nwfc has up to four base chains;
 * each dispatches by interface name through a verdict map to the entry chain of
 * the tap, whose one rule goes to a program.  A program is the chains one
 * binding runs at one hook; it is named by its filter and its content, whatever
 * else is in the ruleset, so equal programs of a filter are one and a changed
 * program never meets its predecessor.  Table netdev nwfc has the programs of
 * interfaces that are no ports of a bridge.
 */
enum hook_id {
	HOOK_OUT_L2, /* frames the tap sends, before conntrack */
	HOOK_OUT_L3, /* their stateful part */
	HOOK_IN_L3,  /* stateful part of frames forwarded to the tap */
	HOOK_IN_L2,  /* frames delivered to the tap */
	HOOK_BRIDGE_MAX,
	/*
	 * The same for a macvtap, which no bridge sees: table netdev nwfc.  These hooks
	 * belong to a device, so there is no map: an interface has a base chain of its
	 * own at each, whose one rule goes to the program.
	 */
	HOOK_DEV_OUT_L2 = HOOK_BRIDGE_MAX,
	HOOK_DEV_OUT_L3,
	HOOK_DEV_IN_L3,
	HOOK_DEV_IN_L2,
	HOOK_MAX,
};

enum table_id { TABLE_BRIDGE, TABLE_NETDEV, TABLE_STATE_IPV4, TABLE_STATE_IPV6, TABLE_MAX };

struct hook {
	const char *name;  /* of the map, and in the names of programs and entry chains */
	const char *chain; /* the base chain; NULL: each interface has one */
	const char *nft;   /* nft's word for the hook */
	int priority;
	uint8_t key; /* KEY_IIFNAME or KEY_OIFNAME */
	enum direction direction;
	enum layer layer;
	enum table_id table;
};

const struct hook *hook(enum hook_id id);

/* names nft knows our objects by; never derived from user text */
#define NFT_TABLE "nwfc"
#define NFT_STATE_TABLE "nwfc_ct"
#define GUARD_COMMENT "guard "
#define NFT_OCTETS "octet-pairs" /* the constant set behind HANDLER_GRATUITOUS */

/* bytes of a user's comment that a rule keeps; nft takes 128 with the origin in front */
#define RULE_COMMENT_MAX 64

enum test_op { OP_EQ, OP_NE };

enum stmt_kind {
	STMT_TEST,   /* key op value */
	STMT_MASKED, /* key & other op value */
	STMT_RANGE,  /* key op value-other */
	STMT_EXISTS, /* presence of a header or option; OP_NE: absence */
	STMT_LIST,   /* key op { list } */
	STMT_CONCAT, /* keys op { tuples of ranges }; != of one only */
	STMT_LOOKUP, /* keys op @set */
	STMT_COUNT,  /* connections of the source address: over (EQ) or at most (NE) `value` */
	STMT_MARK,   /* mark = mark & value | other */
	/*
	 * Of a SET_LEARNED: what the key reads is added, added with its time begun anew, or
	 * taken out; `value`: seconds it stays, 0 for what the set says.  Adding fails, and
	 * so does the rule, where the set is full.
	 */
	STMT_LEARN,
	STMT_RENEW,
	STMT_FORGET,
	STMT_COUNTER, /* of frames that come here */
};

#define TUPLE_MAX 4

struct tuple {
	unsigned nkey;
	struct key key[TUPLE_MAX];
	struct value low[TUPLE_MAX]; /* STMT_CONCAT only */
	struct value high[TUPLE_MAX];
};

struct stmt {
	uint8_t kind;
	uint8_t op;
	uint8_t nlist;
	struct key key;
	unsigned char value[VALUE_BYTES];
	unsigned char other[VALUE_BYTES];
	union {
		const struct value *list; /* STMT_LIST */
		const struct tuple
			*tuple; /* STMT_CONCAT: nlist of them, of the same keys; STMT_LOOKUP */
	};
	const struct nft_set *set; /* STMT_LOOKUP; of a dynamic set: it */
};

enum verdict {
	VERDICT_NONE, /* a rule that only acts (mark) */
	VERDICT_ACCEPT,
	VERDICT_DROP,
	VERDICT_REJECT,
	VERDICT_RETURN,
	VERDICT_JUMP,
	VERDICT_GOTO,
	VERDICT_MAP, /* what the arm says of the tuple that the last statement, a STMT_CONCAT, met
		      */
};

/* one verdict of a map */
struct arm {
	uint8_t verdict;                /* not NONE, REJECT or MAP */
	const struct nft_chain *target; /* JUMP, GOTO */
};

/* where a rule comes from; a NULL rule is one that the shape demands */
struct origin {
	const struct filter_rule *rule;
	const struct path *path;
	const struct origin *more; /* of a rule that several were merged into */
};

struct nft_rule {
	struct stmt *stmt;
	uint16_t nstmt;
	uint8_t verdict;
	const struct nft_chain *target; /* JUMP, GOTO */
	const struct arm *arm; /* MAP: one for each tuple, whose values are single and differ */
	struct origin origin;
	struct str comment; /* whitelisted characters only, <= 128 bytes; may be empty */
};

struct nft_chain {
	struct str label; /* within the program: "" for its root, else the filter chain */
	struct str name;  /* for nft; set when the program is named */
	VEC(struct nft_rule) rule;
};

struct program {
	struct str filter; /* top filter it was first made for */
	enum hook_id hook;
	struct str name;               /* "FILTER.HOOK.HASH" with whitelisted characters */
	struct str hash;               /* 64 hex digits: SHA-256 of its canonical text */
	VEC(struct nft_chain *) chain; /* [0] is the root */
	size_t index;                  /* in the ruleset */
};

enum set_kind {
	SET_ADDRESSES, /* an ipset: filled by its owner, declared by us */
	SET_OCTETS,    /* all pairs of equal octets; constant */
	SET_COUNT,     /* connlimit: dynamic, by source address */
	SET_VALUES,    /* values of a parameter: an interface's name, then the value */
	SET_LEARNED,   /* dynamic, of one interface: what its rules learned (ir/learned.h) */
};

struct nft_set {
	struct str name;
	enum table_id table;
	enum set_kind kind;
	enum family family;
	unsigned nkey;
	struct key key[TUPLE_MAX]; /* what an element holds: types of the dimensions */
	bool interval;
	bool used;               /* a program of the ruleset has it, so that it is in `set` */
	unsigned size;           /* SET_LEARNED: elements it can hold */
	unsigned timeout;        /* SET_LEARNED: seconds that elements stay; 0: for good */
	VEC(struct str) element; /* checked text of elements given with --set */
};

/* what an interface has in a SET_VALUES: the values behind its name, set->nkey - 1 of them */
struct element {
	const struct nft_set *set;
	unsigned char value[TUPLE_MAX - 1][VALUE_BYTES];
};

struct element_list {
	VEC(struct element) at;
};

/*
 * Where the map of a hook leads for an interface.  Private: to a chain of its own.
 * Shared: to the entry chain of its group, which is all interfaces that have the
 * same filter and the same sets; their programs are the same.  Direct: to the
 * program.
 */
enum way_in { WAY_PRIVATE, WAY_SHARED, WAY_DIRECT };

struct entry {
	const struct binding *binding;
	enum way_in way;
	struct str group;                        /* WAY_SHARED: "FILTER/HASH" */
	const struct program *program[HOOK_MAX]; /* NULL: nothing to do at that hook */
	struct element_list values;
	bool stands; /* WAY_SHARED: for all of its group, whose elements stay as they are */
};

struct ruleset {
	struct arena *arena;
	struct target target;
	/*
	 * How entries are made.  Unless it is private, sets hold values of all
	 * interfaces, and the ruleset is meant to be all that there is.
	 */
	enum way_in way;
	VEC(struct entry) entry;
	VEC(struct program *) program;
	VEC(struct nft_set *) set;
	VEC(struct str) guard; /* prefixes: an interface with one and no entry is dropped */
	struct table program_by_name;
	struct table set_by_name[TABLE_MAX];
};

struct ruleset *ruleset_new(struct arena *arena, const struct target *target);
/* a chain of a program under construction */
struct nft_chain *program_chain(struct program *p, struct arena *arena, struct str label);
struct nft_rule *chain_rule(struct nft_chain *chain, struct arena *arena);
/* where an interface with the binding is filtered */
enum table_id binding_table(const struct binding *binding);
/* does any entry belong into the table?  An empty ruleset is one of the bridge's */
bool ruleset_has(const struct ruleset *rs, enum table_id table);
/* is there a guard, and does it stand at the hook? */
bool ruleset_uses_guard(const struct ruleset *rs, enum hook_id id);
/* does any entry use the hook, or the guard? */
bool ruleset_uses(const struct ruleset *rs, enum hook_id id);
/* does the program read the set? */
bool program_uses(const struct program *p, const struct nft_set *set);
/* does any program of the ruleset? */
bool ruleset_program_uses(const struct ruleset *rs, const struct nft_set *set);
/* the first rule that reads the state of connections of the family, and with what; or NULL */
const struct nft_rule *program_stateful(const struct program *p, enum family family,
					const struct stmt **ret);
/* does any program? */
bool ruleset_stateful(const struct ruleset *rs, enum family family);
/* is it read from marks, so that the family's state table has to be there? */
bool ruleset_marks_state(const struct ruleset *rs, enum family family);
/* what belongs to a tap at a hook: "vnet0.out-l2"; "_/0vnet.out-l2" where nft wants a letter */
void tap_object_name(struct str tap, enum hook_id id, struct buf *out);
/* the name of the chain that its map leads to */
void entry_name(const struct entry *e, enum hook_id id, struct buf *out);
/* the group of a filter: what else its entry chain depends on goes into the hash */
struct str group_name(struct arena *arena, struct str filter, struct str signature);
/* the group whose entry chain at the hook has that name; empty if it is none */
struct str group_of_chain(struct str chain, enum hook_id id);

/* the guard's rules carry it: it differs where their prefixes do */
void ruleset_guard_comment(const struct ruleset *rs, struct buf *out);

/*
 * The same test?  Lists and tuples of ranges are compared by where they are, not by
 * what they hold.
 */
bool stmt_equal(const struct stmt *a, const struct stmt *b);
struct stmt stmt_test(struct key key, enum test_op op, struct value value);
struct stmt stmt_masked(struct key key, struct value mask, enum test_op op, struct value value);
struct stmt stmt_range(struct key key, enum test_op op, struct value low, struct value high);
struct stmt stmt_number(struct key key, enum test_op op, uint32_t number);
/* mark = mark & keep | add */
struct stmt stmt_mark(struct value keep, struct value add);
/* STMT_LEARN, STMT_RENEW or STMT_FORGET */
struct stmt stmt_dynamic(enum stmt_kind kind, struct key key, const struct nft_set *set,
			 uint32_t seconds);
/* prefix length if nft's address/length says the same as the masked test, else -1 */
int stmt_prefix(const struct stmt *s);
/*
 * How much of its key nft reads for a test of one: all, or no more than a prefix of
 * whole bytes.  A frame that ends in the key passes such a test, and no other.
 */
unsigned stmt_bits(const struct stmt *s);
#define STMT_SECONDS 4 /* bytes of the number in its value */
/* does it do more than test the frame? */
bool stmt_acts(const struct stmt *s);

/*
 * Names the program by filter and content and adds it, or returns the equal one
 * the ruleset has already.  The program must not be changed afterwards.
 */
const struct program *ruleset_add_program(struct ruleset *rs, struct program *p);
/* the one of that name, which is in the ruleset once a program that is added has it */
struct nft_set *ruleset_add_set(struct ruleset *rs, const struct nft_set *set);

/* the ruleset of the i-th entry alone, as a view into the whole */
void ruleset_view(const struct ruleset *rs, size_t i, struct ruleset *ret);
/* those of one top filter, likewise */
void ruleset_of_filter(const struct ruleset *rs, struct str filter, struct ruleset *ret);

/* the rules of the constant tables of target mark-ct, as one chain */
const struct nft_chain *state_chain(const struct ruleset *rs);

#endif
