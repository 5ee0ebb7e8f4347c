/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/history.h"

#include <stdlib.h>

static void *grow(void *items, size_t *room, size_t item_bytes)
{
    *room = *room ? *room * 2 : 256;
    void *grown = realloc(items, *room * item_bytes);
    if (!grown)
        abort();
    return grown;
}

void history_reset(struct history *history)
{
    history->n = history->n_ops = 0;
    history->tokens = 0;
}

void history_done(struct history *history)
{
    free(history->entries);
    free(history->ops);
    *history = (struct history){0};
}

void history_add_op(struct history *history, const struct history_op *op)
{
    if (op->field >= HISTORY_FIELD_MAX)
        abort(); /* the checker would not see the field: give it a smaller number, or the checker more room */
    if (history->n_ops == history->ops_room)
        history->ops = grow(history->ops, &history->ops_room, sizeof *history->ops);
    history->ops[history->n_ops++] = *op;
}

void history_add(struct history *history, const struct history_entry *entry)
{
    if (history->n == history->room)
        history->entries = grow(history->entries, &history->room, sizeof *history->entries);
    const struct history_entry *last = history->n ? &history->entries[history->n - 1] : NULL;
    struct history_entry *to = &history->entries[history->n++];
    *to = *entry;
    to->first_op = last ? last->first_op + last->n_ops : 0;
    to->n_ops = history->n_ops - to->first_op;
    if (history->tell)
        history->tell(history->tell_context, to, history->ops + to->first_op);
}
