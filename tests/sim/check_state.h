/* SPDX-License-Identifier: Apache-2.0
 *
 * What the rows of a journal add up to: cells of numbers. */
#ifndef TESTS_SIM_CHECK_STATE_H
#define TESTS_SIM_CHECK_STATE_H

#include <stddef.h>
#include <stdint.h>

struct state {
    struct state_cell {
        uint64_t record, value;
        uint32_t field;
    } * cells;
    size_t n, room, present; /* present: cells that are not 0 */
};

void state_done(struct state *state);
uint64_t state_get(const struct state *state, uint64_t record, uint32_t field);
void state_put(struct state *state, uint64_t record, uint32_t field, uint64_t value);

#endif
