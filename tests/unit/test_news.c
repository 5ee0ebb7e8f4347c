/* SPDX-License-Identifier: Apache-2.0
 *
 * Pulls that are answered from memory, and everything that must make them not so. */
#include <stdio.h>
#include <string.h>

#include "server/service/news.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_sql.h"

#define SCHOOLS 60 /* more than a slice of the nightly job takes */

struct fixture {
    struct test_server server;
    struct test_author wang, li; /* two devices of one school */
    struct sha256 digest;        /* of the stream's newest row */
    uint64_t rev;
};

static void push_plan(struct test_author *author, unsigned n)
{
    struct edit plan = test_author_new_plan(author, n);
    assert_non_null(test_author_push(author, &plan, 1));
}

/* Pulls everything, as a client does before it asks what is new. */
static void catch_up(struct fixture *f)
{
    const Lianxin__PullReply *all = test_author_pull(&f->wang, 0, NULL);
    const Lianxin__Row *newest = all->rows[all->n_rows - 1];
    f->rev = all->head;
    f->digest = sha256_of(newest->body.data, newest->body.len);
}

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    test_server_open(&f->server, 31);
    test_server_add_school(&f->server, "SY01", "实验小学");
    test_server_add_school(&f->server, "SY02", "城关中学");
    test_author_join(&f->wang, &f->server, "SY01", "王老师");
    test_author_join(&f->li, &f->server, "SY01", "李老师");
    push_plan(&f->wang, 1);
    catch_up(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    test_author_close(&f->wang);
    test_author_close(&f->li);
    test_server_close(&f->server);
    return 0;
}

struct answer {
    enum status status;
    bool at_once;
    const Lianxin__PullReply *reply; /* NULL: failed */
};

/* What is new after the fixture's cursor? */
static struct answer ask(struct fixture *f, struct test_author *author)
{
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    struct test_request request;
    ProtobufCMessage *reply = NULL;
    pull.has_stream = pull.has_rev = pull.has_digest = true;
    pull.stream = f->wang.stream;
    pull.rev = f->rev;
    pull.digest = (ProtobufCBinaryData){.len = SHA256_BYTES, .data = f->digest.bytes};
    test_request_open(&request, &author->peer, MESSAGE_pull, &pull.base);
    assert_true(lanes_submit(f->server.lanes, request.request));
    struct answer answer = {.at_once = request.answered};
    while (!request.answered)
        assert_true(lanes_step(f->server.lanes));
    answer.status = test_request_read(&request, &author->arena, &reply, &author->err);
    answer.reply = answer.status ? NULL : (const Lianxin__PullReply *)reply;
    return answer;
}

/* Once looked up, it is known. */
static struct answer ask_again(struct fixture *f, struct test_author *author)
{
    struct answer first = ask(f, author), second = ask(f, author);
    assert_int_equal(first.status, STATUS_OK);
    assert_true(second.at_once);
    assert_int_equal(second.reply->outcome, first.reply->outcome);
    assert_int_equal(second.reply->head, first.reply->head);
    assert_int_equal(second.reply->epoch, first.reply->epoch);
    assert_int_equal(second.reply->safe_rev, first.reply->safe_rev);
    assert_int_equal(second.reply->n_rows, 0);
    return second;
}

static void nothing_new_is_said_at_once_and_just_as_a_lane_says_it(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ask_again(f, &f->wang).reply->head, f->rev);
}

static void what_was_acknowledged_is_never_left_out(void **state)
{
    struct fixture *f = *state;
    ask_again(f, &f->wang);
    push_plan(&f->li, 2);
    struct answer answer = ask(f, &f->wang);
    assert_int_equal(answer.reply->head, f->rev + 1);
    assert_int_equal(answer.reply->n_rows, 1);
    catch_up(f);
    ask_again(f, &f->wang);
}

static void a_cursor_of_another_past_is_never_current(void **state)
{
    struct fixture *f = *state;
    ask_again(f, &f->wang);
    f->digest.bytes[3] ^= 1;
    assert_int_equal(ask(f, &f->wang).reply->outcome, LIANXIN__PULL_REPLY__OUTCOME__UNKNOWN);
}

static void who_must_see_more_than_there_is_hears_it(void **state)
{
    struct fixture *f = *state;
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    ProtobufCMessage *reply;
    ask_again(f, &f->wang);
    pull.has_stream = pull.has_rev = pull.has_digest = pull.has_min_rev = true;
    pull.stream = f->wang.stream;
    pull.rev = f->rev;
    pull.digest = (ProtobufCBinaryData){.len = SHA256_BYTES, .data = f->digest.bytes};
    pull.min_rev = f->rev + 1;
    assert_int_equal(test_server_ask(&f->server, &f->wang.peer, MESSAGE_pull, &pull.base, &f->wang.arena, &reply, &f->wang.err),
                     STATUS_OK);
    assert_int_equal(((const Lianxin__PullReply *)reply)->outcome, LIANXIN__PULL_REPLY__OUTCOME__UNKNOWN);
}

