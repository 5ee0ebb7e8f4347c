/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_author.h"

struct fixture {
    struct test_server server;
    struct test_author author;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    test_server_open(&f->server, 17);
    test_server_add_school(&f->server, "SY01", "实验小学");
    test_author_join(&f->author, &f->server, "SY01", "王老师");
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    test_author_close(&f->author);
    test_server_close(&f->server);
    return 0;
}

static void push_plans(struct fixture *f, unsigned first, unsigned n)
{
    for (unsigned i = first; i < first + n; i++) {
        struct edit plan = test_author_new_plan(&f->author, i);
        assert_non_null(test_author_push(&f->author, &plan, 1));
    }
}

static struct sha256 digest_of(const Lianxin__Row *row)
{
    return sha256_of(row->body.data, row->body.len);
}

static const Lianxin__PullReply *pull(struct fixture *f, Lianxin__PullRequest *request)
{
    ProtobufCMessage *reply;
    request->has_stream = true;
    request->stream = f->author.stream;
    enum status st =
        test_server_ask(&f->server, &f->author.peer, MESSAGE_pull, &request->base, &f->author.arena, &reply, &f->author.err);
    return st ? NULL : (const Lianxin__PullReply *)reply;
}

static void rows_come_after_the_cursor_and_then_nothing_new(void **state)
{
    struct fixture *f = *state;
    push_plans(f, 1, 3);
    const Lianxin__PullReply *all = test_author_pull(&f->author, 0, NULL);
    assert_int_equal(all->n_rows, 3);
    assert_int_equal(all->head, 3);
    assert_int_equal(all->epoch, f->server.core->epoch);
    struct sha256 first = digest_of(all->rows[0]), last = digest_of(all->rows[2]);
    const Lianxin__PullReply *rest = test_author_pull(&f->author, 1, &first);
    assert_int_equal(rest->n_rows, 2);
    assert_memory_equal(rest->rows[0]->body.data, all->rows[1]->body.data, all->rows[1]->body.len);
    const Lianxin__PullReply *none = test_author_pull(&f->author, 3, &last);
    assert_int_equal(none->outcome, LIANXIN__PULL_REPLY__OUTCOME__ROWS);
    assert_int_equal(none->n_rows, 0);
}

static void a_cursor_that_is_not_of_this_past_is_unknown(void **state)
{
    struct fixture *f = *state;
    struct sha256 other = sha256_of("other", 5);
    push_plans(f, 1, 2);
    assert_int_equal(test_author_pull(&f->author, 1, &other)->outcome, LIANXIN__PULL_REPLY__OUTCOME__UNKNOWN);
    /* Nor when the row's own digest was asked for just before. */
    struct sha256 first = digest_of(test_author_pull(&f->author, 0, NULL)->rows[0]);
    assert_int_equal(test_author_pull(&f->author, 1, &first)->outcome, LIANXIN__PULL_REPLY__OUTCOME__ROWS);
    assert_int_equal(test_author_pull(&f->author, 1, &other)->outcome, LIANXIN__PULL_REPLY__OUTCOME__UNKNOWN);
    assert_int_equal(test_author_pull(&f->author, 7, &other)->outcome, LIANXIN__PULL_REPLY__OUTCOME__UNKNOWN);
    Lianxin__PullRequest ahead = LIANXIN__PULL_REQUEST__INIT;
    ahead.has_min_rev = true;
    ahead.min_rev = 3;
    assert_int_equal(pull(f, &ahead)->outcome, LIANXIN__PULL_REPLY__OUTCOME__UNKNOWN);
    ahead.min_rev = 2;
    assert_int_equal(pull(f, &ahead)->outcome, LIANXIN__PULL_REPLY__OUTCOME__ROWS);
}

static void a_page_holds_as_many_rows_as_fit_and_one_at_least(void **state)
{
    struct fixture *f = *state;
    Lianxin__PullRequest small = LIANXIN__PULL_REQUEST__INIT, middle = LIANXIN__PULL_REQUEST__INIT;
    push_plans(f, 1, 5);
    small.has_max_bytes = middle.has_max_bytes = true;
    small.max_bytes = 1;
    assert_int_equal(pull(f, &small)->n_rows, 1);
    const Lianxin__PullReply *all = test_author_pull(&f->author, 0, NULL);
    middle.max_bytes = (uint32_t)(all->rows[0]->body.len + all->rows[1]->body.len);
    assert_int_equal(pull(f, &middle)->n_rows, 2);
}

