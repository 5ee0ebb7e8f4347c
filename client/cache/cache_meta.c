/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cache/cache_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
#define META(name) #name,
#include "client/cache/meta.def"
#undef META
};

enum status cache_find_bytes(struct cache *cache, struct arena *arena, enum cache_meta name, const void **data, size_t *bytes,
                             struct err *err)
{
    struct sql_statement *row;
    bool found = false;
    enum status s = sql_prepare(cache->db, "SELECT value FROM meta WHERE name = $name", &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_text(row, "$name", names[name]);
    if ((s = sql_step(row, &found, err)) != STATUS_OK)
        return s;
    *data = NULL;
    *bytes = 0;
    if (found) {
        const void *value = sql_blob(row, 0, bytes);
        char *copy = arena_alloc(arena, *bytes + 1);
        if (*bytes)
            memcpy(copy, value, *bytes);
        *data = copy;
    }
    sql_reset(row);
    return STATUS_OK;
}

enum status cache_find_text(struct cache *cache, struct arena *arena, enum cache_meta name, const char **text, struct err *err)
{
    const void *data;
    size_t bytes;
    enum status s = cache_find_bytes(cache, arena, name, &data, &bytes, err);
    if (s == STATUS_OK)
        *text = data;
    return s;
}

static enum status change_meta(struct cache *cache, const char *text, enum cache_meta name, const void *data, size_t bytes,
                               struct err *err)
{
    struct sql_statement *row;
    enum status s = sql_prepare(cache->db, text, &row, err);
    if (s != STATUS_OK)
        return s;
    sql_bind_text(row, "$name", names[name]);
    if (data)
        sql_bind_blob(row, "$value", data, bytes);
    return sql_execute(row, err);
}

/* Most values are put again at every sync as they were: writing them would wait for the disk each time. */
static enum status is_held(struct cache *cache, enum cache_meta name, const void *data, size_t bytes, bool *same, struct err *err)
{
    struct arena arena;
    const void *held;
    size_t held_bytes;
    arena_init(&arena, 0);
    enum status s = cache_find_bytes(cache, &arena, name, &held, &held_bytes, err);
    if (s == STATUS_OK)
        *same = held && held_bytes == bytes && memcmp(held, data, bytes) == 0;
    arena_done(&arena);
    return s;
}

/* Only one statement changes something: outside a transaction a kill could come between two. */
enum status cache_put_meta(struct cache *cache, enum cache_meta name, const void *data, size_t bytes, struct err *err)
{
    bool same = false;
    if (!data)
        return change_meta(cache, "DELETE FROM meta WHERE name = $name", name, NULL, 0, err);
    enum status s = is_held(cache, name, data, bytes, &same, err);
    if (s != STATUS_OK || same)
        return s;
    s = change_meta(cache, "UPDATE meta SET value = $value WHERE name = $name", name, data, bytes, err);
    if (s == STATUS_OK && sql_changes(cache->db) == 0)
        s = change_meta(cache, "INSERT INTO meta (name, value) VALUES ($name, $value)", name, data, bytes, err);
    return s;
}

enum status cache_find_int(struct cache *cache, enum cache_meta name, int64_t *value, struct err *err)
{
    struct arena arena;
    const char *text;
    arena_init(&arena, 0);
    enum status s = cache_find_text(cache, &arena, name, &text, err);
    if (s == STATUS_OK)
        *value = text ? strtoll(text, NULL, 10) : 0;
    arena_done(&arena);
    return s;
}

enum status cache_put_int(struct cache *cache, enum cache_meta name, int64_t value, struct err *err)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRId64, value);
    return cache_put_meta(cache, name, text, (size_t)n, err);
}

enum status cache_put_failure(struct cache *cache, const struct err *failure, struct err *err)
{
    struct buf text;
    if (failure->status == STATUS_OK)
        return cache_put_meta(cache, CACHE_META_failure, NULL, 0, err);
    buf_init(&text, 0);
    buf_printf(&text, "%d\n%d\n", (int)failure->status, (int)failure->reason);
    for (size_t i = 0; i < ERR_ARGUMENTS; i++)
        buf_printf(&text, "%s\n", failure->arguments[i]);
    buf_puts(&text, failure->text);
    enum status s = cache_put_meta(cache, CACHE_META_failure, buf_text(&text), text.len_bytes, err);
    buf_done(&text);
    return s;
}

