/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/change.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/record/text.h"
#include "common/sync/conflict.h"
#include "proto/records.pb-c.h"

#define EDITS_MAX 64

/* ---- saving ---- */

static void save(struct device *device, uint32_t stream, const struct edit *edits, size_t n, const char *what)
{
    struct world *world = device->world;
    struct err err;
    uint64_t token = ++world->history.tokens;
    struct history_entry entry = {.event = HISTORY_INVOKED, .client = device->number, .stream = stream, .token = token};
    const char *note = arena_printf(&world->scratch, "w%" PRIu64, token);
    watch_edits(world, edits, n);
    history_add(&world->history, &entry);
    enum status status = cache_change(device->cache, stream, edits, n, note, clock_now_ms(&device->clock), NULL, &err);
    bool dead = device->disk && test_disk_is_dead(device->disk);
    world_say(world, "%d: %s in %u: %s %s%s%s", device->number, what, stream, note, status_name(status), status ? ": " : "",
              status ? err.text : "");
    entry.event = status == STATUS_OK ? HISTORY_SAVED : HISTORY_FAILED;
    if (status == STATUS_OK || !dead) /* else nobody is told */
        history_add(&world->history, &entry);
    if (status == STATUS_OK && !dead)
        watch_shown(device, stream, token, edits, n);
    if (dead)
        device_kill(device, world_chance(world, 70));
}

/* ---- records ---- */

static const struct kind *kind_named(const struct device *device, const char *name)
{
    return schema_find_kind_by_name(device->schema, name);
}

static struct record_list list(struct device *device, const char *kind, uint32_t stream)
{
    struct record_list found = {NULL, 0};
    struct err err;
    if (store_list(cache_store(device->cache), &device->world->scratch, kind_named(device, kind), stream, NULL, (struct value){0},
                   &found, &err) != STATUS_OK)
        found.n = 0;
    return found;
}

static struct record *some(struct device *device, const char *kind, uint32_t stream)
{
    struct record_list found = list(device, kind, stream);
    unsigned most = found.n && world_chance(device->world, 70) && found.n > 3 ? 3 : (unsigned)found.n; /* people meet */
    return most ? found.items[world_pick(device->world, most)] : NULL;
}

static void set(struct device *device, const struct kind *kind, ProtobufCMessage *message, const char *name, const char *value)
{
    struct err err;
    if (record_parse_text(&device->world->scratch, message, kind_find_field_by_name(kind, name), value, &err) != STATUS_OK)
        world_complain(device->world, "%s=%s: %s", name, value, err.text);
}

static void set_id(struct device *device, const struct kind *kind, ProtobufCMessage *message, const char *name,
                   const struct uuid *id)
{
    struct err err;
    struct value value = {.type = VALUE_BYTES, .data = id->bytes, .bytes = UUID_BYTES};
    if (record_set(&device->world->scratch, message, kind_find_field_by_name(kind, name), value, &err) != STATUS_OK)
        world_complain(device->world, "%s: %s", name, err.text);
}

/* Texts that nobody else writes, so that a value tells whose it is. */
static const char *own_text(struct device *device)
{
    return arena_printf(&device->world->scratch, "%d-%" PRIu64, device->number, world_random(device->world));
}

static struct edit creation(struct device *device, const struct kind *kind, const struct uuid *id, const ProtobufCMessage *message)
{
    struct edit edit;
    if (!edit_between(&device->world->scratch, kind, id, NULL, message, &edit))
        world_complain(device->world, "a new record is empty");
    return edit;
}

static struct edit new_activity(struct device *device, const struct uuid *plan)
{
    const struct kind *kind = kind_named(device, "activity");
    ProtobufCMessage *message = record_message_new(&device->world->scratch, kind);
    struct uuid id = uuid_new(&device->clock, &device->random);
    set_id(device, kind, message, "plan", plan);
    set(device, kind, message, "number", "9.1");
    set(device, kind, message, "text", own_text(device));
    set(device, kind, message, "months", "2024-09");
    set(device, kind, message, "state", "planned");
    return creation(device, kind, &id, message);
}

void change_new_plan(struct device *device, uint32_t stream, unsigned activities)
{
    const struct kind *kind = kind_named(device, "plan");
    ProtobufCMessage *message = record_message_new(&device->world->scratch, kind);
    struct uuid id = uuid_new(&device->clock, &device->random);
    struct edit edits[EDITS_MAX];
    set(device, kind, message, "body", "union");
    set(device, kind, message, "title", own_text(device));
    set(device, kind, message, "first_month", "2024-09");
    set(device, kind, message, "last_month", "2025-07");
    set(device, kind, message, "state", "draft");
    edits[0] = creation(device, kind, &id, message);
    for (unsigned i = 0; i < activities; i++)
        edits[1 + i] = new_activity(device, &id);
    save(device, stream, edits, 1 + activities, activities ? "import" : "plan");
}

