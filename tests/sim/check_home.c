/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/check_home.h"

enum { HOME = 0, TOLD = 1, KIND = 2 };

void check_home_note(struct state *homes, const struct history_op *op)
{
    if (op->has_home)
        state_put(homes, op->record, KIND, op->kind);
    if (op->home)
        state_put(homes, op->record, HOME, op->home);
    if (op->about_home && op->about)
        state_put(homes, op->about, TOLD, 1);
}

static bool is_hidden(const struct state *homes, const struct state *state, uint64_t record)
{
    for (uint64_t home; state_get(homes, record, KIND); record = home)
        if (!(home = state_get(homes, record, HOME)) || state_get(state, home, 0) != HISTORY_ALIVE)
            return true;
    return false;
}

size_t check_home_count(const struct state *homes, const struct state *state, size_t *hidden)
{
    size_t untold = 0;
    for (size_t i = 0; i < state->room; i++) {
        const struct state_cell *cell = &state->cells[i];
        if (!cell->record || cell->field || cell->value != HISTORY_ALIVE || !is_hidden(homes, state, cell->record))
            continue;
        hidden[state_get(homes, cell->record, KIND)]++;
        untold += !state_get(homes, cell->record, TOLD);
    }
    return untold;
}
