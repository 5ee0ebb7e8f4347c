/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/domain/month.h"
#include "server/service/query.h"
#include "server/service/roster.h"
#include "tests/harness/test_recount.h"
#include "tests/harness/test_server.h"

#define SCHOOLS 12
#define FIRST 24290 /* 2024-03 */
#define LAST 24310

struct fixture {
    struct test_server server;
    struct test_district d;
    struct arena arena;
    struct work work;
    struct err err;
};

#define OK(expression)                                                                                                             \
    do {                                                                                                                           \
        if ((expression) != STATUS_OK)                                                                                             \
            fail_msg("%s: %s", #expression, f->err.text);                                                                          \
    } while (0)

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    memset(f, 0, sizeof *f);
    test_server_open(&f->server, 5);
    test_district_make(&f->d, f->server.core->writer.store, 11, SCHOOLS, FIRST, LAST);
    arena_init(&f->arena, 0);
    f->work = (struct work){.desk = &f->server.core->writer, .arena = &f->arena, .now_ms = f->server.now_ms};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    arena_done(&f->arena);
    test_district_free(&f->d);
    test_server_close(&f->server);
    return 0;
}

static const struct kind *kind_of(struct fixture *f, const char *name)
{
    return schema_find_kind_by_name(f->server.schema, name);
}

static uint32_t pick(struct fixture *f, uint32_t below)
{
    f->server.random = f->server.random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(f->server.random >> 33) % below;
}

/* ---- the questions ---- */

static struct query random_question(struct fixture *f)
{
    static const char *const texts[] = {"教", "100%", "_", "\\", "困难职工", "nothing has this"};
    static const char *const schools[] = {"A*", "?0000*", "B00000", "*1*"};
    struct query q = {0};

    if (pick(f, 3) == 0) {
        q.filter.has_months = true;
        q.filter.first_month = FIRST + (int32_t)pick(f, 20);
        q.filter.last_month = q.filter.first_month + (int32_t)pick(f, 5);
    }
    q.filter.categories = pick(f, 3) == 0 ? 1u + pick(f, 8000) : 0;
    q.filter.bodies = pick(f, 3) == 0 ? 2u + pick(f, 250) : 0;
    q.filter.states = pick(f, 3) == 0 ? 2u + pick(f, 126) : 0;
    q.filter.plan_states = pick(f, 4) == 0 ? 2u + pick(f, 30) : 0;
    q.filter.text = pick(f, 4) == 0 ? texts[pick(f, 6)] : NULL;
    q.school = pick(f, 4) == 0 ? schools[pick(f, 4)] : NULL;
    q.area = pick(f, 5) == 0 ? "东片" : NULL;
    q.stages = pick(f, 5) == 0 ? 1u + pick(f, 31) : 0;
    return q;
}

static bool in_mask(uint64_t mask, int value)
{
    return mask == 0 || (mask >> value & 1) != 0;
}

static bool school_fits(const struct query *q, const struct test_school *s)
{
    bool code = !q->school || (strcmp(q->school, "A*") == 0 && s->code[0] == 'A') ||
                (strcmp(q->school, "?0000*") == 0 && strncmp(s->code + 1, "0000", 4) == 0) || strcmp(q->school, s->code) == 0 ||
                (strcmp(q->school, "*1*") == 0 && strchr(s->code, '1'));

    return code && (!q->area || (s->area && strcmp(q->area, s->area) == 0)) && in_mask(q->stages, s->stage);
}

/* The filter, apart from the months. */
static bool activity_fits(const struct fixture *f, const struct query *q, const struct test_activity *a, uint64_t bodies)
{
    const struct test_plan *p = &f->d.plans[a->plan];

    return test_recount_lives(&f->d, a) && school_fits(q, &f->d.schools[a->school]) && in_mask(q->filter.categories, a->category) &&
           in_mask(bodies, p->body) && (q->filter.states ? in_mask(q->filter.states, a->state) : a->state != 6) &&
           in_mask(q->filter.plan_states, p->state) && (!q->filter.text || strstr(a->text, q->filter.text));
}

static bool in_range(const struct query *q, int32_t month)
{
    return !q->filter.has_months || (month >= q->filter.first_month && month <= q->filter.last_month);
}

static bool months_fit(const struct query *q, const struct test_activity *a)
{
    if (!q->filter.has_months || (a->state == 4 && in_range(q, a->deferred_to)))
        return true;
    for (size_t i = 0; i < a->n_months; i++)
        if (in_range(q, a->months[i]))
            return true;
    return false;
}

/* ---- rows ---- */

