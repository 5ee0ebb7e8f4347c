/* SPDX-License-Identifier: Apache-2.0
 *
 * The work of the push benchmark, in four hands: a school changes who is in charge of one activity, or of forty, and the change is
 * kept with a row of the journal and a revision of the school. Each hand has a district of its own and changes schools by the same
 * dice. */
#ifndef BENCH_KIT_PUSHES_H
#define BENCH_KIT_PUSHES_H

#include "bench/kit/load.h"

#define PUSHES_EDITS_MAX 40u

struct pushes {
    struct district *district;
    unsigned n_edits; /* in a push */
    size_t schools, activities;
    struct dice dice;
    struct uuid *ids;    /* of activities, school × activities + n */
    uint32_t *values;    /* of school × activities + n: activity n is in the hands of "p<value>" */
    uint64_t *sequences; /* of each school: its revision, and its client's last sequence */
    bool *busy;          /* a push of the school is on its way */
    struct {
        size_t school;
        unsigned first;     /* activity */
    } at[LOAD_CLIENTS_MAX]; /* what each client pushes */
};

void pushes_init(struct pushes *pushes, struct district *district);
void pushes_done(struct pushes *pushes);
/* Chooses a school that nobody pushes for, and activities of it. */
void pushes_pick(struct pushes *pushes, unsigned client);
/* They were changed. */
void pushes_accepted(struct pushes *pushes, unsigned client);
uint32_t *pushes_value(struct pushes *pushes, unsigned client, unsigned edit);
const struct uuid *pushes_id(const struct pushes *pushes, unsigned client, unsigned edit);

/* Ours, as frames; context is a struct pushes. */
struct load_language pushes_language(struct pushes *pushes);

/* The limit: the same rows by hand-written statements prepared once, in process, without authorisation, merge or journal chain.
 * path: the district's second copy. */
struct bare;
struct bare *bare_open(struct pushes *pushes, const char *path);
void bare_close(struct bare *bare);
/* So many pushes a transaction, a checkpoint where our server makes one; each push takes as long as its transaction. */
struct load_figures bare_run(struct bare *bare, unsigned pushes_a_commit, int64_t run_ms);

/* PostgreSQL at $BENCH_POSTGRES, a conninfo, whose processes are $BENCH_POSTGRES_PID and children: a pipeline a push,
 * synchronous_commit=on. NULL when there is none. */
struct postgres;
struct postgres *postgres_open(struct pushes *pushes);
void postgres_close(struct postgres *postgres);
const char *postgres_version(const struct postgres *postgres);
struct load_figures postgres_run(struct postgres *postgres, unsigned clients, int64_t run_ms);
double postgres_cpu_s(const struct postgres *postgres);
/* The other work: records of a school that are newer than a revision, by n clients. */
struct load_figures postgres_pull(struct postgres *postgres, unsigned clients, int64_t run_ms);

/* Redis at $BENCH_REDIS, a port that speaks TLS with the district's authority, appendfsync always; a Lua script compares and sets.
 * False when there is none. */
bool redis_prepare(struct pushes *pushes, unsigned *port);
struct load_language redis_language(struct pushes *pushes);

#endif
