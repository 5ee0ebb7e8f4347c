/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/world.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/sync/payload.h"
#include "proto/records.pb-c.h"
#include "proto/wire.pb-c.h"

/* The kind that a record of this one belongs to, by the field that has to name it (server/service/family.h). */
static const struct field *home_field(const struct schema *schema, const struct kind *kind, const struct kind **home)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].meaning == MEANING_ID && (kind->fields[i].flags & FIELD_REQUIRED) &&
            (*home = schema_find_kind_by_name(schema, kind->fields[i].name)) != NULL)
            return &kind->fields[i];
    return NULL;
}

static uint64_t record_digest(const struct kind *kind, const void *id)
{
    uint64_t parts[2] = {kind->number, world_digest(id, UUID_BYTES)};
    return world_digest(parts, sizeof parts);
}

static uint64_t value_digest(const ProtobufCMessage *message, const struct field *field)
{
    struct buf buf;
    uint64_t digest = 0;
    if (!message || !record_has(message, field))
        return 0;
    buf_init(&buf, 0);
    record_encode_field(&buf, message, field);
    if (buf.len_bytes)
        digest = world_digest(buf.data, buf.len_bytes);
    buf_done(&buf);
    return digest;
}

uint64_t watch_token(const char *note)
{
    return note[0] == 'w' ? strtoull(note + 1, NULL, 10) : 0;
}

/* ---- changes ---- */

static void add_about(struct world *world, const struct edit *edit, struct history_op *op)
{
    const Lianxin__Conflict *conflict = (const Lianxin__Conflict *)edit->after;
    if (strcmp(edit->kind->name, "conflict") != 0)
        return;
    const struct kind *kind = conflict->has_record ? schema_find_kind(world->next, conflict->record_kind) : NULL;
    op->about = kind ? record_digest(kind, conflict->record.data) : 0;
    op->about_home = conflict->has_why && (int)conflict->why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_HOMELESS;
    for (size_t i = 0; i < conflict->n_fields; i++)
        op->about_fields |= UINT64_C(1) << (conflict->fields[i] & 63);
}

static void add_home(struct world *world, const struct edit *edit, struct history_op *op)
{
    const struct kind *home;
    const struct field *field = home_field(world->next, edit->kind, &home);
    op->has_home = field && !edit->remove;
    if (!op->has_home || !(edit->fields & field_bit(field)))
        return;
    struct value value = record_get(&world->scratch, edit->after, field);
    if (value.bytes == UUID_BYTES)
        op->home = record_digest(home, value.data);
}

void watch_edits(struct world *world, const struct edit *edits, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct edit *edit = &edits[i];
        struct history_op op = {.record = record_digest(edit->kind, edit->id.bytes),
                                .kind = edit->kind->number,
                                .edit = (uint32_t)i,
                                .remove = edit->remove,
                                .after = edit->remove ? HISTORY_DEAD : HISTORY_ALIVE};
        add_about(world, edit, &op);
        add_home(world, edit, &op);
        history_add_op(&world->history, &op);
        op.home = 0;
        op.has_home = false;
        for (size_t f = 0; f < edit->kind->n_fields; f++) {
            const struct field *field = &edit->kind->fields[f];
            if (!(edit->fields & field_bit(field)))
                continue;
            op.field = field->number;
            op.group = field->group;
            op.before = value_digest(edit->before, field);
            op.after = edit->remove ? 0 : value_digest(edit->after, field);
            op.about = 0;
            history_add_op(&world->history, &op);
        }
    }
}

void watch_shown(struct device *device, uint32_t stream, uint64_t token, const struct edit *edits, size_t n)
{
    struct world *world = device->world;
    for (size_t i = 0; i < n; i++) {
        struct record *record = NULL;
        struct err err;
        struct history_op op = {.edit = (uint32_t)i};
        if (store_find(cache_store(device->cache), &world->scratch, edits[i].kind, stream, &edits[i].id, &record, &err) !=
            STATUS_OK)
            world_complain(world, "device %d cannot read: %s", device->number, err.text);
        history_add_op(&world->history, &op);
        for (size_t f = 0; f < edits[i].kind->n_fields; f++) {
            const struct field *field = &edits[i].kind->fields[f];
            if (!(edits[i].fields & field_bit(field)))
                continue;
            op.field = field->number;
            op.after = record ? value_digest(record->message, field) : 0;
            history_add_op(&world->history, &op);
        }
    }
    history_add(&world->history,
                &(struct history_entry){.event = HISTORY_SHOWN, .client = device->number, .token = token, .stream = stream});
}

