/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/sync/sync_internal.h"

/* What may change at the district's side: its name, its addresses, the person's name, the school's. */
static enum status keep_changes(struct sync_session *session, const Lianxin__HelloReply *hello, struct err *err)
{
    struct cache *cache = session->sync->cache;
    struct cache_identity *id = &session->identity;
    const char *addresses = "";
    for (size_t i = 0; i < hello->n_addresses; i++)
        addresses = arena_printf(&session->arena, "%s%s\n", addresses, hello->addresses[i]);
    id->person = hello->person ? hello->person : id->person;
    id->district = hello->district ? hello->district : id->district;
    id->school_code = hello->school_code ? hello->school_code : id->school_code;
    id->school_name = hello->school_name ? hello->school_name : id->school_name;
    (void)uuid_from_bytes(hello->device.data, hello->device.len, &id->device);
    id->role = hello->role;
    id->stream = hello->stream;
    enum status s = cache_identity_put(cache, id, err);
    if (s == STATUS_OK && *addresses)
        s = cache_put_meta(cache, CACHE_META_addresses, addresses, strlen(addresses), err);
    return s;
}

/* Its time is another one at each sync: kept with what else is written at the end. At once when the server lives another life,
 * before anything is done about it; and with what else of it is new, so that no older bundle comes and takes that back. */
enum status sync_keep_hello(struct sync_session *session, struct err *err)
{
    size_t bytes = lianxin__hello_reply__get_packed_size(session->hello);
    uint8_t *packed = arena_alloc(&session->arena, bytes);
    lianxin__hello_reply__pack(session->hello, packed);
    return cache_put_meta(session->sync->cache, CACHE_META_hello, packed, bytes, err);
}

static enum status take_hello(struct sync_session *session, const Lianxin__HelloReply *last, struct err *err)
{
    struct cache *cache = session->sync->cache;
    int64_t written = cache_count_written(cache);
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        return s;
    s = keep_changes(session, session->hello, err);
    bool news = !last || last->epoch != session->hello->epoch || cache_count_written(cache) != written;
    if (s == STATUS_OK && news)
        s = sync_keep_hello(session, err);
    session->greeted = s == STATUS_OK;
    return cache_end(cache, s, err);
}

void sync_fill_hello(const struct sync *sync, const struct cache_identity *identity, struct arena *arena,
                     Lianxin__HelloRequest *out)
{
    lianxin__hello_request__init(out);
    out->has_version_min = out->has_version_max = out->has_instance = out->has_time_ms = 1;
    out->version_min = SYNC_VERSION_MIN;
    out->version_max = SYNC_VERSION_MAX;
    out->software = arena_strdup(arena, sync->software);
    out->instance.data = arena_copy(arena, identity->instance.bytes, UUID_BYTES);
    out->instance.len = UUID_BYTES;
    out->time_ms = clock_now_ms(sync->clock);
}

enum status sync_find_hello(struct cache *cache, struct arena *arena, const Lianxin__HelloReply **out, struct err *err)
{
    const void *data;
    size_t bytes;
    ProtobufCMessage *hello = NULL;
    enum status s = cache_find_bytes(cache, arena, CACHE_META_hello, &data, &bytes, err);
    if (s == STATUS_OK && data)
        s = message_decode(arena, &lianxin__hello_reply__descriptor, data, bytes, &hello, err);
    if (s == STATUS_PROTOCOL)
        s = STATUS_OK; /* kept by another version: the next one is there soon */
    if (s == STATUS_OK)
        *out = (const Lianxin__HelloReply *)hello;
    return s;
}

/* A file may be older than what is known by now. */
static enum status is_outdated(const struct sync_session *session, const Lianxin__HelloReply *last, bool *outdated, struct err *err)
{
    if (!session->sync->partial || !last)
        return STATUS_OK;
    if (session->hello->epoch < last->epoch)
        return err_reason(err, REASON_BUNDLE_OLD, NULL);
    *outdated = session->hello->time_ms < last->time_ms;
    return STATUS_OK;
}

/* So that the district sees that this device is current, also when it finds nothing new. */
static enum status tell_held(struct sync_session *session, Lianxin__HelloRequest *request, struct err *err)
{
    struct cache_stream line;
    Lianxin__StreamHead *held = ARENA_NEW(&session->arena, Lianxin__StreamHead);
    enum status s = cache_stream_find(session->sync->cache, session->identity.stream, &line, err);
    if (s != STATUS_OK)
        return s;
    lianxin__stream_head__init(held);
    held->has_stream = held->has_rev = 1;
    held->has_digest = line.rev != 0;
    held->stream = line.stream;
    held->rev = line.rev;
    held->digest.data = arena_copy(&session->arena, line.digest.bytes, SHA256_BYTES);
    held->digest.len = SHA256_BYTES;
    request->held = held;
    return STATUS_OK;
}

enum status sync_say_hello(struct sync_session *session, struct err *err)
{
    struct sync *sync = session->sync;
    Lianxin__HelloRequest request;
    const Lianxin__HelloReply *last;
    ProtobufCMessage *reply;
    bool outdated = false;
    sync_fill_hello(sync, &session->identity, &session->arena, &request);
    sync_say(session, SYNC_HELLO, 0, 0);
    enum status s = tell_held(session, &request, err);
    if (s != STATUS_OK)
        return s;
    s = transport_call(sync->transport, MESSAGE_hello, &request.base, &session->arena, &reply, err);
    if (s != STATUS_OK)
        return s;
    session->hello = (const Lianxin__HelloReply *)reply;
    if (!session->hello->has_device || !session->hello->has_stream || !session->hello->has_role)
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    session->report->server_ms = session->hello->time_ms;
    s = sync_find_hello(sync->cache, &session->arena, &last, err);
    if (s == STATUS_OK)
        s = is_outdated(session, last, &outdated, err);
    return s == STATUS_OK && !outdated ? take_hello(session, last, err) : s;
}
