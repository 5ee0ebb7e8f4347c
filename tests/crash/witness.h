/* SPDX-License-Identifier: Apache-2.0
 *
 * A history (tests/sim/history.h) kept outside of the processes that may be killed: one file that all of them append to, an entry a
 * line, each written by one write(2) before the process goes on. What a killed write leaves is no whole line and is skipped. Beside
 * it, FILE.tokens counts the changes of all processes. */
#ifndef TESTS_CRASH_WITNESS_H
#define TESTS_CRASH_WITNESS_H

#include <stdio.h>

#include "tests/sim/history.h"

struct witness {
    int fd;
    uint64_t *tokens; /* shared by all processes */
};

/* All of these end the process, saying why, when the file fails them: there is no proof without it. */
void witness_open(struct witness *witness, const char *path);
/* The number of the next change: nobody else gets it. */
uint64_t witness_next_token(struct witness *witness);
void witness_tell(struct witness *witness, const struct history_entry *entry, const struct history_op *ops);
/* Adds all whole entries of the file, and how many changes there were. */
void witness_read(const char *path, struct history *out);

#endif