static size_t column_of(const struct table *table, const char *key)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].key, key) == 0)
            return i;
    fail_msg("no column %s", key);
    return 0;
}

/* Every page of a question; checks the bounds of each. */
static const char **all_ids(struct fixture *f, struct query q, size_t max_rows, size_t *n)
{
    const char **ids = ARENA_ARRAY(&f->arena, 20000, const char *);
    struct query_page page;
    const char *last_school = "";

    *n = 0;
    q.max_rows = max_rows;
    do {
        OK(query_run(&f->work, &q, &page, &f->err));
        assert_true(page.table->n_rows <= max_rows);
        assert_true(page.table->n_rows == max_rows || !page.next);
        for (const struct table_row *row = page.table->rows; row; row = row->next) {
            assert_true(strcmp(last_school, row->cells[0].text) <= 0);
            last_school = row->cells[0].text;
            ids[(*n)++] = row->cells[column_of(page.table, "id")].text;
        }
        q.after = page.next;
        q.after_bytes = page.next_bytes;
    } while (page.next);
    return ids;
}

static bool listed(const char **ids, size_t n, const struct uuid *id)
{
    char text[UUID_TEXT_BYTES];
    size_t found = 0;

    uuid_format(id, text);
    for (size_t i = 0; i < n; i++)
        found += strcmp(ids[i], text) == 0;
    assert_true(found <= 1);
    return found == 1;
}

static void a_question_finds_just_the_activities_that_fit(void **state)
{
    struct fixture *f = *state;
    size_t some = 0;

    for (int round = 0; round < 150; round++) {
        struct query q = random_question(f);
        size_t n, fit = 0;
        const char **ids = all_ids(f, q, QUERY_ROWS_MAX, &n);

        for (size_t i = 0; i < f->d.n_activities; i++) {
            bool fits = activity_fits(f, &q, &f->d.activities[i], q.filter.bodies) && months_fit(&q, &f->d.activities[i]);

            assert_int_equal(listed(ids, n, &f->d.activities[i].id), fits);
            fit += fits;
        }
        assert_int_equal(n, fit);
        some += fit > 0;
        arena_reset(&f->arena);
    }
    assert_true(some > 60);
}

static void pages_together_are_the_whole(void **state)
{
    struct fixture *f = *state;
    static const char *const kinds[] = {"activity", "occurrence", "plan", "report", "conflict"};

    for (size_t k = 0; k < 5; k++) {
        struct query q = {.kind = kind_of(f, kinds[k])};
        size_t n, pages_n;
        const char **ids = all_ids(f, q, QUERY_ROWS_MAX, &n), **pages;

        assert_true(n > 5);
        for (size_t size = 1; size < 40; size = size * 3 + 1) {
            pages = all_ids(f, q, size, &pages_n);
            assert_int_equal(pages_n, n);
            for (size_t i = 0; i < n; i++)
                assert_string_equal(pages[i], ids[i]);
        }
        arena_reset(&f->arena);
    }
}

static void a_page_follows_its_place_though_rows_go_meanwhile(void **state)
{
    struct fixture *f = *state;
    struct query q = {.max_rows = 5};
    struct query_page first, second, again;
    struct uuid gone;

    OK(query_run(&f->work, &q, &first, &f->err));
    q.after = first.next;
    q.after_bytes = first.next_bytes;
    OK(query_run(&f->work, &q, &second, &f->err));
    assert_true(uuid_parse(first.table->last_row->cells[2].text, &gone));
    for (size_t i = 0; i < f->d.n_schools; i++)
        OK(store_remove(f->work.desk->store, kind_of(f, "activity"), f->d.schools[i].number, &gone, &f->err));
    OK(query_run(&f->work, &q, &again, &f->err));
    assert_true(table_equal(second.table, again.table));
}