void change_new_activity(struct device *device, uint32_t stream)
{
    const struct record *plan = some(device, "plan", stream);
    struct edit edit;
    if (!plan)
        return;
    edit = new_activity(device, &plan->id);
    save(device, stream, &edit, 1, "activity");
}

void change_new_occurrence(struct device *device, uint32_t stream)
{
    const struct kind *kind = kind_named(device, "occurrence");
    const struct record *activity = some(device, "activity", stream);
    ProtobufCMessage *message = record_message_new(&device->world->scratch, kind);
    struct uuid id = uuid_new(&device->clock, &device->random);
    if (!activity)
        return;
    set_id(device, kind, message, "activity", &activity->id);
    set(device, kind, message, "day", "2024-09-10");
    set(device, kind, message, "note", own_text(device));
    struct edit edit = creation(device, kind, &id, message);
    save(device, stream, &edit, 1, "occurrence");
}

static void save_between(struct device *device, const struct record *record, const ProtobufCMessage *after, const char *what)
{
    struct edit edit;
    if (edit_between(&device->world->scratch, record->kind, &record->id, record->message, after, &edit))
        save(device, record->stream, &edit, 1, what);
}

void change_edit(struct device *device, uint32_t stream)
{
    static const char *const fields[] = {"person", "person", "lead", "header", "text"};
    struct world *world = device->world;
    const struct record *record = some(device, "activity", stream);
    if (!record)
        return;
    ProtobufCMessage *after = record_clone(&world->scratch, record->kind, record->message);
    for (unsigned n = 1 + world_pick(world, 2); n; n--)
        set(device, record->kind, after, fields[world_pick(world, 5)], own_text(device));
    if (device->schema == world->next && world_chance(world, 40))
        set(device, record->kind, after, "places", own_text(device));
    save_between(device, record, after, "edit");
}

void change_state(struct device *device, uint32_t stream)
{
    static const char *const states[] = {"planned", "doing", "done", "deferred", "cancelled"};
    struct world *world = device->world;
    const struct record *record = some(device, "activity", stream);
    unsigned state = world_pick(world, 5);
    if (!record)
        return;
    ProtobufCMessage *after = record_clone(&world->scratch, record->kind, record->message);
    record_clear(after, kind_find_field_by_name(record->kind, "deferred_to"));
    set(device, record->kind, after, "state", states[state]);
    set(device, record->kind, after, "state_reason", own_text(device));
    if (state == 3)
        set(device, record->kind, after, "deferred_to", "2024-11");
    save_between(device, record, after, "state");
}

/* An activity with what was held of it, or a whole plan. */
static size_t add_children(struct device *device, const struct record *parent, const char *kind, struct edit *edits, size_t n)
{
    struct record_list found = list(device, kind, parent->stream);
    const struct field *field = kind_find_field_by_name(kind_named(device, kind), parent->kind->name);
    for (size_t i = 0; i < found.n; i++) {
        struct value value = record_get(&device->world->scratch, found.items[i]->message, field);
        if (n == EDITS_MAX || value.bytes != UUID_BYTES || memcmp(value.data, parent->id.bytes, UUID_BYTES) != 0)
            continue;
        if (strcmp(kind, "activity") == 0)
            n = add_children(device, found.items[i], "occurrence", edits, n);
        if (n < EDITS_MAX)
            edit_delete(&device->world->scratch, found.items[i], &edits[n++]);
    }
    return n;
}

void change_remove(struct device *device, uint32_t stream)
{
    bool whole = world_chance(device->world, 25);
    const struct record *record = some(device, whole ? "plan" : "activity", stream);
    struct edit edits[EDITS_MAX];
    if (!record)
        return;
    size_t n = add_children(device, record, whole ? "activity" : "occurrence", edits, 0);
    if (n == EDITS_MAX)
        return;
    edit_delete(&device->world->scratch, record, &edits[n++]);
    save(device, stream, edits, n, "delete");
}

void change_resolve(struct device *device, uint32_t stream)
{
    struct world *world = device->world;
    const struct record *record = some(device, "conflict", stream);
    struct conflict conflict;
    struct record *target;
    struct edit edits[2];
    struct err err;
    size_t n;
    if (!record || conflict_read(&world->scratch, device->schema, record, &conflict, &err) != STATUS_OK || !conflict.open ||
        store_find(cache_store(device->cache), &world->scratch, conflict.kind, stream, &conflict.record, &target, &err) !=
            STATUS_OK)
        return;
    enum status status = conflict_resolve(&world->scratch, device->schema, record, target,
                                          world_chance(world, 50) ? LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE
                                                                  : LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS,
                                          NULL, "officer", edits, &n, &err);
    if (status == STATUS_OK)
        save(device, stream, edits, n, "resolve");
}
