/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/due.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/table/table_record.h"
#include "server/service/push.h"
#include "server/service/school.h"

static const struct kind *kind_of(const struct desk *desk)
{
    return schema_find_kind_by_name(store_schema(desk->store), "due");
}

static enum status list_all(struct work *work, struct record_list *out, struct err *err)
{
    return store_list(work->desk->store, work->arena, kind_of(work->desk), STREAM_PUBLIC, NULL, (struct value){0}, out, err);
}

static enum status find_start(struct work *work, const char *start, const struct record **out, struct err *err)
{
    struct record_list list;
    const struct record *found = NULL;
    size_t n = 0;
    enum status st = list_all(work, &list, err);
    if (st)
        return st;
    for (size_t i = 0; i < list.n; i++) {
        char text[UUID_TEXT_BYTES];
        uuid_format(&list.items[i]->id, text);
        if (*start && strncasecmp(text, start, strlen(start)) == 0) {
            found = list.items[i];
            n++;
        }
    }
    if (n != 1)
        return err_reason(err, REASON_ARGUMENT, start,
                          n ? "several begin like this; give more of it" : "nothing due begins like this", NULL);
    *out = found;
    return STATUS_OK;
}

static enum status set_schools(struct work *work, const struct due_wish *wish, Lianxin__Due *due, struct err *err)
{
    if (!wish->n_schools)
        return STATUS_OK;
    due->schools = ARENA_ARRAY(work->arena, wish->n_schools, uint32_t);
    for (due->n_schools = 0; due->n_schools < wish->n_schools; due->n_schools++) {
        const Lianxin__School *school;
        enum status st = school_get_by_code(work->desk, work->arena, wish->schools[due->n_schools], &school, err);
        if (st)
            return st;
        due->schools[due->n_schools] = school->number;
    }
    return STATUS_OK;
}

static void set_text(struct arena *arena, char **to, const char *wanted)
{
    if (wanted)
        *to = *wanted ? arena_strdup(arena, wanted) : NULL;
}

static enum status apply_wish(struct work *work, const struct due_wish *wish, Lianxin__Due *due, struct err *err)
{
    if (wish->what) {
        due->has_what = true;
        due->what = (Lianxin__DueWhat)wish->what;
    }
    if (wish->first_month) {
        due->has_first_month = due->has_last_month = true;
        due->first_month = due->last_month = wish->first_month;
    }
    if (wish->last_month) {
        due->has_last_month = true;
        due->last_month = wish->last_month;
    }
    if (wish->stage) {
        due->has_stage = true;
        due->stage = (Lianxin__Stage)wish->stage;
    }
    if (wish->has_closed) {
        due->has_closed = wish->closed;
        due->closed = wish->closed;
    }
    set_text(work->arena, &due->day, wish->day);
    set_text(work->arena, &due->area, wish->area);
    set_text(work->arena, &due->title, wish->title);
    return set_schools(work, wish, due, err);
}

enum status due_put(struct work *work, const struct due_wish *wish, struct due_done *out, struct err *err)
{
    const struct kind *kind = kind_of(work->desk);
    const struct core_config *config = &work->desk->core->config;
    const struct record *held = NULL;
    struct due_done done;
    struct edit edit;
    enum status st = wish->due ? find_start(work, wish->due, &held, err) : STATUS_OK;
    if (st)
        return st;
    done.id = held ? held->id : uuid_new(&config->clock, &config->random);
    ProtobufCMessage *after = held ? record_clone(work->arena, kind, held->message) : record_message_new(work->arena, kind);
    st = apply_wish(work, wish, (Lianxin__Due *)after, err);
    if (st)
        return st;
    done.changed = edit_between(work->arena, kind, &done.id, held ? held->message : NULL, after, &edit);
    st = push_own(work, STREAM_PUBLIC, &edit, done.changed, held ? "due changed" : "due added", &done.rev, err);
    if (st == STATUS_OK)
        *out = done;
    return st;
}

/* ---- listing ---- */

static int by_day(const void *a, const void *b)
{
    const Lianxin__Due *x = (const Lianxin__Due *)(*(struct record *const *)a)->message;
    const Lianxin__Due *y = (const Lianxin__Due *)(*(struct record *const *)b)->message;
    return strcmp(x->day ? x->day : "", y->day ? y->day : "");
}

/* The codes of the schools it names; "" when it is for all of a stage or an area. */
static enum status join_codes(struct work *work, const Lianxin__Due *due, const char **out, struct err *err)
{
    const char *text = "";
    for (size_t i = 0; i < due->n_schools; i++) {
        const Lianxin__School *school;
        enum status st = school_find(work->desk, work->arena, due->schools[i], &school, err);
        if (st)
            return st;
        text = arena_printf(work->arena, "%s%s%s", text, i ? " " : "", school && school->code ? school->code : "?");
    }
    *out = text;
    return STATUS_OK;
}

static enum status add_due(struct work *work, struct table *table, const struct record *record, struct err *err)
{
    const Lianxin__Due *due = (const Lianxin__Due *)record->message;
    const char *codes;
    enum status st = join_codes(work, due, &codes, err);
    if (st)
        return st;
    table_add_row(table);
    table_put_uuid(table, &record->id);
    table_put_field(table, record->message, kind_find_field_by_name(record->kind, "what"), false);
    table_put_int(table, due->first_month);
    table_put_int(table, due->last_month);
    table_put_text(table, due->day);
    table_put_text(table, codes);
    table_put_field(table, record->message, kind_find_field_by_name(record->kind, "stage"), false);
    table_put_text(table, due->area);
    table_put_text(table, due->title);
    return STATUS_OK;
}

enum status due_list(struct work *work, struct table **out, struct err *err)
{
    struct table *table = table_new(work->arena, "due", "Due", "应报");
    struct record_list list;
    enum status st = list_all(work, &list, err);
    if (st)
        return st;
    if (list.n)
        qsort(list.items, list.n, sizeof *list.items, by_day);
    table_add_column(table, "due", TABLE_UUID, "Id", "编号", TABLE_FIXED);
    table_add_column(table, "what", TABLE_ENUM, "What", "应报内容", 0);
    table_add_column(table, "first_month", TABLE_MONTH, "From", "起", 0);
    table_add_column(table, "last_month", TABLE_MONTH, "To", "止", 0);
    table_add_column(table, "day", TABLE_DAY, "Due day", "截止日", 0);
    table_add_column(table, "schools", TABLE_TEXT, "Schools", "单位", 0);
    table_add_column(table, "stage", TABLE_ENUM, "Stage", "学段", 0);
    table_add_column(table, "area", TABLE_TEXT, "Area", "片", 0);
    table_add_column(table, "title", TABLE_TEXT, "Title", "标题", 0);
    for (size_t i = 0; st == STATUS_OK && i < list.n; i++)
        if (!((const Lianxin__Due *)list.items[i]->message)->closed)
            st = add_due(work, table, list.items[i], err);
    if (st == STATUS_OK)
        *out = table;
    return st;
}
