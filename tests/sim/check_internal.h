/* SPDX-License-Identifier: Apache-2.0
 *
 * What a check of a history keeps while it goes through it. check.c holds the journal against it, check_client.c what clients
 * heard. */
#ifndef TESTS_SIM_CHECK_INTERNAL_H
#define TESTS_SIM_CHECK_INTERNAL_H

#include "tests/sim/check.h"
#include "tests/sim/check_home.h"
#include "tests/sim/check_lost.h"
#include "tests/sim/check_row.h"

#define CHECK_CLIENTS_MAX 64
#define CHECK_STREAMS_MAX 32

struct token {
    const struct history_entry *invoked, *saved, *failed, *answered;
    size_t made_at; /* entry number */
    bool forgotten; /* its folder was put back to before it */
    unsigned rows, accepted;
};

struct client {
    uint64_t device;
    bool gone;
    size_t copied_at;
    uint64_t rev[CHECK_STREAMS_MAX], epoch[CHECK_STREAMS_MAX], promised[CHECK_STREAMS_MAX];
};

struct check {
    const struct history *history;
    char *text;
    struct token *tokens;
    struct client clients[CHECK_CLIENTS_MAX];
    uint32_t streams[CHECK_STREAMS_MAX];
    size_t n_streams;
    struct state state, abouts, homes;
    struct check_marks marks;
    const struct history_entry *restore; /* the last one; NULL: there was none */

    size_t alive[HISTORY_CONFLICT_KIND + 8], hidden[HISTORY_CONFLICT_KIND + 8]; /* by kind; hidden: below dead ones */
};

/* Notes which rule is broken, by what; false. */
bool check_broken(struct check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
size_t check_stream_index(struct check *c, uint32_t stream);

/* One entry of the history, in the order it happened; at: its number. */
bool check_client_event(struct check *c, const struct history_entry *e, size_t at);

#endif
