/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_RUNTIME_BACKEND_H
#define NWFC_RUNTIME_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/base/buf.h"
#include "ir/base/str.h"

/*
 * The kernel as the runtime sees it: a few functions, so that tests can put a
 * model in its place.  Text goes in through libnftables.  What is loaded is read
 * as netlink messages: libnftables 1.0.6 lists every chain of every table before
 * it shows one, which is a tenth of a second for each tap of ten thousand.
 */
struct loaded_chain {
	struct str name;
	struct str comment;
	bool base;
	uint32_t use; /* its rules, and the rules and map elements that lead to it */
	struct str table;
	uint32_t
		hook; /* of a base chain: number of nf_bridge_hooks or nf_inet_hooks, which agree */
	struct str device; /* of a base chain in family netdev that has one */
	bool drops;        /* what its rules say nothing about */
};

enum loaded_verdict { LOADED_OTHER, LOADED_JUMP, LOADED_GOTO };

/* dynamic sets that a rule of ours adds to */
#define FILLS_MAX 2

/* what a rule is, as far as the shape of our ruleset needs it */
struct loaded_rule {
	struct str chain;
	struct str comment;
	unsigned nexpression;
	enum loaded_verdict verdict; /* of the last expression that has one */
	struct str target;
	struct str set;              /* that it looks up, or empty */
	struct str fills[FILLS_MAX]; /* sets it adds elements to; empty: no more */
};

/* an element of a set, or of a map from interface names to verdicts */
struct loaded_element {
	struct str key;   /* as a name: up to the first NUL */
	struct str bytes; /* the whole key */
	struct str target;
	struct str comment;
	uint64_t timeout, left; /* milliseconds; 0: it does not end */
};

/* called for each object; the strings live until the call returns */
struct reader {
	void *context;
	void (*chain)(void *context, const struct loaded_chain *chain);
	void (*rule)(void *context, const struct loaded_rule *rule);
	void (*set)(void *context, struct str name); /* or map */
	void (*element)(void *context, const struct loaded_element *element);
};

enum read_what {
	READ_CHAINS,
	READ_RULES,
	READ_SETS,
	READ_ELEMENTS, /* all of a set */
	READ_ELEMENT,  /* one of a set; READ_ABSENT if there is no such element */
};

struct read_query {
	enum read_what what;
	const char *family; /* "bridge", "netdev", "ip", "ip6" or "inet" */
	const char *table;  /* NULL with READ_CHAINS: all of the family */
	struct str name;    /* READ_RULES: a chain, or empty for all; of elements: the set */
	struct str key;     /* READ_ELEMENT: its bytes */
};

enum read_result {
	READ_DONE,
	READ_ABSENT,  /* no such table or map */
	READ_CHANGED, /* somebody changed the ruleset meanwhile: read all again */
	READ_FAILED,
};

struct backend {
	/*
	 * Commands of nft as one transaction; dry: the kernel checks it and keeps
	 * nothing.  False with nft's messages, which name lines as "FILE:LINE:".
	 */
	bool (*run)(struct backend *b, struct str text, bool dry, struct buf *error);
	/* false with errno set in *ret_errno on READ_FAILED */
	enum read_result (*read)(struct backend *b, const struct read_query *query,
				 const struct reader *reader, int *ret_errno);
	/* a number that differs after every change of any table; 0 if it cannot be read */
	uint32_t (*generation)(struct backend *b);
	/* the number in /proc/sys/PATH; -1 if there is none */
	int (*sysctl)(struct backend *b, const char *path);
	/* is there an interface of that name?  NULL: all that are asked for */
	bool (*interface)(struct backend *b, struct str name);
	/* is the kernel's module of that name loaded? */
	bool (*module)(struct backend *b, const char *name);
	void (*free)(struct backend *b);
};

/* libnftables and the kernel of this network namespace; NULL with errno */
struct backend *nft_backend_new(void);

#endif
