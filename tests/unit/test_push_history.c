/* SPDX-License-Identifier: Apache-2.0
 *
 * Random histories: several devices of one school push edits of what they saw last, send again what they sent before, and the disk
 * fills up, fails, or the power goes. Whatever happens: each push is taken once and answered the same for ever, and the database
 * agrees with itself. */
#include <stdio.h>
#include <string.h>

#include "common/record/text.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_random.h"

#define DEVICES 3u
#define ACTIVITIES 3u
#define STEPS 60u
#define SEEDS 25u
#define PUSHES_MAX 64u

static const char *const fields[] = {"person", "lead"};
#define FIELDS (sizeof fields / sizeof fields[0])

struct sent {
    Lianxin__PushRequest request;
    bool answered;
    uint64_t rev;
    size_t n_conflicts;
};
struct device {
    struct test_author author;
    const char *seen[ACTIVITIES][FIELDS]; /* NULL: absent */
    struct sent sent[PUSHES_MAX];         /* by sequence - 1 */
};
struct history {
    struct test_server server;
    struct device devices[DEVICES];
    uint64_t random;
    unsigned values;
};

static unsigned pick(struct history *h, unsigned n)
{
    return test_random_below(&h->random, n);
}

static void look(struct device *d, unsigned activity)
{
    struct record *record = test_author_find(&d->author, "activity", activity + 1);
    for (size_t i = 0; record && i < FIELDS; i++) {
        const char *text =
            record_text(&d->author.arena, record->message, kind_find_field_by_name(record->kind, fields[i]), false, 0);
        d->seen[activity][i] = *text ? text : NULL;
    }
}

static void open_history(struct history *h, uint64_t seed)
{
    struct edit edits[ACTIVITIES + 1];
    memset(h, 0, sizeof *h);
    h->random = seed;
    test_server_open(&h->server, seed);
    test_server_add_school(&h->server, "SY01", "实验小学");
    for (unsigned i = 0; i < DEVICES; i++) {
        test_author_join(&h->devices[i].author, &h->server, "SY01", "某老师");
    }
    struct test_author *first = &h->devices[0].author;
    edits[0] = test_author_new_plan(first, 1);
    for (unsigned i = 0; i < ACTIVITIES; i++)
        edits[i + 1] = test_author_new_activity(first, 1, i + 1);
    struct sent *sent = &h->devices[0].sent[first->sequence++];
    sent->request = test_author_push_request(first, 1, edits, ACTIVITIES + 1);
    assert_non_null(test_author_send(first, &sent->request));
    sent->answered = true;
    sent->rev = 1;
}

static void close_history(struct history *h)
{
    for (unsigned i = 0; i < DEVICES; i++)
        test_author_close(&h->devices[i].author);
    test_server_close(&h->server);
}

static size_t conflicts_of(const Lianxin__PushReply *reply)
{
    size_t n = 0;
    for (size_t i = 0; i < reply->n_results; i++)
        n += reply->results[i]->n_conflicts;
    return n;
}

/* Sends one of a device's pushes, perhaps again; without an answer it stays the one to send next. */
static void send(struct device *d, uint64_t sequence)
{
    struct sent *sent = &d->sent[sequence - 1];
    const Lianxin__PushReply *reply = test_author_send(&d->author, &sent->request);
    if (!reply) {
        assert_int_equal(d->author.err.status, STATUS_UNAVAILABLE);
        return;
    }
    assert_int_equal(reply->status, STATUS_OK);
    if (sent->answered) {
        assert_int_equal(reply->rev, sent->rev);
        assert_int_equal(conflicts_of(reply), sent->n_conflicts);
    }
    sent->answered = true;
    sent->rev = reply->rev;
    sent->n_conflicts = conflicts_of(reply);
}

static bool has_unanswered(const struct device *d)
{
    return d->author.sequence && !d->sent[d->author.sequence - 1].answered;
}

