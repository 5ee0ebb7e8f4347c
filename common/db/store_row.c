/* SPDX-License-Identifier: Apache-2.0
 *
 * Between a record and a row. */
#include <string.h>

#include "common/db/store_table.h"

void store_bind_value(struct sql_statement *s, int at, struct value value)
{
    switch (value.type) {
    case VALUE_NONE:
        sql_bind_null_at(s, at);
        return;
    case VALUE_INT:
        sql_bind_int_at(s, at, value.number);
        return;
    case VALUE_TEXT:
        sql_bind_text_at(s, at, value.data, value.bytes);
        return;
    case VALUE_BYTES:
        /* Present and empty is not absent: no NULL pointer here. */
        sql_bind_blob_at(s, at, value.bytes > 0 ? value.data : "", value.bytes);
        return;
    }
}

static void append_unknown(void *context, uint32_t number, const void *data, size_t bytes)
{
    (void)number;
    buf_put(context, data, bytes);
}

static void bind_unknown(struct arena *scratch, struct sql_statement *s, int at, const ProtobufCMessage *message)
{
    struct buf bytes;

    if (message->n_unknown_fields == 0) {
        sql_bind_null_at(s, at);
        return;
    }
    buf_init(&bytes, 0);
    record_visit_unknown(scratch, message, append_unknown, &bytes);
    sql_bind_blob_at(s, at, arena_copy(scratch, buf_text(&bytes), bytes.len_bytes), bytes.len_bytes);
    buf_done(&bytes);
}

void store_bind_record(struct arena *scratch, struct sql_statement *s, const struct record *record)
{
    int at = 1;

    sql_bind_int_at(s, at++, (int64_t)record->rev);
    sql_bind_int_at(s, at++, record->dead);
    for (size_t i = 0; i < record->kind->n_fields; i++)
        store_bind_value(s, at++, record_get(scratch, record->message, &record->kind->fields[i]));
    bind_unknown(scratch, s, at++, record->message);
    sql_bind_int_at(s, at++, record->stream);
    sql_bind_blob_at(s, at, record->id.bytes, UUID_BYTES);
}

static struct value read_value(struct sql_statement *row, int at, const struct field *field)
{
    struct value value = {.type = VALUE_NONE};

    if (sql_is_null(row, at))
        return value;
    if (store_column_type(field) == COLUMN_INTEGER)
        return (struct value){.type = VALUE_INT, .number = sql_int(row, at)};
    value.data = sql_blob(row, at, &value.bytes);
    if (!value.data)
        value.data = "";
    value.type = store_column_type(field) == COLUMN_TEXT ? VALUE_TEXT : VALUE_BYTES;
    return value;
}

/* What was unknown when it was stored may be known by now: such fields come out as fields. */
static enum status read_unknown(struct arena *arena, const struct kind *kind, struct sql_statement *row, int at,
                                ProtobufCMessage *message, struct err *err)
{
    ProtobufCMessage *rest = NULL;
    const void *data;
    size_t bytes;
    enum status st;

    if (sql_is_null(row, at))
        return STATUS_OK;
    data = sql_blob(row, at, &bytes);
    st = record_decode(arena, kind, data, bytes, &rest, err);
    if (st != STATUS_OK)
        return st;
    record_share_fields(kind, message, rest, record_present(kind, rest) & ~record_present(kind, message));
    message->n_unknown_fields = rest->n_unknown_fields;
    message->unknown_fields = rest->unknown_fields;
    return STATUS_OK;
}

static enum status read_fields(struct arena *arena, struct record *record, field_set set, struct sql_statement *row, int at,
                               struct err *err)
{
    const struct kind *kind = record->kind;
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < kind->n_fields; i++) {
        struct value value;

        if (!(set & field_bit(&kind->fields[i])))
            continue;
        value = read_value(row, at++, &kind->fields[i]);
        if (value.type != VALUE_NONE)
            st = record_set(arena, record->message, &kind->fields[i], value, err);
    }
    return st;
}

static enum status read_id(const struct kind *kind, struct sql_statement *row, int at, struct uuid *out, struct err *err)
{
    size_t bytes;
    const void *key = sql_blob(row, at, &bytes);

    return uuid_from_bytes(key, bytes, out) ? STATUS_OK
                                            : err_set(err, STATUS_CORRUPT, "table %s holds a key of %zu bytes", kind->name, bytes);
}

/* Says which record it is about. */
static enum status say_unreadable(const struct record *record, enum status st, struct err *err)
{
    char text[UUID_TEXT_BYTES];

    uuid_format(&record->id, text);
    if (err && (st == STATUS_INVALID || st == STATUS_PROTOCOL))
        err->status = st = STATUS_CORRUPT;
    (void)err_prefix(err, "%s %s of stream %u cannot be read", record->kind->name, text, record->stream);
    return st;
}

enum status store_read_scanned(struct arena *arena, const struct kind *kind, uint32_t stream, field_set set,
                               struct sql_statement *row, struct record **out, struct err *err)
{
    struct record *record;
    struct uuid id;
    enum status st = read_id(kind, row, 0, &id, err);

    if (st != STATUS_OK)
        return st;
    record = record_new(arena, kind, stream, &id);
    st = read_fields(arena, record, set, row, 1, err);
    if (st != STATUS_OK)
        return say_unreadable(record, st, err);
    *out = record;
    return STATUS_OK;
}

enum status store_read_row(struct store *store, struct arena *arena, const struct kind *kind, struct sql_statement *row, int at,
                           struct record **out, struct err *err)
{
    struct record *record;
    struct uuid id;
    enum status st = read_id(kind, row, at + STORE_ID, &id, err);

    (void)store;
    if (st != STATUS_OK)
        return st;
    record = record_new(arena, kind, (uint32_t)sql_int(row, at + STORE_STREAM), &id);
    record->rev = (uint64_t)sql_int(row, at + STORE_REV);
    record->dead = sql_int(row, at + STORE_DEAD) != 0;
    st = read_fields(arena, record, kind->all, row, at + STORE_FIELDS, err);
    if (st == STATUS_OK)
        st = read_unknown(arena, kind, row, at + STORE_FIELDS + (int)kind->n_fields, record->message, err);
    if (st != STATUS_OK)
        return say_unreadable(record, st, err);
    *out = record;
    return STATUS_OK;
}
