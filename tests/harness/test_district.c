/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_district.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_random.h"
#include "common/domain/month.h"
#include "proto/records.pb-c.h"

#define PLANS_MAX 4
#define ACTIVITIES_MAX 12
#define OCCURRENCES_MAX 4
#define DUES 8

struct making {
    struct test_district *d;
    struct store *store;
    struct arena scratch;
    int32_t first, last;
};

static uint32_t pick(struct test_district *d, uint32_t below)
{
    return test_random_below(&d->random, below);
}

static bool chance(struct test_district *d, uint32_t percent)
{
    return pick(d, 100) < percent;
}

static struct uuid pick_id(struct test_district *d)
{
    struct uuid id;

    for (size_t i = 0; i < UUID_BYTES; i++)
        id.bytes[i] = (uint8_t)pick(d, 256);
    return id;
}

static int32_t pick_month(struct making *m)
{
    return m->first + (int32_t)pick(m->d, (uint32_t)(m->last - m->first + 1));
}

static void pick_day(struct making *m, int32_t month, char out[11])
{
    snprintf(out, 11, "%04d-%02d-%02u", (int)(month_year(month) % 10000), (int)(month_of_year(month) % 100),
             (unsigned)(1 + pick(m->d, 28)));
}

static int64_t instant(struct making *m, int32_t month)
{
    return (clock_day_from_civil(month_year(month), month_of_year(month), 1) + pick(m->d, 28)) * 86400000 + pick(m->d, 86400000);
}

static struct record *record(struct making *m, const char *kind, uint32_t stream, const struct uuid *id)
{
    return record_new(&m->scratch, schema_find_kind_by_name(store_schema(m->store), kind), stream, id);
}

