/* SPDX-License-Identifier: Apache-2.0
 *
 * The client's database by itself. */
#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_school.h"
#include "tests/harness/test_sql.h"

struct world {
    struct test_server server;
    struct test_client client;
};

static int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 1, (struct test_client *[]){&world->client, NULL});
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_school_close(&world->server, (struct test_client *[]){&world->client, NULL});
    test_free(world);
    return 0;
}

static int64_t count(struct test_client *client, const char *query)
{
    return test_sql_number(store_sql(cache_store(client->cache)), query);
}

static void the_confirmed_state_is_set_aside_only_while_something_is_pending(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    assert_int_equal(count(client, "SELECT count(*) FROM base"), 0);
    assert_int_equal(test_client_edit(client, "activity", 1, "person=王老师", NULL), STATUS_OK);
    assert_int_equal(test_client_edit(client, "activity", 1, "person=李老师", NULL), STATUS_OK);
    assert_int_equal(count(client, "SELECT count(*) FROM base"), 1);
    assert_int_equal(count(client, "SELECT count(*) FROM pending"), 2);
    test_client_must_sync(client);
    assert_int_equal(count(client, "SELECT count(*) FROM base"), 0);
    assert_int_equal(count(client, "SELECT count(*) FROM pending"), 0);
    assert_string_equal(test_client_field(client, "activity", 1, "person"), "李老师");
}

static void the_rows_pulled_are_kept_byte_for_byte(void **state)
{
    struct world *world = *state;
    struct test_author author;
    test_author_open(&author, &world->server, &world->client.line.peer, 0);
    const Lianxin__PullReply *reply = test_author_pull(&author, 0, NULL);
    assert_int_equal(count(&world->client, "SELECT count(*) FROM journal WHERE stream > 99"), reply->n_rows);
    for (size_t i = 0; i < reply->n_rows; i++) {
        struct sql_statement *row;
        bool found = false;
        size_t bytes;
        assert_int_equal(sql_prepare(store_sql(cache_store(world->client.cache)),
                                     "SELECT body FROM journal WHERE stream = $stream AND rev = $rev", &row, &world->client.err),
                         STATUS_OK);
        sql_bind_int(row, "$stream", world->client.stream);
        sql_bind_int(row, "$rev", (int64_t)i + 1);
        assert_int_equal(sql_step(row, &found, &world->client.err), STATUS_OK);
        assert_true(found);
        const void *body = sql_blob(row, 0, &bytes);
        assert_int_equal(bytes, reply->rows[i]->body.len);
        assert_memory_equal(body, reply->rows[i]->body.data, bytes);
        sql_reset(row);
    }
    test_author_close(&author);
}

static void a_row_that_breaks_the_chain_is_refused_and_nothing_moves(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    struct cache_stream before = test_client_stream(client), after;
    struct cache_applied applied = {0};
    const struct commit commit = {.stream = client->stream, .rev = before.rev + 1, .person = "", .note = ""};
    struct row row;
    const uint8_t key[SHA256_BYTES] = {0};
    commit_encode(&client->arena, &commit, key, &row); /* its "previous" is not the row held */
    assert_int_equal(cache_apply_rows(client->cache, client->stream, &row, 1, &applied, &client->err), STATUS_CORRUPT);
    after = test_client_stream(client);
    assert_int_equal(after.rev, before.rev);
    assert_int_equal(applied.rows, 0);
}

static void a_row_that_cannot_be_read_is_kept_and_the_next_ones_go_on(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    struct cache_stream line = test_client_stream(client);
    struct cache_applied applied = {0};
    struct sha256 hmac = {{0}};
    const uint8_t key[SHA256_BYTES] = {0};
    struct row rows[2] = {row_of("\xff\xff not a commit", 14, &hmac)};
    const struct commit commit = {
        .stream = client->stream, .rev = line.rev + 2, .person = "", .note = "", .previous = rows[0].digest, .hash = line.base};
    commit_encode(&client->arena, &commit, key, &rows[1]);
    assert_int_equal(cache_apply_rows(client->cache, client->stream, rows, 2, &applied, &client->err), STATUS_OK);
    assert_int_equal(applied.unreadable, 1);
    assert_int_equal(applied.rows, 2);
    struct cache_stream after = test_client_stream(client);
    assert_int_equal(after.rev, line.rev + 2);
    assert_int_equal(after.unreadable, 1);
}

