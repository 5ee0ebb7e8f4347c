/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/pushes.h"

#include <stdlib.h>

#include "bench/kit/served.h"
#include "common/sync/payload.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "proto/records.pb-c.h"

void pushes_init(struct pushes *p, struct district *district)
{
    *p = (struct pushes){.district = district,
                         .n_edits = 1,
                         .schools = district->plan.schools,
                         .activities = district->plan.activities,
                         .dice = {7}};
    p->values = calloc(p->schools * p->activities, sizeof p->values[0]);
    p->sequences = calloc(p->schools, sizeof p->sequences[0]);
    p->busy = calloc(p->schools, sizeof p->busy[0]);
    p->ids = calloc(p->schools * p->activities, sizeof p->ids[0]);
    must_be(p->values && p->sequences && p->busy && p->ids, "no memory for the pushes");
    for (size_t i = 0; i < p->schools * p->activities; i++)
        p->ids[i] = district_activity_id(i / p->activities, i % p->activities);
    for (size_t i = 0; i < p->schools; i++)
        p->sequences[i] = 1; /* the import */
}

void pushes_done(struct pushes *p)
{
    free(p->values);
    free(p->sequences);
    free(p->busy);
    free(p->ids);
}

void pushes_pick(struct pushes *p, unsigned client)
{
    size_t school;
    do {
        school = dice_roll(&p->dice, (uint32_t)p->schools);
    } while (p->busy[school]);
    p->busy[school] = true;
    p->at[client].school = school;
    p->at[client].first = dice_roll(&p->dice, (uint32_t)(p->activities - p->n_edits + 1));
}

static size_t index_of(const struct pushes *p, unsigned client, unsigned edit)
{
    return p->at[client].school * p->activities + p->at[client].first + edit;
}

uint32_t *pushes_value(struct pushes *p, unsigned client, unsigned edit)
{
    return &p->values[index_of(p, client, edit)];
}

const struct uuid *pushes_id(const struct pushes *p, unsigned client, unsigned edit)
{
    return &p->ids[index_of(p, client, edit)];
}

void pushes_accepted(struct pushes *p, unsigned client)
{
    size_t school = p->at[client].school;
    for (unsigned i = 0; i < p->n_edits; i++)
        ++*pushes_value(p, client, i);
    p->sequences[school]++;
    p->busy[school] = false;
}

/* ---- as frames ---- */

static struct edit change(struct pushes *p, struct arena *arena, unsigned client, unsigned i)
{
    const struct kind *kind = p->district->activity;
    uint32_t value = *pushes_value(p, client, i);
    Lianxin__Activity *before = (Lianxin__Activity *)record_message_new(arena, kind);
    Lianxin__Activity *after = (Lianxin__Activity *)record_message_new(arena, kind);
    before->person = arena_printf(arena, "p%u", value);
    after->person = arena_printf(arena, "p%u", value + 1);
    return (struct edit){.kind = kind,
                         .id = *pushes_id(p, client, i),
                         .fields = field_bit(kind_find_field_by_name(kind, "person")),
                         .before = &before->base,
                         .after = &after->base};
}

static void put_push(void *context, unsigned client, struct buf *out)
{
    struct pushes *p = context;
    struct edit edits[PUSHES_EDITS_MAX];
    struct payload payload = {.edits = edits, .n_edits = p->n_edits, .note = "edit"};
    Lianxin__PushRequest push = LIANXIN__PUSH_REQUEST__INIT;
    const uint8_t *data;
    struct arena arena;
    struct err err;
    pushes_pick(p, client);
    size_t school = p->at[client].school;
    struct uuid instance = district_instance(school);
    arena_init(&arena, 0);
    for (unsigned i = 0; i < p->n_edits; i++)
        edits[i] = change(p, &arena, client, i);
    push.has_stream = push.has_instance = push.has_sequence = push.has_payload = true;
    push.stream = district_stream(school);
    push.instance = (ProtobufCBinaryData){.len = UUID_BYTES, .data = instance.bytes};
    push.sequence = p->sequences[school] + 1;
    must(payload_encode(&arena, &payload, &data, &push.payload.len, &err), &err);
    push.payload.data = arena_copy(&arena, data, push.payload.len);
    frame_put(out, MESSAGE_push, 0, 2, &push.base);
    arena_done(&arena);
}

static void check_reply(struct pushes *p, const char *body, size_t bytes)
{
    Lianxin__PushReply *reply = lianxin__push_reply__unpack(NULL, bytes, (const uint8_t *)body);
    must_be(reply && !reply->status && reply->n_results == p->n_edits, "a push was not accepted");
    for (size_t i = 0; i < reply->n_results; i++)
        must_be(reply->results[i]->outcome == LIANXIN__EDIT_RESULT__OUTCOME__APPLIED, "an edit was not applied");
    lianxin__push_reply__free_unpacked(reply, NULL);
}

static size_t take_reply(void *context, unsigned client, const char *data, size_t bytes)
{
    struct pushes *p = context;
    if (bytes < FRAME_HEADER_BYTES)
        return 0;
    struct frame frame = frame_decode(data);
    if (bytes - FRAME_HEADER_BYTES < frame.body_bytes)
        return 0;
    must_be(!(frame.flags & FRAME_FAILURE), "the server refused a request");
    if (frame.type == MESSAGE_push) {
        check_reply(p, data + FRAME_HEADER_BYTES, frame.body_bytes);
        pushes_accepted(p, client);
    }
    return FRAME_HEADER_BYTES + frame.body_bytes;
}

struct load_language pushes_language(struct pushes *pushes)
{
    return (struct load_language){.greet = served_greet, .ask = put_push, .take = take_reply, .context = pushes};
}