static void revoke(struct fixture *f, const char *person)
{
    Lianxin__DeviceRevokeRequest request = LIANXIN__DEVICE_REVOKE_REQUEST__INIT;
    struct peer operator= test_server_operator();
    struct sql_statement *s;
    ProtobufCMessage *reply;
    bool row;
    struct err *err = &f->wang.err;
    assert_int_equal(
        sql_prepare(f->server.core->writer.sql, "SELECT lower(hex(device)) FROM device WHERE person = $person", &s, err),
        STATUS_OK);
    sql_bind_text(s, "$person", person);
    assert_int_equal(sql_step(s, &row, err), STATUS_OK);
    assert_true(row);
    request.device = arena_strdup(&f->wang.arena, sql_text(s, 0));
    sql_reset(s);
    assert_int_equal(test_server_ask(&f->server, &operator, MESSAGE_device_revoke, &request.base, &f->wang.arena, &reply, err),
                     STATUS_OK);
}

static void a_revoked_device_is_shut_out_although_it_was_known(void **state)
{
    struct fixture *f = *state;
    ask_again(f, &f->wang);
    ask_again(f, &f->li);
    revoke(f, "王老师");
    struct answer answer = ask(f, &f->wang);
    assert_int_equal(answer.status, STATUS_DENIED);
    assert_int_equal(f->wang.err.reason, REASON_REVOKED);
    assert_false(ask(f, &f->wang).at_once);
    ask_again(f, &f->li);
}

static void a_backup_makes_what_is_safe_known_again(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ask_again(f, &f->wang).reply->safe_rev, 0);
    unsigned backup = test_server_backup(&f->server);
    test_server_note_backup(&f->server, backup, 0);
    assert_int_equal(ask_again(f, &f->wang).reply->safe_rev, f->rev);
}

static bool has_brief(struct fixture *f)
{
    return test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief") > 0;
}

/* Its slices change nothing; only what it commits in the end might. */
static void a_job_makes_it_unknown_when_it_commits_and_not_before(void **state)
{
    struct fixture *f = *state;
    struct settings settings = *core_settings(f->server.core);
    unsigned slices = 0;
    for (unsigned i = 3; i < SCHOOLS; i++) {
        char code[8];
        snprintf(code, sizeof code, "SY%02u", i);
        test_server_add_school(&f->server, code, code);
    }
    ask_again(f, &f->wang);
    settings.nightly_minutes = 0;
    core_change_settings(f->server.core, &settings);
    f->server.now_ms += 60000; /* it has looked before, when nothing was due */
    for (; lanes_step(f->server.lanes) && !has_brief(f); slices++)
        assert_true(ask(f, &f->wang).at_once);
    assert_true(slices > 1);
    assert_true(has_brief(f));
    assert_false(ask(f, &f->wang).at_once);
    ask_again(f, &f->wang);
}

static void nobody_reads_a_strangers_stream_by_asking_again(void **state)
{
    struct fixture *f = *state;
    struct test_author other;
    test_author_join(&other, &f->server, "SY02", "赵老师");
    ask_again(f, &f->wang);
    push_plan(&other, 9);
    const Lianxin__PullReply *own = test_author_pull(&other, 0, NULL);
    struct sha256 digest = sha256_of(own->rows[0]->body.data, own->rows[0]->body.len);
    (void)test_author_pull(&other, own->head, &digest); /* now this caller is known, too */
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(ask(f, &other).status, STATUS_DENIED);
    test_author_close(&other);
}

/* A reader whose snapshot is of before a change must not teach it again. */
static void what_was_looked_up_before_a_change_is_not_noted(void **state)
{
    struct fixture *f = *state;
    struct news *news = f->server.core->news;
    struct news_found found;
    struct sha256 key = sha256_of("key", 3);
    const struct caller caller = {.role = ROLE_DEVICE, .stream = f->wang.stream, .key_hash = &key};
    uint64_t begun = news_begin(news);
    news_forget(news);
    news_note(news, begun, &caller, f->wang.stream, 7);
    assert_false(news_find(news, &key, f->wang.stream, &found));
    news_note(news, news_begin(news), &caller, f->wang.stream, 7);
    assert_true(news_find(news, &key, f->wang.stream, &found));
    assert_int_equal(found.head, f->rev);
    assert_int_equal(found.safe_rev, 7);
    news_forget(news);
    assert_false(news_find(news, &key, f->wang.stream, &found));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_new_is_said_at_once_and_just_as_a_lane_says_it),
        TEST(what_was_acknowledged_is_never_left_out),
        TEST(a_cursor_of_another_past_is_never_current),
        TEST(who_must_see_more_than_there_is_hears_it),
        TEST(a_revoked_device_is_shut_out_although_it_was_known),
        TEST(a_backup_makes_what_is_safe_known_again),
        TEST(a_job_makes_it_unknown_when_it_commits_and_not_before),
        TEST(nobody_reads_a_strangers_stream_by_asking_again),
        TEST(what_was_looked_up_before_a_change_is_not_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