void watch_answer(struct device *device, const Lianxin__PushRequest *push, const Lianxin__PushReply *reply)
{
    struct world *world = device->world;
    struct payload payload;
    struct err err;
    enum status answer = (enum status)reply->status;
    if (answer != STATUS_OK && answer != STATUS_REFUSED) {
        world_say(world, "%d: push %" PRIu64 ": %s", device->number, push->sequence, status_name(answer));
        return;
    }
    arena_reset(&world->scratch);
    if (payload_decode(&world->scratch, device->schema, push->payload.data, push->payload.len, &payload, &err) != STATUS_OK) {
        world_complain(world, "a push cannot be read: %s", err.text);
        return;
    }
    world_say(world, "%d: %s is revision %" PRIu64 " of %u%s", device->number, payload.note, reply->rev, push->stream,
              answer ? ", refused" : "");
    history_add(&world->history, &(struct history_entry){.event = HISTORY_ANSWERED,
                                                         .client = device->number,
                                                         .stream = push->stream,
                                                         .token = watch_token(payload.note),
                                                         .instance = world_digest(push->instance.data, push->instance.len),
                                                         .sequence = push->sequence,
                                                         .rev = reply->rev,
                                                         .refused = answer != STATUS_OK});
}

/* ---- images ---- */

struct image {
    struct world *world;
    struct history_op op;
};

static void add_unknown(void *context, uint32_t number, const void *data, size_t bytes)
{
    struct image *image = context;
    image->op.field = number;
    image->op.after = world_digest(data, bytes);
    history_add_op(&image->world->history, &image->op);
}

static void add_record(struct world *world, const struct kind *kind, const void *id, bool dead, const ProtobufCMessage *message)
{
    struct arena arena;
    struct image image = {.world = world, .op = {.record = record_digest(kind, id), .kind = kind->number}};
    image.op.after = dead ? HISTORY_DEAD : HISTORY_ALIVE;
    history_add_op(&world->history, &image.op);
    for (size_t f = 0; f < kind->n_fields; f++) {
        image.op.field = kind->fields[f].number;
        image.op.after = value_digest(message, &kind->fields[f]);
        if (image.op.after)
            history_add_op(&world->history, &image.op);
    }
    arena_init(&arena, 0);
    record_visit_unknown(&arena, message, add_unknown, &image);
    arena_done(&arena);
}

static bool visit(void *context, const struct record *record)
{
    add_record(context, record->kind, record->id.bytes, record->dead, record->message);
    return true;
}

bool watch_store(struct world *world, struct store *store, uint32_t stream)
{
    const struct schema *schema = store_schema(store);
    struct err err;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < schema->n_kinds && status == STATUS_OK; i++)
        status = store_walk(store, &schema->kinds[i], stream, NULL, 0, visit, world, &err);
    if (status != STATUS_OK)
        world_complain(world, "the records of stream %u cannot be read: %s", stream, err.text);
    return status == STATUS_OK;
}

void watch_view(struct device *device, uint32_t stream)
{
    struct world *world = device->world;
    struct cache_stream line;
    struct err err;
    if (cache_stream_find(device->cache, stream, &line, &err) != STATUS_OK || line.unreadable ||
        !watch_store(world, cache_store(device->cache), stream))
        return;
    history_add(&world->history,
                &(struct history_entry){
                    .event = HISTORY_VIEW, .client = device->number, .stream = stream, .epoch = line.epoch, .rev = line.rev});
}

void watch_device(struct device *device)
{
    struct world *world = device->world;
    struct cache_stream_list list;
    struct err err;
    uint64_t waiting = device_outbox(device, OUTBOX_WAITING) + device_outbox(device, OUTBOX_TAKEN);
    arena_reset(&world->scratch);
    if (cache_stream_list(device->cache, &world->scratch, &list, &err) != STATUS_OK)
        world_complain(world, "device %d cannot be read: %s", device->number, err.text);
    for (size_t i = 0; i < list.n && !world->wrong[0]; i++) {
        const struct cache_stream *line = &list.items[i];
        if (!cache_stream_verified(line) && !line->unreadable)
            world_complain(world, "device %d ends with another hash of stream %u", device->number, line->stream);
        history_add(
            &world->history,
            &(struct history_entry){
                .event = HISTORY_ENDED, .client = device->number, .stream = line->stream, .rev = line->rev, .waiting = waiting});
        watch_view(device, line->stream);
    }
}

/* ---- the server, by its own messages ---- */

static const struct peer *some_staff(const struct world *world)
{
    for (int i = 0; i < WORLD_DEVICES_MAX; i++)
        if (world->devices[i].used && !world->devices[i].school)
            return &world->devices[i].peer;
    return NULL;
}

struct history_entry watch_row_entry(enum history_event event, const struct commit *commit, const struct row *row)
{
    return (struct history_entry){.event = event,
                                  .client = -1,
                                  .stream = commit->stream,
                                  .epoch = commit->epoch,
                                  .rev = commit->rev,
                                  .origin_epoch = commit->recovered_epoch,
                                  .origin_rev = commit->recovered_rev,
                                  .instance = world_digest(commit->instance.bytes, UUID_BYTES),
                                  .sequence = commit->sequence,
                                  .device = world_digest(commit->device.bytes, UUID_BYTES),
                                  .token = watch_token(commit->note),
                                  .refused = commit->status != STATUS_OK,
                                  .digest = world_digest(row->digest.bytes, SHA256_BYTES),
                                  .previous = commit->rev > 1 ? world_digest(commit->previous.bytes, SHA256_BYTES) : 0};
}