static void edit_something(struct history *h, struct device *d)
{
    unsigned activity = pick(h, ACTIVITIES), field = pick(h, FIELDS);
    char value[16];
    if (pick(h, 2))
        look(d, activity);
    if (d->author.sequence == PUSHES_MAX)
        return;
    snprintf(value, sizeof value, "v%u", ++h->values);
    const char *after = arena_strdup(&d->author.arena, value);
    struct edit edit = test_author_change(&d->author, "activity", activity + 1, fields[field], d->seen[activity][field], after);
    d->seen[activity][field] = after; /* as its own cache would show it */
    struct sent *sent = &d->sent[d->author.sequence++];
    sent->request = test_author_push_request(&d->author, d->author.sequence, &edit, 1);
    send(d, d->author.sequence);
}

/* Everything works again. */
static void repair(struct history *h)
{
    test_disk_fail(h->server.disk, TEST_DISK_WRITE, 0);
    test_disk_fail(h->server.disk, TEST_DISK_DIE, 0);
    test_disk_set_free(h->server.disk, -1);
    if (test_disk_is_dead(h->server.disk)) {
        test_disk_power_cut(h->server.disk);
        test_server_restart(&h->server);
    }
}

static void trouble(struct history *h)
{
    struct test_disk *disk = h->server.disk;
    switch (pick(h, 5)) {
    case 0:
        test_disk_fail(disk, TEST_DISK_WRITE, 1 + pick(h, 6));
        break;
    case 1:
        test_disk_set_free(disk, (int64_t)pick(h, 3) * 4096);
        break;
    case 2:
        test_disk_fail(disk, TEST_DISK_DIE, 1 + pick(h, 12));
        break;
    case 3:
        repair(h); /* a server that cannot start is not what this is about */
        test_server_kill(&h->server);
        break;
    case 4:
        repair(h);
        test_server_restart(&h->server);
        break;
    }
}

static void step(struct history *h)
{
    struct device *d = &h->devices[pick(h, DEVICES)];
    unsigned choice = pick(h, 10);
    if (test_disk_is_dead(h->server.disk) || choice == 0)
        repair(h);
    else if (choice == 1)
        trouble(h);
    else if (has_unanswered(d))
        send(d, d->author.sequence);
    else if (choice == 2 && d->author.sequence)
        send(d, 1 + pick(h, (unsigned)d->author.sequence));
    else
        edit_something(h, d);
}

static void check(struct history *h)
{
    Lianxin__CheckRequest request = LIANXIN__CHECK_REQUEST__INIT;
    struct peer operator= test_server_operator();
    struct test_author *author = &h->devices[0].author;
    ProtobufCMessage *reply;
    assert_int_equal(test_server_ask(&h->server, &operator, MESSAGE_check, &request.base, &author->arena, &reply, &author->err),
                     STATUS_OK);
    assert_true(((const Lianxin__CheckReply *)reply)->ok);
}

/* All pushes of all devices are in, each once, and say again what they said. */
static void settle(struct history *h)
{
    uint64_t rows = 0;
    repair(h);
    for (unsigned i = 0; i < DEVICES; i++) {
        for (uint64_t s = 1; s <= h->devices[i].author.sequence; s++) {
            send(&h->devices[i], s);
            assert_true(h->devices[i].sent[s - 1].answered);
        }
        rows += h->devices[i].author.sequence;
    }
    assert_int_equal(test_author_pull(&h->devices[0].author, 0, NULL)->n_rows, rows);
    check(h);
}

static void random_histories_end_whole(void **state)
{
    (void)state;
    static struct history history;
    size_t conflicts = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        open_history(&history, seed);
        for (unsigned i = 0; i < STEPS; i++)
            step(&history);
        settle(&history);
        conflicts += test_author_conflicts(&history.devices[0].author).n;
        close_history(&history);
    }
    assert_true(conflicts > 0); /* else the histories were too tame */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_histories_end_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
