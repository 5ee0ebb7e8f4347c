/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/query_fixture.h"

#include "server/service/roster.h"

/* ---- rows ---- */

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
        TEST(a_question_that_makes_no_sense_is_refused),
        cmocka_unit_test(a_pattern_matches_whole_codes),
        TEST(only_the_district_may_ask),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
