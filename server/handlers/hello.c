/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/hello.h"

#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

#define SOFTWARE "lianxind/" LIANXIN_VERSION

static void fill_known(struct arena *arena, const struct schema *schema, Lianxin__HelloReply *reply)
{
    reply->known = ARENA_ARRAY(arena, schema->n_kinds, Lianxin__KnownFields *);
    for (size_t k = 0; k < schema->n_kinds; k++) {
        const struct kind *kind = &schema->kinds[k];
        Lianxin__KnownFields *known = ARENA_NEW(arena, Lianxin__KnownFields);
        lianxin__known_fields__init(known);
        known->has_kind = true;
        known->kind = kind->number;
        known->fields = ARENA_ARRAY(arena, kind->n_fields, uint32_t);
        for (; known->n_fields < kind->n_fields; known->n_fields++)
            known->fields[known->n_fields] = kind->fields[known->n_fields].number;
        reply->known[reply->n_known++] = known;
    }
}

static void fill_caller(struct work *work, const struct hello_done *done, Lianxin__HelloReply *reply)
{
    struct arena *arena = work->arena;
    const struct caller *caller = work->caller;
    reply->has_device = reply->has_role = reply->has_stream = true;
    reply->device = fill_uuid(arena, &caller->device);
    reply->person = fill_text(arena, caller->person);
    reply->role = (uint32_t)caller->role;
    reply->stream = caller->stream;
    reply->school_code = fill_text(arena, done->school_code);
    reply->school_name = fill_text(arena, done->school_name);
    reply->heads = ARENA_ARRAY(arena, done->n_heads, Lianxin__StreamHead *);
    for (size_t i = 0; i < done->n_heads; i++) {
        Lianxin__StreamHead *head = ARENA_NEW(arena, Lianxin__StreamHead);
        lianxin__stream_head__init(head);
        head->has_stream = head->has_rev = true;
        head->stream = done->heads[i].stream;
        head->rev = done->heads[i].rev;
        head->has_digest = head->rev != 0;
        if (head->rev)
            head->digest = fill_bytes(arena, done->heads[i].digest.bytes, SHA256_BYTES);
        head->code = head->stream == caller->stream ? reply->school_code : NULL;
        reply->heads[reply->n_heads++] = head;
    }
}

enum status handle_hello(struct work *work, const Lianxin__HelloRequest *request, Lianxin__HelloReply *reply, struct err *err)
{
    struct core *core = work->desk->core;
    const struct settings *settings = core_settings(core);
    struct hello_done done;
    uint32_t version = message_agree_version(request->version_min, request->version_max);
    if (!version)
        return err_reason(err, REASON_VERSION, arena_printf(work->arena, "%u-%u", PROTOCOL_VERSION_MIN, PROTOCOL_VERSION),
                          arena_printf(work->arena, "%u-%u", request->version_min, request->version_max), NULL);
    struct hello_head held = {0};
    enum status st = STATUS_OK;
    if (request->held) {
        held.stream = request->held->stream;
        held.rev = request->held->rev;
        st = fill_read_digest(&request->held->digest, "digest", &held.digest, err);
    }
    if (st == STATUS_OK)
        st = hello_greet(work, request->held ? &held : NULL, &done, err);
    if (st)
        return st;
    reply->has_version = reply->has_epoch = reply->has_time_ms = reply->has_max_push_bytes = true;
    reply->version = version;
    reply->software = fill_text(work->arena, SOFTWARE);
    reply->epoch = core->epoch;
    reply->time_ms = work->now_ms;
    reply->district = fill_text(work->arena, settings->district);
    reply->addresses = ARENA_ARRAY(work->arena, settings->n_addresses, char *);
    for (; reply->n_addresses < settings->n_addresses; reply->n_addresses++)
        reply->addresses[reply->n_addresses] = fill_text(work->arena, settings->addresses[reply->n_addresses]);
    reply->max_push_bytes = message_find(MESSAGE_push)->request_bytes;
    reply->has_bundle_key = true;
    reply->bundle_key = fill_bundle_public(work->arena, core);
    fill_known(work->arena, core->config.schema, reply);
    if (work->caller->role > ROLE_ANYONE && work->caller->role < ROLE_OPERATOR)
        fill_caller(work, &done, reply);
    return STATUS_OK;
}
