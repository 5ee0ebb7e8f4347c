/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/table/table_record.h"
#include "server/service/query_internal.h"

#define PLACE_BYTES (4 + 8 + 8 + UUID_BYTES)

struct listing {
    struct asked *asked;
    struct table *table;
    const struct source_extra *extras;
    size_t n_extras;
    struct sql_statement *statement;
    struct arena row; /* one record */
    size_t max, began_bytes;
    uint32_t stream;
    struct source_place place; /* of the last row put */
};

static void put_number(uint8_t *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static uint64_t get_number(const uint8_t *in, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | in[i];
    return value;
}

static void encode_next(struct listing *l, struct query_page *out)
{
    uint8_t *bytes = arena_alloc(l->asked->work->arena, PLACE_BYTES);

    put_number(bytes, l->stream, 4);
    put_number(bytes + 4, (uint64_t)l->place.first, 8);
    put_number(bytes + 12, (uint64_t)l->place.second, 8);
    memcpy(bytes + 20, l->place.id.bytes, UUID_BYTES);
    out->next = bytes;
    out->next_bytes = PLACE_BYTES;
}

/* Where the page begins: *at is an index into the roster. */
static enum status decode_after(struct listing *l, size_t *at, struct err *err)
{
    const struct query *q = l->asked->query;
    const struct roster_school *school = NULL;
    const uint8_t *bytes = q->after;

    *at = 0;
    if (!bytes)
        return STATUS_OK;
    if (q->after_bytes == PLACE_BYTES)
        school = roster_find(&l->asked->roster, (uint32_t)get_number(bytes, 4));
    if (!school)
        return err_reason(err, REASON_QUERY_PAGE, NULL);
    l->place.first = (int64_t)get_number(bytes + 4, 8);
    l->place.second = (int64_t)get_number(bytes + 12, 8);
    memcpy(l->place.id.bytes, bytes + 20, UUID_BYTES);
    *at = (size_t)(school - l->asked->roster.schools);
    return STATUS_OK;
}

static const struct field *extra_field(const struct listing *l, const struct source_extra *extra, const struct kind **kind)
{
    *kind = schema_find_kind_by_name(store_schema(l->asked->work->desk->store), extra->kind);
    return kind_find_field_by_name(*kind, extra->field);
}

static unsigned flags_of(const struct source *source, const char *field)
{
    for (const char *const *shown = source_shown(source); *shown; shown++)
        if (strcmp(*shown, field) == 0)
            return 0;
    return TABLE_DATA_ONLY;
}

static void add_columns(struct listing *l)
{
    const struct kind *kind = l->asked->kind;

    table_add_column(l->table, "school", TABLE_TEXT, "school", "单位", TABLE_FIXED);
    table_add_column(l->table, "school_name", TABLE_TEXT, "name", "名称", 0);
    table_add_column(l->table, "id", TABLE_UUID, "id", "标识", TABLE_DATA_ONLY);
    for (size_t i = 0; i < l->n_extras; i++) {
        const struct kind *parent;

        table_add_field(l->table, extra_field(l, &l->extras[i], &parent), 0);
    }
    for (size_t i = 0; i < kind->n_fields; i++)
        if (!(kind->fields[i].flags & FIELD_SENSITIVE))
            table_add_field(l->table, &kind->fields[i], flags_of(l->asked->source, kind->fields[i].name));
}

/* An extra is shown as its field would be in its own record. */
static enum status put_extra(struct listing *l, size_t i, struct err *err)
{
    const struct kind *kind;
    const struct field *field = extra_field(l, &l->extras[i], &kind);
    ProtobufCMessage *message = record_message_new(&l->row, kind);
    struct sql_statement *s = l->statement;
    int at = SOURCE_PLACE_COLUMNS + (int)i;
    struct value value = {.type = field->descriptor->type == PROTOBUF_C_TYPE_STRING ? VALUE_TEXT : VALUE_INT};
    enum status st = STATUS_OK;

    if (value.type == VALUE_TEXT)
        value.data = sql_blob(s, at, &value.bytes);
    else
        value.number = sql_int(s, at);
    if (!sql_is_null(s, at) && (value.type == VALUE_INT || value.data))
        st = record_set(&l->row, message, field, value, err);
    if (st == STATUS_OK)
        table_put_field(l->table, message, field, false);
    return st;
}

static enum status put_row(struct listing *l, const struct roster_school *school, struct err *err)
{
    const struct kind *kind = l->asked->kind;
    struct record *record = NULL;
    enum status st = store_read_row(l->asked->work->desk->store, &l->row, kind, l->statement,
                                    SOURCE_PLACE_COLUMNS + (int)l->n_extras, &record, err);

    if (st != STATUS_OK)
        return st;
    table_add_row(l->table);
    table_put_text(l->table, school->code);
    table_put_text(l->table, school->name);
    table_put_uuid(l->table, &record->id);
    for (size_t i = 0; st == STATUS_OK && i < l->n_extras; i++)
        st = put_extra(l, i, err);
    for (size_t i = 0; i < kind->n_fields; i++)
        if (!(kind->fields[i].flags & FIELD_SENSITIVE))
            table_put_field(l->table, record->message, &kind->fields[i], false);
    l->stream = school->number;
    l->place = (struct source_place){sql_int(l->statement, 0), sql_int(l->statement, 1), record->id};
    arena_reset(&l->row);
    return st;
}

static bool is_full(const struct listing *l)
{
    return l->table->n_rows >= l->max || l->asked->work->arena->used_bytes - l->began_bytes >= QUERY_PAGE_BYTES;
}

static enum status list_school(struct listing *l, const struct roster_school *school, const struct source_place *after, bool *more,
                               struct err *err)
{
    bool row = true;
    enum status st;

    source_bind_rows(l->statement, school->number, after, l->max - l->table->n_rows + 1);
    while ((st = sql_step(l->statement, &row, err)) == STATUS_OK && row) {
        if (is_full(l)) {
            *more = true;
            break;
        }
        st = put_row(l, school, err);
        if (st != STATUS_OK)
            break;
    }
    sql_reset(l->statement);
    return st;
}

static enum status list_schools(struct listing *l, struct query_page *out, struct err *err)
{
    const struct roster *roster = &l->asked->roster;
    bool resumes = l->asked->query->after != NULL, more = false;
    size_t at = 0;
    enum status st = decode_after(l, &at, err);
    struct source_place from = l->place;

    for (; st == STATUS_OK && !more && at < roster->n; at++) {
        if (query_asks_for(l->asked, &roster->schools[at]))
            st = list_school(l, &roster->schools[at], resumes ? &from : NULL, &more, err);
        resumes = false;
    }
    if (st == STATUS_OK && more)
        encode_next(l, out);
    return st;
}

enum status query_rows(struct asked *asked, struct query_page *out, struct err *err)
{
    struct work *work = asked->work;
    struct query_page page = {0};
    struct listing l = {.asked = asked, .began_bytes = work->arena->used_bytes};
    enum status st;

    l.max = asked->query->max_rows > 0 ? asked->query->max_rows : QUERY_ROWS_PRESET;
    l.max = l.max < QUERY_ROWS_MAX ? l.max : QUERY_ROWS_MAX;
    l.extras = source_extras(asked->source, &l.n_extras);
    l.table = page.table = table_new(work->arena, asked->kind->name, asked->kind->label, asked->kind->label_zh);
    add_columns(&l);
    arena_init(&l.row, 0);
    st = source_prepare_rows(asked->source, work->desk->store, asked->kind, &asked->filter, &l.statement, err);
    if (st == STATUS_OK)
        st = list_schools(&l, &page, err);
    sql_finish(l.statement);
    arena_done(&l.row);
    if (st == STATUS_OK)
        *out = page;
    return st;
}