static void a_page_ends_when_it_has_grown_large(void **state)
{
    struct fixture *f = *state;
    char *note = arena_alloc(&f->arena, 200001);
    struct query q = {.kind = kind_of(f, "section"), .max_rows = 1000};
    struct query_page page;
    size_t n = 0, pages = 0;

    memset(note, 'x', 200000);
    for (uint8_t i = 1; i <= 60; i++) {
        struct uuid id = {{i}};
        const struct test_plan *plan = f->d.plans;
        struct record *section;

        while (plan->dead)
            plan++;
        section = record_new(&f->arena, q.kind, f->d.schools[plan->school].number, &id);
        OK(record_set(&f->arena, section->message, kind_find_field_by_name(q.kind, "plan"),
                      (struct value){.type = VALUE_BYTES, .data = plan->id.bytes, .bytes = UUID_BYTES}, &f->err));
        OK(record_set(&f->arena, section->message, kind_find_field_by_name(q.kind, "text"),
                      (struct value){.type = VALUE_TEXT, .data = note, .bytes = 200000}, &f->err));
        OK(store_put(f->work.desk->store, section, &f->err));
    }
    do {
        size_t before = f->arena.used_bytes;

        OK(query_run(&f->work, &q, &page, &f->err));
        assert_true(f->arena.used_bytes - before < QUERY_PAGE_BYTES + ((size_t)1 << 20));
        n += page.table->n_rows;
        pages++;
        q.after = page.next;
        q.after_bytes = page.next_bytes;
    } while (page.next);
    assert_int_equal(n, 60);
    assert_in_range(pages, 2, 10);
}

/* ---- groups ---- */

struct sums {
    char key[128];
    int64_t activities, done, occurrences, people, money_fen, budget_fen, participants;
};
struct list {
    struct sums *items;
    size_t n;
};

static struct sums *sums_for(struct fixture *f, struct list *list, const char *key)
{
    if (!list->items)
        list->items = ARENA_ARRAY(&f->arena, 20000, struct sums);
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i].key, key) == 0)
            return &list->items[i];
    snprintf(list->items[list->n].key, sizeof list->items->key, "%s", key);
    return &list->items[list->n++];
}

static const char *enum_key(struct fixture *f, const char *kind, const char *field, int value)
{
    const char *name = value ? schema_enum_name(kind_find_field_by_name(kind_of(f, kind), field), value) : NULL;

    return name ? name : "-";
}

static const char *key_for(struct fixture *f, const struct query *q, const struct test_activity *a, int32_t month)
{
    const struct test_school *s = &f->d.schools[a->school];
    struct buf key;
    const char *copy;

    buf_init(&key, 0);
    for (size_t i = 0; i < q->n_group_by; i++) {
        switch (q->group_by[i]) {
        case QUERY_GROUP_school:
            buf_printf(&key, "%s/%s", s->code, s->name);
            break;
        case QUERY_GROUP_area:
            buf_puts(&key, s->area ? s->area : "-");
            break;
        case QUERY_GROUP_stage:
            buf_puts(&key, enum_key(f, "school", "stage", s->stage));
            break;
        case QUERY_GROUP_month:
            if (month < 0)
                buf_putc(&key, '-');
            else
                buf_printf(&key, "%d", (int)month);
            break;
        case QUERY_GROUP_category:
            buf_puts(&key, enum_key(f, "activity", "category", a->category));
            break;
        case QUERY_GROUP_body:
            buf_puts(&key, enum_key(f, "plan", "body", f->d.plans[a->plan].body));
            break;
        case QUERY_GROUP_state:
            buf_puts(&key, enum_key(f, "activity", "state", a->state));
            break;
        case QUERY_GROUPS:
            break;
        }
        buf_putc(&key, '/');
    }
    copy = arena_strdup(&f->arena, buf_text(&key));
    buf_done(&key);
    return copy;
}

static bool groups_by(const struct query *q, enum query_group group)
{
    for (size_t i = 0; i < q->n_group_by; i++)
        if (q->group_by[i] == group)
            return true;
    return false;
}

static void recount_activity(struct fixture *f, const struct query *q, const struct test_activity *a, struct list *list)
{
    bool by_month = groups_by(q, QUERY_GROUP_month);
    int32_t months[TEST_MONTHS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < a->n_months; i++)
        if (in_range(q, a->months[i]) && test_recount_counts(&f->d, a, a->months[i]))
            months[n++] = a->months[i];
    if (a->n_months == 0 && !q->filter.has_months && test_recount_counts(&f->d, a, f->d.plans[a->plan].last_month))
        months[n++] = -1;
    for (size_t i = 0; i < n; i++) {
        bool first = i == 0;
        struct sums *each[2] = {by_month || first ? sums_for(f, list, key_for(f, q, a, months[i])) : NULL,
                                first ? sums_for(f, list, "total") : NULL};

        for (size_t k = 0; k < 2; k++) {
            if (!each[k])
                continue;
            each[k]->activities++;
            each[k]->done += a->state == 3;
            each[k]->budget_fen += first ? a->budget_fen : 0;
            each[k]->participants += first ? a->participants : 0;
        }
    }
}

