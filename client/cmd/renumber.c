/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/renumber.h"

#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"

static int compare_bytes(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b)
{
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    return a->len ? memcmp(a->data, b->data, a->len) : 0;
}

static int compare_numbers(const Lianxin__Activity *a, const Lianxin__Activity *b)
{
    int by_plan = compare_bytes(&a->plan, &b->plan);
    return by_plan ? by_plan : strcmp(a->number ? a->number : "", b->number ? b->number : "");
}

/* By plan, number and id: an id begins with the time it was made. */
static int compare(const void *left, const void *right)
{
    const struct record *const *a = left, *const *b = right;
    int by_number = compare_numbers(work_activity(*a), work_activity(*b));
    return by_number ? by_number : memcmp((*a)->id.bytes, (*b)->id.bytes, UUID_BYTES);
}

static enum status renumber(struct cmd *cmd, struct work *work, struct record *record, struct err *err)
{
    const struct record *plan = work_find_plan_of(work, record);
    struct change change = {0};
    if (!plan)
        return STATUS_OK;
    Lianxin__Activity *after = (Lianxin__Activity *)change_copy(cmd, record->kind, record);
    const char *before = after->number;
    after->number = arena_strdup(&cmd->arena, work_next_number(cmd, work, plan, after->months));
    change_add(cmd, &change, record->kind, &record->id, record, &after->base);
    enum status s = change_commit(cmd, work->stream, &change, arena_printf(&cmd->arena, "renumber %s", after->number), err);
    if (s != STATUS_OK)
        return s;
    ui_print(&cmd->ui, _("%s is now %s: another device had used the number (%s)\n"), before, after->number, after->text);
    record->message = &after->base; /* the next free number counts it in */
    return STATUS_OK;
}

enum status renumber_clashes(struct cmd *cmd, bool *changed, struct err *err)
{
    struct work work;
    *changed = false;
    if (cmd_is_district(cmd))
        return STATUS_OK;
    enum status s = work_load(cmd, cmd->identity.stream, &work, err);
    if (s != STATUS_OK)
        return s;
    if (work.activities.n > 1)
        qsort(work.activities.items, work.activities.n, sizeof *work.activities.items, compare);
    for (size_t i = work.activities.n; i-- > 1 && s == STATUS_OK;) {
        struct record *record = work.activities.items[i];
        if (!work_activity(record)->number ||
            compare_numbers(work_activity(work.activities.items[i - 1]), work_activity(record)) != 0)
            continue;
        s = renumber(cmd, &work, record, err);
        *changed = s == STATUS_OK;
    }
    return s;
}
