/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/check_state.h"

#include <stdlib.h>

void state_done(struct state *state)
{
    free(state->cells);
    *state = (struct state){0};
}

static struct state_cell *find(const struct state *state, uint64_t record, uint32_t field)
{
    size_t at = (size_t)((record ^ field * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xff51afd7ed558ccd) >> 20) & (state->room - 1);
    while (state->cells[at].record && (state->cells[at].record != record || state->cells[at].field != field))
        at = (at + 1) & (state->room - 1);
    return &state->cells[at];
}

static void grow(struct state *state)
{
    struct state old = *state;
    state->room = old.room ? old.room * 2 : 1024;
    state->cells = calloc(state->room, sizeof *state->cells);
    if (!state->cells)
        abort();
    for (size_t i = 0; i < old.room; i++)
        if (old.cells[i].record)
            *find(state, old.cells[i].record, old.cells[i].field) = old.cells[i];
    free(old.cells);
}

uint64_t state_get(const struct state *state, uint64_t record, uint32_t field)
{
    return state->room ? find(state, record, field)->value : 0;
}

void state_put(struct state *state, uint64_t record, uint32_t field, uint64_t value)
{
    if (state->n * 2 >= state->room)
        grow(state);
    struct state_cell *cell = find(state, record, field);
    state->n += !cell->record;
    cell->record = record;
    cell->field = field;
    state->present += !!value;
    state->present -= !!cell->value;
    cell->value = value;
}