static void recount_occurrences(struct fixture *f, const struct query *q, uint64_t bodies, struct list *list)
{
    for (size_t i = 0; i < f->d.n_occurrences; i++) {
        const struct test_occurrence *o = &f->d.occurrences[i];
        const struct test_activity *a = &f->d.activities[o->activity];

        if (o->dead || !activity_fits(f, q, a, bodies) || !in_range(q, o->month) || !test_recount_counts(&f->d, a, o->month))
            continue;
        struct sums *each[2] = {sums_for(f, list, key_for(f, q, a, o->month)), sums_for(f, list, "total")};
        for (size_t k = 0; k < 2; k++) {
            each[k]->occurrences++;
            each[k]->people += o->people;
            each[k]->money_fen += o->money_fen;
        }
    }
}

static void read_row(struct fixture *f, const struct query *q, const struct table *table, const struct table_row *row,
                     struct list *list)
{
    size_t at = 0, n_keys = q->n_group_by + groups_by(q, QUERY_GROUP_school);
    struct buf key;
    struct sums *s;

    buf_init(&key, 0);
    for (; at < n_keys; at++) {
        if (row->cells[at].kind == TABLE_CELL_NUMBER)
            buf_printf(&key, "%d/", (int)row->cells[at].number);
        else
            buf_printf(&key, "%s/", row->cells[at].kind == TABLE_CELL_TEXT ? row->cells[at].text : "-");
    }
    s = sums_for(f, list, row->kind == TABLE_ROW_TOTAL ? "total" : buf_text(&key));
    buf_done(&key);
    s->activities = row->cells[column_of(table, "activities")].number;
    s->done = row->cells[column_of(table, "done")].number;
    s->occurrences = row->cells[column_of(table, "occurrences")].number;
    s->people = row->cells[column_of(table, "people")].number;
    s->money_fen = row->cells[column_of(table, "money_fen")].number;
    s->budget_fen = row->cells[column_of(table, "budget_fen")].number;
    s->participants = row->cells[column_of(table, "participants")].number;
}

static void assert_groups(struct fixture *f, const struct query *q)
{
    struct list told = {0}, expected = {0};
    uint64_t bodies = q->filter.bodies || groups_by(q, QUERY_GROUP_body) ? q->filter.bodies : 0x1e;
    struct query_page page;

    OK(query_run(&f->work, q, &page, &f->err));
    for (const struct table_row *row = page.table->rows; row; row = row->next)
        read_row(f, q, page.table, row, &told);
    sums_for(f, &expected, "total");
    for (size_t i = 0; i < f->d.n_activities; i++)
        if (activity_fits(f, q, &f->d.activities[i], bodies))
            recount_activity(f, q, &f->d.activities[i], &expected);
    recount_occurrences(f, q, bodies, &expected);
    for (size_t i = 0; i < expected.n; i++)
        assert_memory_equal(sums_for(f, &told, expected.items[i].key), &expected.items[i], sizeof *expected.items);
    assert_int_equal(told.n, expected.n);
}

static void groups_are_what_a_plain_recount_gives(void **state)
{
    struct fixture *f = *state;

    for (int round = 0; round < 150; round++) {
        struct query q = random_question(f);
        enum query_group groups[QUERY_GROUPS];
        size_t n = 0;

        for (enum query_group g = 0; g < QUERY_GROUPS; g++)
            if (pick(f, 3) == 0)
                groups[n++] = g;
        if (n == 0)
            groups[n++] = QUERY_GROUP_month;
        for (size_t i = n; i-- > 1;) { /* in any order */
            size_t k = pick(f, (uint32_t)i + 1);
            enum query_group g = groups[k];

            groups[k] = groups[i];
            groups[i] = g;
        }
        q.group_by = groups;
        q.n_group_by = n;
        assert_groups(f, &q);
        arena_reset(&f->arena);
    }
}

static void groups_come_in_the_order_of_their_columns(void **state)
{
    struct fixture *f = *state;
    enum query_group groups[] = {QUERY_GROUP_school, QUERY_GROUP_month};
    struct query q = {.group_by = groups, .n_group_by = 2};
    struct query_page page;
    const struct table_row *before = NULL;

    OK(query_run(&f->work, &q, &page, &f->err));
    assert_int_equal(page.table->n_totals, 1);
    for (const struct table_row *row = page.table->rows; row && row->kind == TABLE_ROW_DATA; before = row, row = row->next) {
        int order = before ? strcmp(before->cells[0].text, row->cells[0].text) : -1;

        assert_true(order < 0 || (order == 0 && before->cells[2].number < row->cells[2].number));
    }
}

