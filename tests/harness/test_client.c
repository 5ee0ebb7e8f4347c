/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_client.h"

#include <string.h>

#include "common/record/text.h"
#include "proto/records.pb-c.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_random.h"

#define DATABASE "cache.db"

static void must(enum status status, const struct err *err)
{
    if (status)
        fail_msg("%s: %s", status_name(status), err->text);
}

/* ---- the line ---- */

static enum status cut(struct err *err)
{
    return err_set(err, STATUS_UNAVAILABLE, "the line is cut");
}

static enum status call(void *context, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                        ProtobufCMessage **reply, struct err *err)
{
    struct test_line *line = context;
    bool struck = line->calls++ >= line->after;
    line->pushes += number == MESSAGE_push;
    if (line->before)
        line->before(line->before_context, number);
    if (line->fault == TEST_LINE_DOWN)
        return cut(err);
    if (line->fault == TEST_LINE_LOSE_REQUEST && struck) {
        line->fault = TEST_LINE_WHOLE;
        return cut(err);
    }
    enum status s = test_server_ask(line->server, &line->peer, number, request, arena, reply, err);
    if (line->fault == TEST_LINE_LOSE_REPLY && struck) {
        line->fault = TEST_LINE_WHOLE;
        return cut(err);
    }
    if (line->fault == TEST_LINE_TWICE)
        s = test_server_ask(line->server, &line->peer, number, request, arena, reply, err);
    return s;
}

/* ---- the client ---- */

static int64_t now_ms(void *context)
{
    return ((struct test_client *)context)->server->now_ms;
}

static void fill_random(void *context, void *out, size_t bytes)
{
    struct test_client *client = context;
    test_random_fill(&client->random, out, bytes);
}

static void open_cache(struct test_client *client)
{
    must(cache_open(DATABASE, client->schema, true, test_disk_vfs(client->disk), &client->cache, &client->err), &client->err);
}

static void make(struct test_client *client, struct test_server *server, const struct peer *peer, uint64_t seed)
{
    *client = (struct test_client){.disk = test_disk_new(seed),
                                   .server = server,
                                   .schema = server->schema,
                                   .line = {.server = server, .peer = *peer},
                                   .random = seed};
    client->transport = (struct transport){.call = call, .context = &client->line};
    client->clock = (struct clock){.now_ms = now_ms, .mono_ms = now_ms, .context = client, .zone_s = 28800};
    client->source = (struct random){.fill = fill_random, .context = client};
    arena_init(&client->arena, 0);
}

void test_client_join(struct test_client *client, struct test_server *server, const char *school, const char *person, uint64_t seed)
{
    struct peer peer = test_server_enrol(server, school, person);
    test_client_open(client, server, &peer, seed);
}

void test_client_copy(struct test_client *copy, const struct test_client *from, uint64_t seed)
{
    make(copy, from->server, &from->line.peer, seed);
    copy->schema = from->schema;
    copy->stream = from->stream;
    test_disk_copy(from->disk, DATABASE, copy->disk, DATABASE);
    open_cache(copy);
}

void test_client_open(struct test_client *client, struct test_server *server, const struct peer *peer, uint64_t seed)
{
    make(client, server, peer, seed);
    open_cache(client);
    struct cache_identity id = {
        .instance = uuid_new(&client->clock, &client->source), .person = "", .school_code = "", .school_name = "", .district = ""};
    must(cache_identity_put(client->cache, &id, &client->err), &client->err);
    test_client_must_sync(client);
    must(cache_identity_get(client->cache, &client->arena, &id, &client->err), &client->err);
    client->stream = id.stream;
    client->line.calls = client->line.pushes = 0;
}

void test_client_close(struct test_client *client)
{
    cache_close(client->cache);
    arena_done(&client->arena);
    test_disk_free(client->disk);
}

void test_client_kill(struct test_client *client)
{
    test_disk_kill(client->disk);
    cache_close(client->cache);
    open_cache(client);
}

void test_client_upgrade(struct test_client *client, const struct schema *schema)
{
    cache_close(client->cache);
    client->schema = schema;
    open_cache(client);
}

struct sync test_client_engine(struct test_client *client)
{
    return (struct sync){.cache = client->cache,
                         .transport = &client->transport,
                         .clock = &client->clock,
                         .random = &client->source,
                         .software = "test"};
}

enum status test_client_sync(struct test_client *client)
{
    struct sync sync = test_client_engine(client);
    return sync_run(&sync, &client->report, &client->err);
}

enum status test_client_cut_sync(struct test_client *client, enum test_line_fault fault, unsigned after)
{
    client->line.fault = fault;
    client->line.calls = 0;
    client->line.after = after;
    enum status s = test_client_sync(client);
    client->line.fault = TEST_LINE_WHOLE;
    return s;
}