static void who_is_far_behind_is_sent_to_the_snapshot(void **state)
{
    struct fixture *f = *state;
    struct settings settings = *core_settings(f->server.core);
    settings.snapshot_rows = 4;
    core_change_settings(f->server.core, &settings);
    push_plans(f, 1, 4);
    assert_int_equal(test_author_pull(&f->author, 0, NULL)->outcome, LIANXIN__PULL_REPLY__OUTCOME__ROWS);
    push_plans(f, 5, 1);
    assert_int_equal(test_author_pull(&f->author, 0, NULL)->outcome, LIANXIN__PULL_REPLY__OUTCOME__SNAPSHOT);
}

/* Pages with a write in between: what came before the cut is as of page one, what came after is in the journal too. */
static void a_snapshot_comes_in_pages_and_adds_up_to_the_hash(void **state)
{
    struct fixture *f = *state;
    struct settings settings = *core_settings(f->server.core);
    struct stream_hash sum = {0}, stored;
    Lianxin__SnapshotRequest request = LIANXIN__SNAPSHOT_REQUEST__INIT;
    const Lianxin__SnapshotReply *page = NULL;
    ProtobufCMessage *reply;
    size_t pages = 0, records = 0;
    struct err err;
    settings.page_bytes = 150;
    core_change_settings(f->server.core, &settings);
    push_plans(f, 1, 7);
    struct edit activity = test_author_new_activity(&f->author, 1, 1);
    assert_non_null(test_author_push(&f->author, &activity, 1));
    request.has_stream = true;
    request.stream = f->author.stream;
    do {
        assert_int_equal(
            test_server_ask(&f->server, &f->author.peer, MESSAGE_snapshot, &request.base, &f->author.arena, &reply, &err),
            STATUS_OK);
        page = (const Lianxin__SnapshotReply *)reply;
        assert_int_equal(page->rev, 8);
        assert_non_null(page->row);
        for (size_t i = 0; i < page->n_records; i++, records++) {
            const Lianxin__Record *wire = page->records[i];
            const struct kind *kind = schema_find_kind(f->server.schema, wire->kind);
            struct record record = {.kind = kind, .stream = f->author.stream, .dead = wire->dead};
            memcpy(record.id.bytes, wire->id.data, UUID_BYTES);
            assert_int_equal(record_decode(&f->author.arena, kind, wire->body.data, wire->body.len, &record.message, &err),
                             STATUS_OK);
            stream_hash_change(&sum, NULL, &record);
            request.has_after_kind = request.has_after_id = true;
            request.after_kind = wire->kind;
            request.after_id = wire->id;
        }
        pages++;
    } while (!page->done);
    assert_int_equal(records, 8);
    assert_true(pages > 2);
    assert_int_equal(store_hash(f->server.core->writer.store, f->author.stream, &stored, &err), STATUS_OK);
    assert_true(stream_hash_equal(&sum, &stored));
}

static void an_empty_stream_has_an_empty_snapshot(void **state)
{
    struct fixture *f = *state;
    Lianxin__SnapshotRequest request = LIANXIN__SNAPSHOT_REQUEST__INIT;
    ProtobufCMessage *reply;
    struct err err;
    request.has_stream = true;
    request.stream = f->author.stream;
    assert_int_equal(test_server_ask(&f->server, &f->author.peer, MESSAGE_snapshot, &request.base, &f->author.arena, &reply, &err),
                     STATUS_OK);
    const Lianxin__SnapshotReply *page = (const Lianxin__SnapshotReply *)reply;
    assert_true(page->done);
    assert_int_equal(page->rev, 0);
    assert_null(page->row);
    assert_int_equal(page->n_records, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_come_after_the_cursor_and_then_nothing_new),   TEST(a_cursor_that_is_not_of_this_past_is_unknown),
        TEST(a_page_holds_as_many_rows_as_fit_and_one_at_least), TEST(who_is_far_behind_is_sent_to_the_snapshot),
        TEST(a_snapshot_comes_in_pages_and_adds_up_to_the_hash), TEST(an_empty_stream_has_an_empty_snapshot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
