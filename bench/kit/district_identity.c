/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/district_identity.h"

#include "common/wire/x509.h"

static void write_identity(struct x509_key *key, const char *key_path, const struct buf *der, const char *path)
{
    struct err err;
    must(x509_key_write(key, key_path, &err), &err);
    must(x509_write(path, der->data, der->len_bytes, &err), &err);
}

static void make_authority(struct district *d)
{
    struct x509_key *key;
    struct err err;
    struct buf der;
    buf_init(&der, 0);
    must(x509_key_new(&key, &err), &err);
    must(x509_make_authority(key, clock_now_ms(&d->config.clock), &d->config.random, &der, &err), &err);
    write_identity(key, d->authority_key, &der, d->authority);
    x509_key_free(key);
    buf_done(&der);
}

static struct sha256 make_device(struct district *d, const struct x509_authority *authority, const struct uuid *id,
                                 const char *key_path, const char *path)
{
    struct buf der, request;
    struct x509_key *key;
    struct err err;
    buf_init(&der, 0);
    buf_init(&request, 0);
    must(x509_key_new(&key, &err), &err);
    must(x509_request_make(key, &request, &err), &err);
    must(x509_issue_client(authority, request.data, request.len_bytes, id, clock_now_ms(&d->config.clock), &d->config.random, &der,
                           &err),
         &err);
    write_identity(key, key_path, &der, path);
    struct sha256 hash = x509_key_hash(key);
    x509_key_free(key);
    buf_done(&der);
    buf_done(&request);
    return hash;
}

void district_identity_make(struct district *d, const struct uuid *device)
{
    int64_t now_ms = clock_now_ms(&d->config.clock);
    struct x509_authority *authority;
    struct x509_key *server;
    struct buf der;
    struct err err;
    make_authority(d);
    buf_init(&der, 0);
    must(x509_authority_open(d->authority_key, d->authority, &authority, &err), &err);
    must(x509_key_new(&server, &err), &err);
    must(x509_issue_server(authority, server, now_ms, &d->config.random, &der, &err), &err);
    write_identity(server, d->server_key, &der, d->server);
    d->pin = x509_authority_pin(authority);
    d->device_hash = make_device(d, authority, device, d->device_key, d->device);
    for (size_t i = 0; i < DISTRICT_OFFICERS; i++) {
        struct uuid id = district_device_id(i);
        d->school_hash[i] = make_device(d, authority, &id, d->school_key[i], d->school[i]);
    }
    x509_key_free(server);
    x509_authority_free(authority);
    buf_done(&der);
}
