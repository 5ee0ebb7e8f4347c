/* SPDX-License-Identifier: Apache-2.0
 *
 * The least a server with our transport can do: libevent and mutual TLS by our policy, for each request of a fixed size an answer
 * of a fixed size, and nothing behind it. The limit for what needs no database. */
#ifndef BENCH_KIT_ECHO_H
#define BENCH_KIT_ECHO_H

#include "bench/kit/load.h"
#include "bench/kit/served.h"

struct echo {
    const struct district *district;
    size_t ask_bytes, answer_bytes;
};

/* In a process of its own; served_stop() ends it. */
void echo_start(struct served *served, struct echo *echo);
/* Talks to it; context is the struct echo. */
struct load_language echo_language(struct echo *echo);

#endif
