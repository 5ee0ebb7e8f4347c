/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_author.h"

#include <string.h>

#include "common/domain/month.h"
#include "common/record/text.h"
#include "proto/records.pb-c.h"
#include "tests/harness/test.h"

static void must(enum status status, const struct err *err)
{
    if (status)
        fail_msg("%s: %s", status_name(status), err->text);
}

void test_author_open(struct test_author *author, struct test_server *server, const struct peer *peer, uint32_t stream)
{
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    ProtobufCMessage *reply;
    *author = (struct test_author){.server = server, .peer = *peer, .stream = stream};
    arena_init(&author->arena, 0);
    hello.has_version_min = hello.has_version_max = true;
    hello.version_min = hello.version_max = 1;
    random_fill(&server->config.random, author->instance.bytes, UUID_BYTES);
    must(test_server_ask(server, peer, MESSAGE_hello, &hello.base, &author->arena, &reply, &author->err), &author->err);
    if (!stream)
        author->stream = ((Lianxin__HelloReply *)reply)->stream;
}

void test_author_join(struct test_author *author, struct test_server *server, const char *school, const char *person)
{
    struct peer peer = test_server_enrol(server, school, person);
    test_author_open(author, server, &peer, 0);
}

void test_author_close(struct test_author *author)
{
    arena_done(&author->arena);
}

Lianxin__PushRequest test_author_push_request(struct test_author *author, uint64_t sequence, const struct edit *edits, size_t n)
{
    Lianxin__PushRequest push = LIANXIN__PUSH_REQUEST__INIT;
    struct payload payload = {.edits = edits, .n_edits = n, .note = "test"};
    const uint8_t *data;
    size_t bytes;
    must(payload_encode(&author->arena, &payload, &data, &bytes, &author->err), &author->err);
    push.has_stream = push.has_instance = push.has_sequence = push.has_payload = true;
    push.stream = author->stream;
    push.instance = (ProtobufCBinaryData){.len = UUID_BYTES, .data = author->instance.bytes};
    push.sequence = sequence;
    push.payload = (ProtobufCBinaryData){.len = bytes, .data = arena_copy(&author->arena, data, bytes)};
    return push;
}

const Lianxin__PushReply *test_author_send(struct test_author *author, const Lianxin__PushRequest *request)
{
    ProtobufCMessage *reply;
    enum status st =
        test_server_ask(author->server, &author->peer, MESSAGE_push, &request->base, &author->arena, &reply, &author->err);
    return st ? NULL : (const Lianxin__PushReply *)reply;
}

const Lianxin__PushReply *test_author_push(struct test_author *author, const struct edit *edits, size_t n)
{
    Lianxin__PushRequest request = test_author_push_request(author, ++author->sequence, edits, n);
    return test_author_send(author, &request);
}

/* ---- edits ---- */

struct uuid test_id(unsigned kind, unsigned n)
{
    return uuid_hash((const struct uuid_part[]){{&kind, sizeof kind}, {&n, sizeof n}}, 2);
}

static const struct kind *kind_named(struct test_author *author, const char *name)
{
    return schema_find_kind_by_name(author->server->schema, name);
}

static struct edit creation(struct test_author *author, const struct kind *kind, unsigned n, const ProtobufCMessage *message)
{
    struct uuid id = test_id(kind->number, n);
    struct edit edit;
    assert_true(edit_between(&author->arena, kind, &id, NULL, message, &edit));
    return edit;
}

struct edit test_author_new_plan(struct test_author *author, unsigned n)
{
    const struct kind *kind = kind_named(author, "plan");
    Lianxin__Plan *plan = (Lianxin__Plan *)record_message_new(&author->arena, kind);
    plan->has_body = plan->has_first_month = plan->has_last_month = plan->has_state = true;
    plan->body = LIANXIN__BODY__BODY_UNION;
    plan->title = arena_printf(&author->arena, "工会工作计划 %u", n);
    plan->first_month = month_make(2024, 9);
    plan->last_month = month_make(2025, 8);
    plan->state = LIANXIN__PLAN_STATE__PLAN_STATE_DRAFT;
    return creation(author, kind, n, &plan->base);
}

struct edit test_author_new_activity(struct test_author *author, unsigned plan, unsigned n)
{
    const struct kind *kind = kind_named(author, "activity");
    struct uuid plan_id = test_id(kind_named(author, "plan")->number, plan);
    Lianxin__Activity *activity = (Lianxin__Activity *)record_message_new(&author->arena, kind);
    activity->has_plan = activity->has_state = activity->has_months = true;
    activity->plan = (ProtobufCBinaryData){.len = UUID_BYTES, .data = arena_copy(&author->arena, plan_id.bytes, UUID_BYTES)};
    activity->number = arena_printf(&author->arena, "9.%u", n);
    activity->text = arena_printf(&author->arena, "教师节慰问 %u", n);
    activity->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
    (void)month_set_add(&activity->months, month_make(2024, 9));
    return creation(author, kind, n, &activity->base);
}

static void set_text(struct test_author *author, ProtobufCMessage *message, const struct field *field, const char *text)
{
    if (text)
        must(record_parse_text(&author->arena, message, field, text, &author->err), &author->err);
}

struct edit test_author_change(struct test_author *author, const char *kind_name, unsigned n, const char *field_name,
                               const char *before, const char *after)
{
    const struct kind *kind = kind_named(author, kind_name);
    const struct field *field = kind_find_field_by_name(kind, field_name);
    struct edit edit = {.kind = kind, .id = test_id(kind->number, n), .fields = field_bit(field)};
    edit.before = record_message_new(&author->arena, kind);
    edit.after = record_message_new(&author->arena, kind);
    set_text(author, edit.before, field, before);
    set_text(author, edit.after, field, after);
    return edit;
}

/* ---- looking ---- */

struct record *test_author_find_id(struct test_author *author, const char *kind, const struct uuid *id)
{
    struct record *record;
    must(store_find(author->server->core->writer.store, &author->arena, kind_named(author, kind), author->stream, id, &record,
                    &author->err),
         &author->err);
    return record;
}

struct record *test_author_find(struct test_author *author, const char *kind, unsigned n)
{
    struct uuid id = test_id(kind_named(author, kind)->number, n);
    return test_author_find_id(author, kind, &id);
}

const char *test_author_field(struct test_author *author, const char *kind, unsigned n, const char *field)
{
    struct record *record = test_author_find(author, kind, n);
    assert_non_null(record);
    return record_text(&author->arena, record->message, kind_find_field_by_name(record->kind, field), false, 0);
}

struct record_list test_author_conflicts(struct test_author *author)
{
    const struct kind *kind = kind_named(author, "conflict");
    struct record_list list;
    struct value open = {.type = VALUE_INT, .number = LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN};
    must(store_list(author->server->core->writer.store, &author->arena, kind, author->stream,
                    kind_find_field_by_name(kind, "state"), open, &list, &author->err),
         &author->err);
    return list;
}

const Lianxin__PullReply *test_author_pull(struct test_author *author, uint64_t rev, const struct sha256 *digest)
{
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    ProtobufCMessage *reply;
    pull.has_stream = pull.has_rev = true;
    pull.stream = author->stream;
    pull.rev = rev;
    pull.has_digest = digest != NULL;
    if (digest)
        pull.digest = (ProtobufCBinaryData){.len = SHA256_BYTES, .data = arena_copy(&author->arena, digest->bytes, SHA256_BYTES)};
    enum status st = test_server_ask(author->server, &author->peer, MESSAGE_pull, &pull.base, &author->arena, &reply, &author->err);
    return st ? NULL : (const Lianxin__PullReply *)reply;
}