static void rows_that_are_safe_in_a_backup_are_let_go(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    struct cache_stream line = test_client_stream(client);
    assert_int_equal(cache_stream_settle(client->cache, client->stream, line.epoch, line.rev - 1, 5, &client->err), STATUS_OK);
    assert_int_equal(count(client, "SELECT count(*) FROM journal WHERE stream > 99"), 1);
    assert_int_equal(test_client_edit(client, "activity", 1, "person=王老师", NULL), STATUS_OK);
    test_client_must_sync(client);
    assert_int_equal(test_client_stream(client).rev, line.rev + 1);
}

static void the_latest_rows_stay_for_people_to_look_back_on(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    struct cache_stream line = test_client_stream(client);
    int64_t all = count(client, "SELECT count(*) FROM journal WHERE stream > 99");
    cache_keep_history(client->cache, line.rev);
    assert_int_equal(cache_stream_settle(client->cache, client->stream, line.epoch, line.rev, 5, &client->err), STATUS_OK);
    assert_int_equal(count(client, "SELECT count(*) FROM journal WHERE stream > 99"), all);
    cache_keep_history(client->cache, 1);
    assert_int_equal(cache_stream_settle(client->cache, client->stream, line.epoch, line.rev, 5, &client->err), STATUS_OK);
    assert_int_equal(count(client, "SELECT count(*) FROM journal WHERE stream > 99"), 1);
}

/* One number kept inside another commit, which ends as told. */
static enum status put_inside(struct test_client *client, int64_t value, enum status end)
{
    assert_int_equal(cache_begin(client->cache, &client->err), STATUS_OK);
    assert_int_equal(cache_begin(client->cache, &client->err), STATUS_OK);
    enum status s = cache_put_int(client->cache, CACHE_META_tried_ms, value, &client->err);
    assert_int_equal(cache_end(client->cache, s, &client->err), STATUS_OK);
    return cache_end(client->cache, end, &client->err);
}

static void a_commit_around_others_is_kept_whole_or_not_at_all(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    int64_t held = 0;
    uint64_t before = test_disk_syncs(client->disk);
    assert_int_equal(put_inside(client, 7, STATUS_OK), STATUS_OK);
    assert_int_equal(test_disk_syncs(client->disk) - before, 1);
    assert_int_equal(put_inside(client, 8, STATUS_CONFLICT), STATUS_CONFLICT);
    assert_int_equal(cache_find_int(client->cache, CACHE_META_tried_ms, &held, &client->err), STATUS_OK);
    assert_int_equal(held, 7);
}

static void what_failed_inside_keeps_the_whole_commit_out(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    int64_t held = 0;
    assert_int_equal(put_inside(client, 7, STATUS_OK), STATUS_OK);
    assert_int_equal(cache_begin(client->cache, &client->err), STATUS_OK);
    assert_int_equal(cache_begin(client->cache, &client->err), STATUS_OK);
    (void)err_set(&client->err, STATUS_CORRUPT, "the inner part failed");
    assert_int_equal(cache_end(client->cache, STATUS_CORRUPT, &client->err), STATUS_CORRUPT);
    assert_int_equal(cache_put_int(client->cache, CACHE_META_tried_ms, 8, &client->err), STATUS_OK);
    assert_int_equal(cache_begin(client->cache, &client->err), STATUS_CORRUPT);
    assert_int_equal(cache_end(client->cache, STATUS_OK, &client->err), STATUS_CORRUPT);
    assert_string_equal(client->err.text, "the inner part failed");
    assert_int_equal(cache_find_int(client->cache, CACHE_META_tried_ms, &held, &client->err), STATUS_OK);
    assert_int_equal(held, 7);
    assert_int_equal(put_inside(client, 9, STATUS_OK), STATUS_OK);
}