void test_client_must_sync(struct test_client *client)
{
    must(test_client_sync(client), &client->err);
}

/* ---- changes ---- */

static const struct kind *kind_named(const struct test_client *client, const char *name)
{
    const struct kind *kind = schema_find_kind_by_name(client->schema, name);
    assert_non_null(kind);
    return kind;
}

static struct record *find(struct test_client *client, const struct kind *kind, unsigned n)
{
    struct record *record;
    struct uuid id = test_id(kind->number, n);
    must(store_find(cache_store(client->cache), &client->arena, kind, client->stream, &id, &record, &client->err), &client->err);
    return record;
}

static enum status change(struct test_client *client, const struct edit *edit)
{
    return cache_change(client->cache, client->stream, edit, 1, "test", client->server->now_ms, NULL, &client->err);
}

static void set(struct test_client *client, const struct kind *kind, ProtobufCMessage *message, const char *name, const char *value)
{
    const struct field *field = kind_find_field_by_name(kind, name);
    assert_non_null(field);
    must(record_parse_text(&client->arena, message, field, value, &client->err), &client->err);
}

static void create(struct test_client *client, const char *name, unsigned n, const char *const (*fields)[2], size_t n_fields,
                   const unsigned *plan)
{
    const struct kind *kind = kind_named(client, name);
    ProtobufCMessage *message = record_message_new(&client->arena, kind);
    struct edit edit;
    struct uuid id = test_id(kind->number, n);
    for (size_t i = 0; i < n_fields; i++)
        set(client, kind, message, fields[i][0], fields[i][1]);
    if (plan) {
        struct uuid parent = test_id(kind_named(client, "plan")->number, *plan);
        struct value value = {.type = VALUE_BYTES, .data = parent.bytes, .bytes = UUID_BYTES};
        must(record_set(&client->arena, message, kind_find_field_by_name(kind, "plan"), value, &client->err), &client->err);
    }
    assert_true(edit_between(&client->arena, kind, &id, NULL, message, &edit));
    must(change(client, &edit), &client->err);
}

void test_client_new_plan(struct test_client *client, unsigned n)
{
    static const char *const fields[][2] = {
        {"body", "union"}, {"title", "工会工作计划"}, {"first_month", "2024-09"}, {"last_month", "2025-07"}, {"state", "draft"}};
    create(client, "plan", n, fields, 5, NULL);
}

void test_client_new_activity(struct test_client *client, unsigned plan, unsigned n)
{
    const char *number = arena_printf(&client->arena, "9.%u", n);
    const char *const fields[][2] = {{"number", number}, {"text", "召开教代会"}, {"months", "2024-09"}, {"state", "planned"}};
    create(client, "activity", n, fields, 4, &plan);
}

enum status test_client_edit(struct test_client *client, const char *name, unsigned n, ...)
{
    const struct kind *kind = kind_named(client, name);
    struct record *record = find(client, kind, n);
    assert_non_null(record);
    ProtobufCMessage *after = record_clone(&client->arena, kind, record->message);
    struct edit edit;
    va_list ap;
    va_start(ap, n);
    for (const char *text; (text = va_arg(ap, const char *));) {
        const char *equals = strchr(text, '=');
        set(client, kind, after, arena_strndup(&client->arena, text, (size_t)(equals - text)), equals + 1);
    }
    va_end(ap);
    assert_true(edit_between(&client->arena, kind, &record->id, record->message, after, &edit));
    return change(client, &edit);
}

/* ---- looking ---- */

const char *test_client_field(struct test_client *client, const char *name, unsigned n, const char *field)
{
    const struct kind *kind = kind_named(client, name);
    struct record *record = find(client, kind, n);
    return record && !record->dead ? record_text(&client->arena, record->message, kind_find_field_by_name(kind, field), false, 0)
                                   : NULL;
}

size_t test_client_open_conflicts(struct test_client *client)
{
    struct record_list list;
    size_t n = 0;
    must(store_list(cache_store(client->cache), &client->arena, kind_named(client, "conflict"), client->stream, NULL,
                    (struct value){0}, &list, &client->err),
         &client->err);
    for (size_t i = 0; i < list.n; i++)
        n += ((const Lianxin__Conflict *)list.items[i]->message)->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN;
    return n;
}

uint64_t test_client_outbox(struct test_client *client, enum outbox_state state)
{
    uint64_t n;
    must(outbox_count(client->cache, state, &n, &client->err), &client->err);
    return n;
}

struct cache_stream test_client_stream(struct test_client *client)
{
    struct cache_stream line;
    must(cache_stream_find(client->cache, client->stream, &line, &client->err), &client->err);
    return line;
}
