/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/owed.h"

#include <stdlib.h>
#include <string.h>

#include "proto/records.pb-c.h"

struct loading {
    struct arena *arena;
    const char *since_day;
    struct owed_list list;
    size_t room;
};

static void *grown(struct arena *arena, const void *items, size_t n, size_t *room, size_t bytes)
{
    void *more;

    *room = *room > 0 ? *room * 2 : 16;
    more = arena_array(arena, *room, bytes);
    if (n > 0)
        memcpy(more, items, n * bytes);
    return more;
}

static bool add_due(void *context, const struct record *record)
{
    struct loading *l = context;
    const Lianxin__Due *due = (const Lianxin__Due *)record->message;
    struct owed *e;

    if (record->dead || due->closed || !due->day || strcmp(due->day, l->since_day) < 0)
        return true;
    if (l->list.n == l->room)
        l->list.items = grown(l->arena, l->list.items, l->list.n, &l->room, sizeof *e);
    e = &l->list.items[l->list.n++];
    *e = (struct owed){.id = record->id,
                       .made_ms = uuid_time_ms(&record->id),
                       .what = (int)due->what,
                       .first_month = due->first_month,
                       .last_month = due->last_month,
                       .title = due->title ? arena_strdup(l->arena, due->title) : "",
                       .n_schools = due->n_schools,
                       .stage = due->has_stage ? (int)due->stage : 0,
                       .area = due->area ? arena_strdup(l->arena, due->area) : ""};
    memcpy(e->day, due->day, strnlen(due->day, sizeof e->day - 1));
    if (due->n_schools > 0)
        e->schools = arena_copy(l->arena, due->schools, due->n_schools * sizeof *due->schools);
    return true;
}

static int by_day(const void *a, const void *b)
{
    const struct owed *x = a, *y = b;
    int order = strcmp(x->day, y->day);

    return order != 0 ? order : memcmp(x->id.bytes, y->id.bytes, UUID_BYTES);
}

enum status owed_load(struct store *store, struct arena *arena, const char *since_day, struct owed_list *out, struct err *err)
{
    struct loading l = {.arena = arena, .since_day = since_day};
    const struct kind *kind = schema_find_kind_by_name(store_schema(store), "due");
    enum status st = store_walk(store, kind, STREAM_PUBLIC, NULL, 0, add_due, &l, err);

    if (st != STATUS_OK)
        return st;
    if (l.list.n > 1)
        qsort(l.list.items, l.list.n, sizeof *l.list.items, by_day);
    *out = l.list;
    return STATUS_OK;
}

enum status owed_load_reports(struct sql *db, struct arena *arena, uint32_t stream, struct owed_reports *out, struct err *err)
{
    static const char text[] =
        "SELECT coalesce(report_kind, 0), coalesce(state, 0), coalesce(first_month, 0), coalesce(last_month, 0),"
        " coalesce(submitted_at, 0) FROM report WHERE stream = $stream AND dead = 0";
    struct owed_reports list = {0};
    struct sql_statement *s = NULL;
    size_t room = 0;
    bool row = true;
    enum status st = sql_prepare(db, text, &s, err);

    if (st != STATUS_OK)
        return st;
    sql_bind_int(s, "$stream", stream);
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        if (list.n == room)
            list.items = grown(arena, list.items, list.n, &room, sizeof *list.items);
        list.items[list.n++] = (struct owed_report){
            .kind = (int)sql_int(s, 0),
            .state = (int)sql_int(s, 1),
            .first_month = (int32_t)sql_int(s, 2),
            .last_month = (int32_t)sql_int(s, 3),
            .submitted_ms = sql_int(s, 4),
        };
    }
    if (st == STATUS_OK)
        *out = list;
    return st;
}

bool owed_is_for(const struct owed *owed, const struct roster_school *school)
{
    if (!roster_is_open(school, owed->last_month))
        return false;
    for (size_t i = 0; i < owed->n_schools; i++)
        if (owed->schools[i] == school->number)
            return true;
    return owed->n_schools == 0 && (owed->stage == 0 || owed->stage == school->stage) &&
           (!*owed->area || strcmp(owed->area, school->area) == 0);
}

/* With several such plans the first submitted decides whether it was in time. */
static bool plan_came(const struct owed *owed, const struct cover *cover, int64_t *at_ms)
{
    bool came = false;

    for (size_t i = 0; i < cover->n; i++) {
        const struct cover_plan *plan = &cover->plans[i];

        if (plan->body != LIANXIN__BODY__BODY_UNION || !cover_is_submitted(plan) || owed->first_month < plan->first_month ||
            owed->first_month > plan->last_month)
            continue;
        *at_ms = came && *at_ms < plan->submitted_ms ? *at_ms : plan->submitted_ms;
        came = true;
    }
    return came;
}

static bool report_came(const struct owed *owed, const struct owed_reports *reports, int64_t *at_ms)
{
    int kind = owed->what == LIANXIN__DUE_WHAT__DUE_WHAT_SUMMARY ? LIANXIN__REPORT_KIND__REPORT_KIND_SUMMARY
                                                                 : LIANXIN__REPORT_KIND__REPORT_KIND_MONTH;

    for (size_t i = 0; i < reports->n; i++) {
        const struct owed_report *r = &reports->items[i];

        if (r->kind == kind && r->first_month == owed->first_month && r->last_month == owed->last_month &&
            (r->state == LIANXIN__REPORT_STATE__REPORT_STATE_SUBMITTED ||
             r->state == LIANXIN__REPORT_STATE__REPORT_STATE_ACCEPTED)) {
            *at_ms = r->submitted_ms;
            return true;
        }
    }
    return false;
}

enum owed_state owed_check(const struct owed *owed, const struct cover *cover, const struct owed_reports *reports, int64_t seen_ms,
                           const char *today, int32_t zone_s)
{
    char day[CLOCK_DAY_BYTES];
    int64_t at_ms = 0;
    bool came =
        owed->what == LIANXIN__DUE_WHAT__DUE_WHAT_PLAN ? plan_came(owed, cover, &at_ms) : report_came(owed, reports, &at_ms);

    if (!came && seen_ms < owed->made_ms)
        return OWED_UNTOLD;
    if (!came)
        return strcmp(today, owed->day) > 0 ? OWED_MISSING : OWED_NOT_YET;
    clock_format_day(at_ms, zone_s, day);
    return at_ms > 0 && strcmp(day, owed->day) > 0 ? OWED_LATE : OWED_SUBMITTED;
}
