/* SPDX-License-Identifier: Apache-2.0
 *
 * A closed loop: clients over TLS on loopback, each of which sends a request, waits for the answer and sends the next. The same
 * program loads ours and every other server, so that what it costs weighs on all alike. One thread. */
#ifndef BENCH_KIT_LOAD_H
#define BENCH_KIT_LOAD_H

#include "bench/kit/district.h"
#include "common/base/buf.h"

#define LOAD_CLIENTS_MAX 256u

/* How a server is talked to. */
struct load_language {
    /* What a client says first, NULL: nothing; answered before anything is measured. */
    void (*greet)(void *context, unsigned client, struct buf *out);
    void (*ask)(void *context, unsigned client, struct buf *out);
    /* How many of the bytes are the whole answer; 0: more must come. Ends the program when the answer is a failure. */
    size_t (*take)(void *context, unsigned client, const char *data, size_t bytes);
    void *context;
};

struct load;
struct load_figures {
    size_t n;
    double per_s, p50_ms, p99_ms;
};

/* Connects n clients, each with the district's device certificate, and greets. */
struct load *load_open(const struct district *district, unsigned port, unsigned n, const struct load_language *language);
/* Asks for so long, then waits for the last answers. */
struct load_figures load_run(struct load *load, int64_t run_ms);
void load_close(struct load *load);

/* One connection, driven by hand. */
struct ssl_ctx_st;
struct ssl_st;
struct ssl_ctx_st *load_context(const struct district *district);
struct ssl_st *load_connect(struct ssl_ctx_st *context, unsigned port);
/* The same with a connection's state that was made already. */
struct ssl_st *load_connect_by(struct ssl_st *connection, unsigned port);
void load_disconnect(struct ssl_st *connection);

/* Latencies in seconds → the figures; sorts them. */
struct load_figures load_figures_of(double *latencies, size_t n, double seconds);

#endif
