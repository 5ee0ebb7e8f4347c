/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/school.h"

#include <string.h>

struct uuid school_id(uint32_t number)
{
    const uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
    return uuid_hash((const struct uuid_part[]){{"school", 6}, {bytes, sizeof bytes}}, 2);
}

static const struct kind *kind_of(const struct desk *desk)
{
    return schema_find_kind_by_name(store_schema(desk->store), "school");
}

enum status school_find(struct desk *desk, struct arena *arena, uint32_t number, const Lianxin__School **out, struct err *err)
{
    struct uuid id = school_id(number);
    struct record *record;
    enum status st = store_find(desk->store, arena, kind_of(desk), STREAM_PUBLIC, &id, &record, err);
    if (st == STATUS_OK)
        *out = record && !record->dead ? (const Lianxin__School *)record->message : NULL;
    return st;
}

enum status school_exists(struct desk *desk, uint32_t number, bool *out, struct err *err)
{
    const Lianxin__School *school;
    struct arena arena;
    arena_init(&arena, 0);
    enum status st = school_find(desk, &arena, number, &school, err);
    if (st == STATUS_OK)
        *out = school != NULL;
    arena_done(&arena);
    return st;
}

enum status school_get_by_code(struct desk *desk, struct arena *arena, const char *code, const Lianxin__School **out,
                               struct err *err)
{
    const struct kind *kind = kind_of(desk);
    struct value value = {.type = VALUE_TEXT, .data = code, .bytes = strlen(code)};
    struct record_list list;
    enum status st = store_list(desk->store, arena, kind, STREAM_PUBLIC, kind_find_field_by_name(kind, "code"), value, &list, err);
    if (st)
        return st;
    if (!list.n)
        return err_reason(err, REASON_SCHOOL_UNKNOWN, code, NULL);
    *out = (const Lianxin__School *)list.items[0]->message;
    return STATUS_OK;
}
