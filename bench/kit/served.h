/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs that are measured from outside: our server (core, lanes and sockets as lianxind runs them) in a process of its own, so
 * that its processor time and memory can be told from the load's. */
#ifndef BENCH_KIT_SERVED_H
#define BENCH_KIT_SERVED_H

#include <sys/types.h>

#include "bench/kit/district.h"
#include "common/base/buf.h"

struct served {
    pid_t pid;
    unsigned port;
};

/* A child that runs until served_stop(): serve() writes its port to the descriptor once it listens, and returns on SIGTERM. */
void served_start(struct served *served, void (*serve)(void *context, int port_fd), void *context);
/* The server of the district on its database. */
void served_start_district(struct served *served, struct district *district);
void served_stop(struct served *served);
/* What our server is told first: the greet of a struct load_language, which needs no context. */
void served_greet(void *context, unsigned client, struct buf *out);
/* Called by a child: a benchmark that is ended from outside leaves nothing behind. */
void die_with_parent(void);

/* A process and its children, such as PostgreSQL's: processor time so far of those that live. */
double process_cpu_s(pid_t pid);
long process_resident_kib(pid_t pid); /* of the one process */

#endif
