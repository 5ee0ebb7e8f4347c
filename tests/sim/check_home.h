/* SPDX-License-Identifier: Apache-2.0
 *
 * What lives below something dead is shown and counted by nobody. It may only come about by a restore, and then people are told. */
#ifndef TESTS_SIM_CHECK_HOME_H
#define TESTS_SIM_CHECK_HOME_H

#include "tests/sim/check_state.h"
#include "tests/sim/history.h"

/* Remembers what a record belongs to, and that people were told of one that has nothing to belong to any more. */
void check_home_note(struct state *homes, const struct history_op *op);
/* Counts the live records below dead ones, by kind; the number of those that people were not told of. */
size_t check_home_count(const struct state *homes, const struct state *state, size_t *hidden);

#endif