uint64_t watch_row(struct world *world, const struct row *row, uint32_t stream)
{
    struct commit commit;
    struct err err;
    if (commit_decode(&world->scratch, world->next, row->body, row->body_bytes, &commit, &err) != STATUS_OK) {
        world_complain(world, "a row of stream %u cannot be read: %s", stream, err.text);
        return 0;
    }
    struct history_entry entry = watch_row_entry(HISTORY_ROW, &commit, row);
    watch_edits(world, commit.effects, commit.n_effects);
    history_add(&world->history, &entry);
    return commit.rev;
}

void watch_journal(struct world *world, uint32_t stream)
{
    struct sha256 digest = {{0}}, none = {{0}};
    uint64_t rev = 0;
    bool more = true;
    struct settings settings = *core_settings(world->server.core);
    settings.snapshot_rows = UINT32_MAX;
    core_change_settings(world->server.core, &settings);
    while (more && !world->wrong[0]) {
        Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
        ProtobufCMessage *message;
        struct err err;
        pull.has_stream = pull.has_rev = true;
        pull.stream = stream;
        pull.rev = rev;
        pull.has_digest = rev != 0;
        pull.digest = (ProtobufCBinaryData){.len = SHA256_BYTES, .data = digest.bytes};
        if (world_ask(world, some_staff(world), MESSAGE_pull, &pull.base, &message, &err) != STATUS_OK) {
            world_complain(world, "the journal of stream %u cannot be pulled: %s", stream, err.text);
            return;
        }
        const Lianxin__PullReply *reply = (const Lianxin__PullReply *)message;
        for (size_t i = 0; i < reply->n_rows; i++) {
            struct row row = row_of(reply->rows[i]->body.data, reply->rows[i]->body.len, &none);
            rev = watch_row(world, &row, stream);
            digest = row.digest;
        }
        more = reply->n_rows && rev < reply->head;
        if (rev < reply->head && !reply->n_rows)
            world_complain(world, "the journal of stream %u ends at %" PRIu64 " of %" PRIu64, stream, rev, reply->head);
    }
}

void watch_tables(struct world *world, uint32_t stream)
{
    Lianxin__SnapshotRequest ask = LIANXIN__SNAPSHOT_REQUEST__INIT;
    const Lianxin__SnapshotReply *reply;
    uint64_t rev = 0;
    ask.has_stream = true;
    ask.stream = stream;
    do {
        ProtobufCMessage *message;
        struct err err;
        if (world_ask(world, some_staff(world), MESSAGE_snapshot, &ask.base, &message, &err) != STATUS_OK) {
            world_complain(world, "the records of stream %u cannot be read: %s", stream, err.text);
            return;
        }
        reply = (const Lianxin__SnapshotReply *)message;
        rev = reply->rev;
        for (size_t i = 0; i < reply->n_records; i++) {
            const Lianxin__Record *in = reply->records[i];
            const struct kind *kind = schema_find_kind(world->next, in->kind);
            ProtobufCMessage *record;
            if (!kind || record_decode(&world->scratch, kind, in->body.data, in->body.len, &record, &err) != STATUS_OK) {
                world_complain(world, "a record of stream %u cannot be read", stream);
                return;
            }
            add_record(world, kind, in->id.data, in->dead, record);
            ask.has_after_kind = ask.has_after_id = true;
            ask.after_kind = in->kind;
            ask.after_id = in->id;
        }
    } while (!reply->done);
    history_add(&world->history, &(struct history_entry){.event = HISTORY_TABLES, .client = -1, .stream = stream, .rev = rev});
}

/* Activities as a question of the district counts them: page by page, the lines of its answer. */
void watch_totals(struct world *world, uint32_t stream)
{
    Lianxin__QueryRequest ask = LIANXIN__QUERY_REQUEST__INIT;
    const struct kind *kind = schema_find_kind_by_name(world->server.schema, "activity");
    const Lianxin__QueryReply *reply;
    uint64_t lines = 0;
    ask.has_kind = ask.has_max_rows = true;
    ask.kind = kind->number;
    ask.max_rows = 7;
    ask.school = arena_strdup(&world->scratch, world_school_code(stream - STREAM_FIRST_SCHOOL));
    do {
        ProtobufCMessage *message;
        struct err err;
        if (world_ask(world, some_staff(world), MESSAGE_query, &ask.base, &message, &err) != STATUS_OK) {
            world_complain(world, "the activities of stream %u cannot be asked for: %s", stream, err.text);
            return;
        }
        reply = (const Lianxin__QueryReply *)message;
        for (size_t i = 0; i < reply->table->n_lines; i++)
            lines += !reply->table->lines[i]->total;
        ask.has_after = reply->has_next;
        ask.after = reply->next;
    } while (reply->has_next);
    history_add(&world->history, &(struct history_entry){
                                     .event = HISTORY_TOTAL, .client = -1, .stream = stream, .kind = kind->number, .value = lines});
}