static void a_full_disk_keeps_the_change_out_and_the_view_as_it_was(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    test_disk_set_free(client->disk, 0);
    char text[5000];
    memset(text, 'x', sizeof text);
    memcpy(text, "text=", 5);
    text[sizeof text - 1] = '\0';
    enum status s = STATUS_OK;
    for (int i = 0; i < 50 && s == STATUS_OK; i++) { /* the log may have room for some */
        text[10] = (char)('a' + i % 26);
        s = test_client_edit(client, "activity", 1, text, NULL);
    }
    assert_int_equal(s, STATUS_UNAVAILABLE);
    assert_int_equal(client->err.reason, REASON_DISK_FULL_HERE); /* not the server's */
    test_disk_set_free(client->disk, -1);
    test_client_must_sync(client);
    struct cache_stream line = test_client_stream(client);
    assert_true(cache_stream_verified(&line));
}

static void power_may_fail_at_any_write_of_a_change(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    unsigned kept = 0;
    for (unsigned after = 1; after < 40; after++) {
        const char *person = arena_printf(&client->arena, "person=老师%u", after);
        const char *before = test_client_field(client, "activity", 1, "person");
        uint64_t waiting = test_client_outbox(client, OUTBOX_WAITING);
        test_disk_fail(client->disk, TEST_DISK_DIE, after);
        enum status s = test_client_edit(client, "activity", 1, person, NULL);
        bool died = test_disk_is_dead(client->disk);
        test_disk_fail(client->disk, TEST_DISK_DIE, 0);
        cache_close(client->cache);
        test_disk_power_cut(client->disk);
        assert_int_equal(cache_open("cache.db", client->schema, true, test_disk_vfs(client->disk), &client->cache, &client->err),
                         STATUS_OK);
        bool there = test_client_outbox(client, OUTBOX_WAITING) == waiting + 1;
        assert_true(there || test_client_outbox(client, OUTBOX_WAITING) == waiting);
        if (s == STATUS_OK)
            assert_true(there);
        assert_string_equal(test_client_field(client, "activity", 1, "person"), there ? person + strlen("person=") : before);
        kept += there && !died;
    }
    assert_true(kept > 0);
    test_client_must_sync(client);
    struct cache_stream line = test_client_stream(client);
    assert_true(cache_stream_verified(&line));
}

static void a_kill_at_any_write_leaves_the_old_value_or_the_new(void **state)
{
    struct test_client *client = &((struct world *)*state)->client;
    const char *held = "first.example:7443\n";
    assert_int_equal(cache_put_meta(client->cache, CACHE_META_addresses, held, strlen(held), &client->err), STATUS_OK);
    for (unsigned after = 1; after < 12; after++) {
        const char *text, *next = arena_printf(&client->arena, "host%u.example:7443\n", after);
        test_disk_fail(client->disk, TEST_DISK_DIE, after);
        enum status s = cache_put_meta(client->cache, CACHE_META_addresses, next, strlen(next), &client->err);
        test_disk_fail(client->disk, TEST_DISK_DIE, 0);
        test_client_kill(client);
        assert_int_equal(cache_find_text(client->cache, &client->arena, CACHE_META_addresses, &text, &client->err), STATUS_OK);
        assert_non_null(text);
        assert_string_equal(text, s == STATUS_OK || strcmp(text, held) != 0 ? next : held);
        held = text;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_confirmed_state_is_set_aside_only_while_something_is_pending, start, stop),
        cmocka_unit_test_setup_teardown(the_rows_pulled_are_kept_byte_for_byte, start, stop),
        cmocka_unit_test_setup_teardown(a_row_that_breaks_the_chain_is_refused_and_nothing_moves, start, stop),
        cmocka_unit_test_setup_teardown(a_row_that_cannot_be_read_is_kept_and_the_next_ones_go_on, start, stop),
        cmocka_unit_test_setup_teardown(rows_that_are_safe_in_a_backup_are_let_go, start, stop),
        cmocka_unit_test_setup_teardown(the_latest_rows_stay_for_people_to_look_back_on, start, stop),
        cmocka_unit_test_setup_teardown(a_commit_around_others_is_kept_whole_or_not_at_all, start, stop),
        cmocka_unit_test_setup_teardown(what_failed_inside_keeps_the_whole_commit_out, start, stop),
        cmocka_unit_test_setup_teardown(a_full_disk_keeps_the_change_out_and_the_view_as_it_was, start, stop),
        cmocka_unit_test_setup_teardown(power_may_fail_at_any_write_of_a_change, start, stop),
        cmocka_unit_test_setup_teardown(a_kill_at_any_write_leaves_the_old_value_or_the_new, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