/* Copies one line; returns where the next one begins. */
static const char *take_line(const char *at, char *out, size_t size)
{
    size_t n = strcspn(at, "\n");
    snprintf(out, size, "%.*s", (int)n, at);
    return at + n + (at[n] == '\n');
}

enum status cache_find_failure(struct cache *cache, struct err *failure, struct err *err)
{
    struct arena arena;
    const char *at;
    char number[16];
    arena_init(&arena, 0);
    enum status s = cache_find_text(cache, &arena, CACHE_META_failure, &at, err);
    if (s == STATUS_OK) {
        *failure = (struct err){0};
        if (at) {
            at = take_line(at, number, sizeof number);
            failure->status = (enum status)strtol(number, NULL, 10);
            at = take_line(at, number, sizeof number);
            failure->reason = (enum reason)strtol(number, NULL, 10);
            for (size_t i = 0; i < ERR_ARGUMENTS; i++)
                at = take_line(at, failure->arguments[i], sizeof failure->arguments[i]);
            snprintf(failure->text, sizeof failure->text, "%s", at);
        }
    }
    arena_done(&arena);
    return s;
}

static enum status find_uuid(struct cache *cache, struct arena *arena, enum cache_meta name, struct uuid *out, struct err *err)
{
    const void *data;
    size_t bytes;
    enum status s = cache_find_bytes(cache, arena, name, &data, &bytes, err);
    if (s == STATUS_OK && data && !uuid_from_bytes(data, bytes, out))
        s = err_set(err, STATUS_CORRUPT, "the cache holds a damaged %s", names[name]);
    return s;
}

enum status cache_identity_get(struct cache *cache, struct arena *arena, struct cache_identity *out, struct err *err)
{
    struct cache_identity id = {0};
    struct {
        enum cache_meta name;
        const char **text;
    } texts[] = {{CACHE_META_person, &id.person},
                 {CACHE_META_school_code, &id.school_code},
                 {CACHE_META_school_name, &id.school_name},
                 {CACHE_META_district, &id.district}};
    int64_t role = 0, stream = 0;
    enum status s = find_uuid(cache, arena, CACHE_META_instance, &id.instance, err);
    if (s == STATUS_OK)
        s = find_uuid(cache, arena, CACHE_META_device, &id.device, err);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && s == STATUS_OK; i++)
        if ((s = cache_find_text(cache, arena, texts[i].name, texts[i].text, err)) == STATUS_OK && !*texts[i].text)
            *texts[i].text = "";
    if (s == STATUS_OK)
        s = cache_find_int(cache, CACHE_META_role, &role, err);
    if (s == STATUS_OK)
        s = cache_find_int(cache, CACHE_META_stream, &stream, err);
    if (s != STATUS_OK)
        return s;
    if (uuid_is_zero(&id.instance))
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    id.role = (uint32_t)role;
    id.stream = (uint32_t)stream;
    *out = id;
    return STATUS_OK;
}

enum status cache_identity_put(struct cache *cache, const struct cache_identity *id, struct err *err)
{
    const struct {
        enum cache_meta name;
        const void *data;
        size_t bytes;
    } values[] = {{CACHE_META_instance, id->instance.bytes, UUID_BYTES},
                  {CACHE_META_device, id->device.bytes, UUID_BYTES},
                  {CACHE_META_person, id->person, strlen(id->person)},
                  {CACHE_META_school_code, id->school_code, strlen(id->school_code)},
                  {CACHE_META_school_name, id->school_name, strlen(id->school_name)},
                  {CACHE_META_district, id->district, strlen(id->district)}};
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; i < sizeof values / sizeof values[0] && s == STATUS_OK; i++)
        s = cache_put_meta(cache, values[i].name, values[i].data, values[i].bytes, err);
    if (s == STATUS_OK)
        s = cache_put_int(cache, CACHE_META_role, id->role, err);
    if (s == STATUS_OK)
        s = cache_put_int(cache, CACHE_META_stream, id->stream, err);
    return cache_end(cache, s, err);
}
