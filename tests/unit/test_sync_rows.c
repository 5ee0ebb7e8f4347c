/* SPDX-License-Identifier: Apache-2.0
 *
 * Journal rows, as commits make them, in a client's cache. */
#include "client/cache/cache.h"
#include "tests/harness/test_vfs.h"
#include "tests/unit/record_fixture.h"

static const uint8_t key[SHA256_BYTES] = {1};

static void one_commit_may_change_a_record_twice(void **state)
{
    struct fixture *f = *state;
    struct test_disk *disk = test_disk_new(1);
    struct cache *cache;
    assert_int_equal(cache_open("cache.db", f->schema, true, test_disk_vfs(disk), &cache, &f->err), STATUS_OK);
    Lianxin__Activity *first = new_activity(f), *second = copy_activity(f, first);
    second->lead = arena_strdup(&f->arena, "工会");
    struct edit effects[2];
    assert_true(edit_between(&f->arena, f->activity, &f->id, NULL, &first->base, &effects[0]));
    assert_true(edit_between(&f->arena, f->activity, &f->id, &first->base, &second->base, &effects[1]));
    struct commit commit = {.stream = A_STREAM, .rev = 1, .epoch = 1, .person = "", .note = "", .effects = effects, .n_effects = 2};
    commit.hash = stream_hash_of_record(record_with(f, f->activity, &second->base));
    struct row row;
    commit_encode(&f->arena, &commit, key, &row);
    struct cache_applied applied = {0};
    assert_int_equal(cache_apply_rows(cache, A_STREAM, &row, 1, &applied, &f->err), STATUS_OK);
    struct record *held;
    assert_int_equal(store_find(cache_store(cache), &f->arena, f->activity, A_STREAM, &f->id, &held, &f->err), STATUS_OK);
    assert_true(record_diff(f->activity, held->message, &second->base) == 0);
    struct cache_stream line;
    assert_int_equal(cache_stream_find(cache, A_STREAM, &line, &f->err), STATUS_OK);
    assert_true(stream_hash_equal(&line.base, &line.head));
    cache_close(cache);
    test_disk_free(disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(one_commit_may_change_a_record_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
