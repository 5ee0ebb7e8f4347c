/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/query_fixture.h"

#include <stdio.h>

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(groups_are_what_a_plain_recount_gives),
        TEST(groups_come_in_the_order_of_their_columns),
        TEST(other_kinds_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
