/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/officer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/transport/transport_tls.h"
#include "proto/records.pb-c.h"

static const struct district *district_of(const struct officer *o)
{
    return o->district;
}

/* The command-line program looks for its key and certificate under these names. */
static void link_identity(const struct officer *o)
{
    const struct district *d = district_of(o);
    const char *const from[] = {d->school_key[o->school], d->school[o->school]}, *const names[] = {"device.key", "device.crt"};
    char to[DISTRICT_PATH_BYTES + 16];
    for (size_t i = 0; i < 2; i++) {
        snprintf(to, sizeof to, "%s/%s", o->home, names[i]);
        must_be(link(from[i], to) == 0 || errno == EEXIST, "cannot put the key into the client's folder");
    }
}

static void join(struct officer *o, unsigned port)
{
    const struct district *d = district_of(o);
    struct cache_identity identity = {.device = district_device_id(o->school),
                                      .role = ROLE_DEVICE,
                                      .stream = district_stream(o->school),
                                      .person = "王老师",
                                      .school_code = "S00000",
                                      .school_name = "第0小学",
                                      .district = "区工会"};
    char address[32];
    struct err err;
    random_fill(&d->config.random, identity.instance.bytes, UUID_BYTES);
    int n = snprintf(address, sizeof address, "127.0.0.1:%u", port);
    must(cache_identity_put(o->cache, &identity, &err), &err);
    must(cache_put_meta(o->cache, CACHE_META_pin, d->pin.bytes, SHA256_BYTES, &err), &err);
    must(cache_put_meta(o->cache, CACHE_META_addresses, address, (size_t)n, &err), &err);
}

void officer_open(struct officer *o, const struct district *d, size_t school, unsigned port)
{
    struct err err;
    *o = (struct officer){.district = d, .school = school};
    snprintf(o->home, sizeof o->home, "%.400s/home-%zu", d->folder, school);
    snprintf(o->cache_path, sizeof o->cache_path, "%s/cache.db", o->home);
    bool is_new = mkdir(o->home, 0700) == 0;
    must_be(is_new || errno == EEXIST, "cannot make the client's folder");
    must(cache_open(o->cache_path, d->schema, true, NULL, &o->cache, &err), &err);
    if (is_new) {
        link_identity(o);
        join(o, port);
    }
}

void officer_close(struct officer *o)
{
    cache_close(o->cache);
    o->cache = NULL;
}

void officer_remove(const struct officer *o)
{
    static const char *const names[] = {"device.key", "device.crt", "lock"};
    char path[DISTRICT_PATH_BYTES + 16];
    district_remove_database(o->cache_path);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", o->home, names[i]);
        unlink(path);
    }
    rmdir(o->home);
}

void officer_sync(struct officer *o, unsigned port)
{
    const struct district *d = district_of(o);
    char address[32];
    const char *const addresses[] = {address};
    struct transport_tls_config config = {.addresses = addresses,
                                          .n_addresses = 1,
                                          .ca_pin = d->pin,
                                          .key_path = d->school_key[o->school],
                                          .certificate_path = d->school[o->school]};
    struct transport transport;
    struct err err;
    snprintf(address, sizeof address, "127.0.0.1:%u", port);
    must(transport_tls_open(&config, &transport, &err), &err);
    struct sync sync = {
        .cache = o->cache, .transport = &transport, .clock = &d->config.clock, .random = &d->config.random, .software = "bench"};
    must(sync_run(&sync, &o->report, &err), &err);
    transport_free(&transport);
}

void officer_edit(struct officer *o)
{
    const struct district *d = district_of(o);
    struct uuid id = district_activity_id(o->school, 0);
    uint32_t stream = district_stream(o->school);
    struct record *record;
    struct arena arena;
    struct edit edit;
    struct err err;
    arena_init(&arena, 0);
    must(store_find(cache_store(o->cache), &arena, d->activity, stream, &id, &record, &err), &err);
    must_be(record != NULL, "the client does not have its activity");
    Lianxin__Activity *after = (Lianxin__Activity *)record_clone(&arena, d->activity, record->message);
    after->person = arena_printf(&arena, "%s", strcmp(after->person, "李老师") == 0 ? "王老师" : "李老师");
    must_be(edit_between(&arena, d->activity, &id, record->message, &after->base, &edit), "an edit that changes nothing");
    must(cache_change(o->cache, stream, &edit, 1, "edit", clock_now_ms(&d->config.clock), NULL, &err), &err);
    arena_done(&arena);
}