static void put(struct making *m, struct record *record)
{
    struct err err;

    record->rev = 1;
    if (store_put(m->store, record, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    arena_reset(&m->scratch);
}

static ProtobufCBinaryData id_bytes(struct making *m, const struct uuid *id)
{
    return (ProtobufCBinaryData){.len = UUID_BYTES, .data = arena_copy(&m->scratch, id->bytes, UUID_BYTES)};
}

static char *text(struct making *m, const char *value)
{
    return arena_strdup(&m->scratch, value);
}

static void make_school(struct making *m)
{
    static const char *const areas[] = {"东片", "西片", "南片", NULL};
    struct test_school *s = &m->d->schools[m->d->n_schools];
    struct uuid id = pick_id(m->d);
    struct record *r = record(m, "school", STREAM_PUBLIC, &id);
    Lianxin__School *message = (Lianxin__School *)r->message;

    s->number = STREAM_FIRST_SCHOOL + (uint32_t)m->d->n_schools;
    snprintf(s->code, sizeof s->code, "%c%05zu", "BCA"[m->d->n_schools % 3], m -> d -> n_schools % 100000);
    snprintf(s->name, sizeof s->name, "第%zu小学", m->d->n_schools);
    s->area = areas[pick(m->d, 4)];
    s->stage = (int)pick(m->d, 5);
    message->has_number = true;
    message->number = s->number;
    message->code = text(m, s->code);
    message->name = text(m, s->name);
    message->area = s->area ? text(m, s->area) : NULL;
    message->has_stage = s->stage != 0;
    message->stage = (Lianxin__Stage)s->stage;
    m->d->n_schools++;
    put(m, r);
}

static void make_plan(struct making *m, size_t school)
{
    struct test_plan *p = &m->d->plans[m->d->n_plans++];
    struct record *r;
    Lianxin__Plan *message;

    *p = (struct test_plan){.id = pick_id(m->d), .school = school, .dead = chance(m->d, 5)};
    r = record(m, "plan", m->d->schools[school].number, &p->id);
    message = (Lianxin__Plan *)r->message;
    p->body = chance(m->d, 60) ? LIANXIN__BODY__BODY_UNION : 1 + (int)pick(m->d, 7);
    p->state = 1 + (int)pick(m->d, 4);
    p->first_month = pick_month(m);
    p->last_month = p->first_month + (int32_t)pick(m->d, 14);
    p->created_ms = chance(m->d, 90) ? instant(m, p->first_month) / 1000000000 * 1000000000 : 0; /* coarse: some are equal */
    p->submitted_ms = p->state != LIANXIN__PLAN_STATE__PLAN_STATE_DRAFT ? instant(m, p->first_month) : 0;
    r->dead = p->dead;
    if (!p->dead) {
        message->has_body = message->has_state = message->has_first_month = message->has_last_month = true;
        message->body = (Lianxin__Body)p->body;
        message->title = text(m, "工作计划");
        message->state = (Lianxin__PlanState)p->state;
        message->first_month = p->first_month;
        message->last_month = p->last_month;
        message->has_created_at = p->created_ms != 0;
        message->created_at = p->created_ms;
        message->has_submitted_at = p->submitted_ms != 0;
        message->submitted_at = p->submitted_ms;
    }
    put(m, r);
}

static void pick_months(struct making *m, struct test_activity *a, const struct test_plan *plan)
{
    int32_t month = chance(m->d, 85) ? plan->first_month + (int32_t)pick(m->d, (uint32_t)(plan->last_month - plan->first_month + 1))
                                     : pick_month(m);
    size_t n = chance(m->d, 8) ? 0 : chance(m->d, 70) ? 1 : 1 + pick(m->d, TEST_MONTHS_MAX);

    for (; a->n_months < n; month += 1 + (int32_t)pick(m->d, 3))
        a->months[a->n_months++] = month;
}

static void make_activity(struct making *m, size_t plan)
{
    static const char *const texts[] = {"慰问困难职工", "召开教代会", "100%参与_登山", "教职工篮球赛", "back\\slash"};
    struct test_district *d = m->d;
    struct test_activity *a = &d->activities[d->n_activities++];
    struct record *r;
    Lianxin__Activity *message;

    *a = (struct test_activity){.id = pick_id(d), .school = d->plans[plan].school, .plan = plan};
    a->dead = d->plans[plan].dead || chance(d, 4);
    pick_months(m, a, &d->plans[plan]);
    a->category = chance(d, 90) ? 1 + (int)pick(d, 12) : 0;
    a->state = 1 + (int)pick(d, 6);
    a->deferred_to = a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED ? pick_month(m) : 0;
    a->budget_fen = chance(d, 50) ? pick(d, 1000000) : 0;
    a->participants = chance(d, 50) ? pick(d, 200) : 0;
    a->text = texts[pick(d, 5)];
    r = record(m, "activity", d->schools[a->school].number, &a->id);
    message = (Lianxin__Activity *)r->message;
    r->dead = a->dead;
    if (!a->dead) {
        message->has_plan = message->has_state = true;
        message->plan = id_bytes(m, &d->plans[plan].id);
        message->number = text(m, "1.1");
        message->text = text(m, a->text);
        for (size_t i = 0; i < a->n_months; i++)
            assert_true(month_set_add(&message->months, a->months[i]));
        message->has_months = a->n_months > 0;
        message->has_category = a->category != 0;
        message->category = (Lianxin__Category)a->category;
        message->state = (Lianxin__ActivityState)a->state;
        message->has_deferred_to = a->deferred_to != 0;
        message->deferred_to = a->deferred_to;
        message->has_budget_fen = a->budget_fen != 0;
        message->budget_fen = a->budget_fen;
        message->has_participants = a->participants != 0;
        message->participants = a->participants;
        message->has_position = true;
        message->position = pick(d, 50);
    }
    put(m, r);
}

static void make_occurrence(struct making *m, size_t activity)
{
    struct test_district *d = m->d;
    const struct test_activity *a = &d->activities[activity];
    struct test_occurrence *o = &d->occurrences[d->n_occurrences++];
    struct record *r;
    Lianxin__Occurrence *message;

    *o = (struct test_occurrence){.id = pick_id(d), .school = a->school, .activity = activity, .dead = a->dead || chance(d, 4)};
    o->month = a->n_months > 0 && chance(d, 80) ? a->months[0] : pick_month(m);
    pick_day(m, o->month, o->day);
    o->people = chance(d, 80) ? pick(d, 120) : 0;
    o->money_fen = chance(d, 60) ? pick(d, 500000) : 0;
    r = record(m, "occurrence", d->schools[o->school].number, &o->id);
    message = (Lianxin__Occurrence *)r->message;
    r->dead = o->dead;
    if (!o->dead) {
        message->has_activity = true;
        message->activity = id_bytes(m, &a->id);
        message->day = text(m, o->day);
        message->has_people = o->people != 0;
        message->people = o->people;
        message->has_money_fen = o->money_fen != 0;
        message->money_fen = o->money_fen;
    }
    put(m, r);
}

static void make_report(struct making *m, size_t school, int kind, int32_t first, int32_t last)
{
    struct test_district *d = m->d;
    struct test_report *t = &d->reports[d->n_reports++];
    struct record *r;
    Lianxin__Report *message;

    *t = (struct test_report){.id = pick_id(d), .school = school, .kind = kind, .first_month = first, .last_month = last};
    t->state = 1 + (int)pick(d, 4);
    t->submitted_ms = t->state != LIANXIN__REPORT_STATE__REPORT_STATE_DRAFT ? instant(m, last + 1) : 0;
    r = record(m, "report", d->schools[school].number, &t->id);
    message = (Lianxin__Report *)r->message;
    message->has_report_kind = message->has_first_month = message->has_last_month = message->has_state = true;
    message->report_kind = (Lianxin__ReportKind)t->kind;
    message->first_month = first;
    message->last_month = last;
    message->state = (Lianxin__ReportState)t->state;
    message->has_submitted_at = t->submitted_ms != 0;
    message->submitted_at = t->submitted_ms;
    put(m, r);
}

static void make_due(struct making *m)
{
    static const char *const areas[] = {"东片", NULL, NULL};
    struct test_district *d = m->d;
    struct test_due *e = &d->dues[d->n_dues++];
    struct record *r;
    Lianxin__Due *message;

    *e = (struct test_due){.id = pick_id(d), .what = 1 + (int)pick(d, 3), .closed = chance(d, 10)};
    e->first_month = pick_month(m);
    e->last_month = e->what == LIANXIN__DUE_WHAT__DUE_WHAT_MONTH_REPORT ? e->first_month : e->first_month + 5;
    pick_day(m, e->last_month + 1, e->day);
    for (; e->n_schools < 3 && chance(d, 15); e->n_schools++)
        e->schools[e->n_schools] = d->schools[pick(d, (uint32_t)d->n_schools)].number;
    e->stage = chance(d, 30) ? 1 + (int)pick(d, 4) : 0;
    e->area = areas[pick(d, 3)];
    r = record(m, "due", STREAM_PUBLIC, &e->id);
    message = (Lianxin__Due *)r->message;
    message->has_what = message->has_first_month = message->has_last_month = true;
    message->what = (Lianxin__DueWhat)e->what;
    message->first_month = e->first_month;
    message->last_month = e->last_month;
    message->day = text(m, e->day);
    message->schools = e->schools;
    message->n_schools = e->n_schools;
    message->has_stage = e->stage != 0;
    message->stage = (Lianxin__Stage)e->stage;
    message->area = e->area ? text(m, e->area) : NULL;
    message->has_closed = message->closed = e->closed;
    put(m, r);
    for (size_t i = 0; i < d->n_schools; i++)
        if (e->what != LIANXIN__DUE_WHAT__DUE_WHAT_PLAN && chance(d, 60))
            make_report(m, i,
                        e->what == LIANXIN__DUE_WHAT__DUE_WHAT_SUMMARY ? LIANXIN__REPORT_KIND__REPORT_KIND_SUMMARY
                                                                       : LIANXIN__REPORT_KIND__REPORT_KIND_MONTH,
                        e->first_month, e->last_month);
}

static void make_conflict(struct making *m, size_t school)
{
    struct uuid id = pick_id(m->d);
    struct record *r = record(m, "conflict", m->d->schools[school].number, &id);
    Lianxin__Conflict *message = (Lianxin__Conflict *)r->message;

    message->has_state = true;
    message->state = (Lianxin__ConflictState)(1 + (int)pick(m->d, 2));
    m->d->open_conflicts[school] += message->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN;
    put(m, r);
}

static void make_school_records(struct making *m, size_t school)
{
    struct test_district *d = m->d;

    for (uint32_t n = pick(d, PLANS_MAX + 1); n > 0; n--) {
        make_plan(m, school);
        for (uint32_t k = pick(d, ACTIVITIES_MAX + 1); k > 0; k--) {
            make_activity(m, d->n_plans - 1);
            for (uint32_t o = pick(d, OCCURRENCES_MAX + 1); o > 0; o--)
                make_occurrence(m, d->n_activities - 1);
        }
    }
    while (chance(d, 30))
        make_conflict(m, school);
}

void test_district_make(struct test_district *district, struct store *store, uint64_t seed, size_t n_schools, int32_t first,
                        int32_t last)
{
    struct making m = {.d = district, .store = store, .first = first, .last = last};
    struct err err;

    *district = (struct test_district){.random = seed};
    arena_init(&district->arena, 0);
    arena_init(&m.scratch, 0);
    district->schools = ARENA_ARRAY(&district->arena, n_schools, struct test_school);
    district->open_conflicts = ARENA_ARRAY(&district->arena, n_schools, size_t);
    district->plans = ARENA_ARRAY(&district->arena, n_schools * PLANS_MAX, struct test_plan);
    district->activities = ARENA_ARRAY(&district->arena, n_schools * PLANS_MAX * ACTIVITIES_MAX, struct test_activity);
    district->occurrences =
        ARENA_ARRAY(&district->arena, n_schools * PLANS_MAX * ACTIVITIES_MAX * OCCURRENCES_MAX, struct test_occurrence);
    district->dues = ARENA_ARRAY(&district->arena, DUES, struct test_due);
    district->reports = ARENA_ARRAY(&district->arena, DUES * n_schools, struct test_report);
    if (sql_begin(store_sql(store), &err) != STATUS_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < n_schools; i++)
        make_school(&m);
    for (size_t i = 0; i < n_schools; i++)
        make_school_records(&m, i);
    for (size_t i = 0; i < DUES; i++)
        make_due(&m);
    if (sql_commit(store_sql(store), &err) != STATUS_OK)
        fail_msg("%s", err.text);
    arena_done(&m.scratch);
}

void test_district_free(struct test_district *district)
{
    arena_done(&district->arena);
}
