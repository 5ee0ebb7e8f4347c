/* SPDX-License-Identifier: Apache-2.0
 *
 * Did a row of the journal do to the records what its change, arriving then, has to do? */
#ifndef TESTS_SIM_CHECK_ROW_H
#define TESTS_SIM_CHECK_ROW_H

#include "tests/sim/check_state.h"
#include "tests/sim/history.h"

struct check_row {
    const struct state *state;  /* before the row */
    const struct state *abouts; /* what conflicts are about */
    const struct history_op *wanted, *effects;
    size_t n_wanted, n_effects;
};

/* NULL, or the rule that is broken. */
const char *check_row(const struct check_row *row);
/* Remembers what a conflict is about: a new one, or one that takes in further fields. */
void check_row_note_about(struct state *abouts, const struct history_op *op);

#endif
