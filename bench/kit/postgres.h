/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL as a peer: connections that each keep one pipeline on its way, driven by one thread like the load. */
#ifndef BENCH_KIT_POSTGRES_H
#define BENCH_KIT_POSTGRES_H

#include "bench/kit/pushes.h"

#ifdef BENCH_LIBPQ
#include <libpq-fe.h>

struct postgres_wire {
    PGconn *connection;
    double asked_s;
    bool waits;
};

struct postgres {
    struct pushes *pushes;
    char version[64];
    unsigned n;
    struct postgres_wire wires[LOAD_CLIENTS_MAX];
    double *latencies;
    size_t n_latencies;
};

/* Sends one pipeline, its Sync too. */
typedef void postgres_ask(struct postgres *pg, unsigned client);
/* Looks at one result; how many rows it must have touched or given is for it to check. */
typedef void postgres_look(struct postgres *pg, unsigned client, const PGresult *result);
struct load_figures postgres_loop(struct postgres *pg, unsigned clients, int64_t run_ms, postgres_ask *ask, postgres_look *look,
                                  void (*done)(struct pushes *pushes, unsigned client));
#endif

#endif