static void other_kinds_are_counted(void **state)
{
    struct fixture *f = *state;
    enum query_group groups[] = {QUERY_GROUP_state};
    struct query q = {.kind = kind_of(f, "plan"), .group_by = groups, .n_group_by = 1};
    struct query_page page;
    size_t living = 0;

    for (size_t i = 0; i < f->d.n_plans; i++)
        living += !f->d.plans[i].dead;
    OK(query_run(&f->work, &q, &page, &f->err));
    assert_int_equal(page.table->last_row->kind, TABLE_ROW_TOTAL);
    assert_int_equal(page.table->last_row->cells[1].number, living);
    assert_int_equal(page.table->n_rows, 4);
}

/* ---- refusals ---- */

static void a_question_that_makes_no_sense_is_refused(void **state)
{
    struct fixture *f = *state;
    enum query_group twice[] = {QUERY_GROUP_month, QUERY_GROUP_month};
    struct query_page page;
    struct query unknown = {.school = "NOPE"};
    struct query reversed = {.filter = {.has_months = true, .first_month = LAST, .last_month = FIRST}};
    struct query no_category = {.kind = kind_of(f, "report"), .filter.categories = 2};
    struct query not_there = {.kind = kind_of(f, "school")};
    struct query foreign = {.after = "not a place of ours, yet 36 bytes ok", .after_bytes = 36};
    struct query doubled = {.group_by = twice, .n_group_by = 2};
    struct query no_months = {.kind = kind_of(f, "plan"), .group_by = twice, .n_group_by = 1};

    assert_int_equal(query_run(&f->work, &unknown, &page, &f->err), STATUS_NOT_FOUND);
    assert_int_equal(query_run(&f->work, &reversed, &page, &f->err), STATUS_USAGE);
    assert_int_equal(query_run(&f->work, &no_category, &page, &f->err), STATUS_USAGE);
    assert_int_equal(query_run(&f->work, &not_there, &page, &f->err), STATUS_USAGE);
    assert_int_equal(query_run(&f->work, &foreign, &page, &f->err), STATUS_INVALID);
    assert_int_equal(query_run(&f->work, &doubled, &page, &f->err), STATUS_USAGE);
    assert_int_equal(query_run(&f->work, &no_months, &page, &f->err), STATUS_USAGE);
}

static void a_pattern_matches_whole_codes(void **state)
{
    (void)state;
    assert_true(roster_match("SY*", "SY01"));
    assert_true(roster_match("sy??", "SY01"));
    assert_true(roster_match("*1", "SY0101"));
    assert_true(roster_match("*", ""));
    assert_true(roster_match("实?小*", "实验小学"));
    assert_false(roster_match("SY", "SY01"));
    assert_false(roster_match("?", ""));
    assert_false(roster_match("SY?", "SY01"));
    assert_false(roster_match("*a*b", "aba"));
    assert_true(roster_match("*a*b", "aab"));
}

static void only_the_district_may_ask(void **state)
{
    struct fixture *f = *state;
    struct peer officer, staff;
    Lianxin__QueryRequest request = LIANXIN__QUERY_REQUEST__INIT;
    char *groups[] = {arena_strdup(&f->arena, "school")};
    const Lianxin__QueryReply *reply;
    ProtobufCMessage *message;

    test_server_add_school(&f->server, "Z1", "One more");
    officer = test_server_enrol(&f->server, "Z1", "Wang");
    staff = test_server_enrol(&f->server, NULL, "Li");
    request.group_by = groups;
    request.n_group_by = 1;
    assert_int_equal(test_server_ask(&f->server, &officer, MESSAGE_query, &request.base, &f->arena, &message, &f->err),
                     STATUS_DENIED);
    OK(test_server_ask(&f->server, &staff, MESSAGE_query, &request.base, &f->arena, &message, &f->err));
    reply = (const Lianxin__QueryReply *)message;
    assert_true(reply->table->n_lines > 3);
    groups[0] = arena_strdup(&f->arena, "weekday");
    assert_int_equal(test_server_ask(&f->server, &staff, MESSAGE_query, &request.base, &f->arena, &message, &f->err), STATUS_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_question_finds_just_the_activities_that_fit),
        TEST(pages_together_are_the_whole),
        TEST(a_page_follows_its_place_though_rows_go_meanwhile),
        TEST(a_page_ends_when_it_has_grown_large),
        TEST(groups_are_what_a_plain_recount_gives),
        TEST(groups_come_in_the_order_of_their_columns),
        TEST(other_kinds_are_counted),
        TEST(a_question_that_makes_no_sense_is_refused),
        cmocka_unit_test(a_pattern_matches_whole_codes),
        TEST(only_the_district_may_ask),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
