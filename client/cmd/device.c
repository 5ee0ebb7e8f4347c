/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/device.h"

#include <string.h>
#include <unistd.h>

#include "client/transport/transport_tls.h"
#include "common/wire/x509.h"

#define CONNECT_TIMEOUT_MS 3000
#define CALL_TIMEOUT_MS 15000
#define PATIENT_TIMEOUT_MS 120000
#define KEY "device.key"
#define CERTIFICATE "device.crt"

enum status device_list_addresses(struct cmd *cmd, const char *const **out, size_t *n, struct err *err)
{
    const char *text;
    enum status s = cache_find_text(cmd->cache, &cmd->arena, CACHE_META_addresses, &text, err);
    if (s != STATUS_OK)
        return s;
    if (!text)
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    const char **items = ARENA_ARRAY(&cmd->arena, strlen(text) + 1, const char *);
    *n = 0;
    for (const char *at = text; *at;) {
        size_t bytes = strcspn(at, "\n");
        if (bytes)
            items[(*n)++] = arena_strndup(&cmd->arena, at, bytes);
        at += bytes + (at[bytes] == '\n');
    }
    *out = items;
    return STATUS_OK;
}

enum status device_connect_to(struct cmd *cmd, const char *const *addresses, size_t n, struct transport *out, struct err *err)
{
    struct transport_tls_config config = {.addresses = addresses,
                                          .n_addresses = n,
                                          .key_path = cmd_path(cmd, KEY),
                                          .certificate_path = cmd_path(cmd, CERTIFICATE),
                                          .connect_timeout_ms = CONNECT_TIMEOUT_MS,
                                          .call_timeout_ms =
                                              cmd->verb->flags & VERB_PATIENT ? PATIENT_TIMEOUT_MS : CALL_TIMEOUT_MS};
    const void *pin;
    size_t bytes;
    enum status s = cache_find_bytes(cmd->cache, &cmd->arena, CACHE_META_pin, &pin, &bytes, err);
    if (s != STATUS_OK)
        return s;
    if (!pin || bytes != SHA256_BYTES)
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    memcpy(config.ca_pin.bytes, pin, SHA256_BYTES);
    return transport_tls_open(&config, out, err);
}

enum status device_connect(struct cmd *cmd, struct err *err)
{
    const char *const *addresses;
    size_t n;
    if (cmd->offline)
        return err_set(err, STATUS_UNAVAILABLE, _("--offline was given"));
    if (cmd->transport.call)
        return STATUS_OK;
    enum status s = device_list_addresses(cmd, &addresses, &n, err);
    return s == STATUS_OK ? device_connect_to(cmd, addresses, n, &cmd->transport, err) : s;
}

enum status device_call(struct cmd *cmd, enum message_number number, const ProtobufCMessage *request, ProtobufCMessage **reply,
                        struct err *err)
{
    enum status s = device_connect(cmd, err);
    return s == STATUS_OK ? transport_call(&cmd->transport, number, request, &cmd->arena, reply, err) : s;
}

enum status device_find_end(struct cmd *cmd, int64_t *end_ms, struct err *err)
{
    struct x509_info info;
    struct buf der;
    buf_init(&der, 0);
    enum status s = x509_read(cmd_path(cmd, CERTIFICATE), &der, err);
    if (s == STATUS_OK && (s = x509_inspect(der.data, der.len_bytes, &info, err)) == STATUS_OK)
        *end_ms = info.not_after_ms;
    buf_done(&der);
    return s;
}

/* The key of a join that was cut off is taken again: for the same secret and key the server gives the same answer. */
static enum status find_key(struct cmd *cmd, struct x509_key **key, struct err *err)
{
    const char *path = cmd_path(cmd, KEY);
    if (access(path, F_OK) == 0)
        return x509_key_read(path, key, err);
    enum status s = x509_key_new(key, err);
    if (s == STATUS_OK && (s = x509_key_write(*key, path, err)) != STATUS_OK) {
        x509_key_free(*key);
        *key = NULL;
    }
    return s;
}

static enum status ask(struct cmd *cmd, const struct invitation *invitation, const struct buf *csr, const Lianxin__EnrolReply **out,
                       struct err *err)
{
    const struct transport_tls_config config = {.addresses = invitation->addresses,
                                                .n_addresses = invitation->n_addresses,
                                                .ca_pin = invitation->pin,
                                                .connect_timeout_ms = CONNECT_TIMEOUT_MS};
    struct transport transport = {0};
    Lianxin__EnrolRequest request = LIANXIN__ENROL_REQUEST__INIT;
    request.has_invitation = request.has_secret = request.has_csr = 1;
    request.invitation.data = arena_copy(&cmd->arena, invitation->id, INVITATION_ID_BYTES);
    request.invitation.len = INVITATION_ID_BYTES;
    request.secret.data = arena_copy(&cmd->arena, invitation->secret, INVITATION_SECRET_BYTES);
    request.secret.len = INVITATION_SECRET_BYTES;
    request.csr.data = arena_copy(&cmd->arena, csr->data, csr->len_bytes);
    request.csr.len = csr->len_bytes;
    request.software = arena_strdup(&cmd->arena, CMD_SOFTWARE);
    ProtobufCMessage *reply;
    enum status s = transport_tls_open(&config, &transport, err);
    if (s == STATUS_OK)
        s = transport_call(&transport, MESSAGE_enrol, &request.base, &cmd->arena, &reply, err);
    if (s == STATUS_OK)
        *out = (const Lianxin__EnrolReply *)reply;
    transport_free(&transport);
    return s;
}

static enum status keep_identity(struct cmd *cmd, const struct invitation *invitation, const Lianxin__EnrolReply *reply,
                                 struct err *err)
{
    struct cache_identity id = {.instance = uuid_new(&cmd->clock, &cmd->random),
                                .role = reply->role,
                                .stream = reply->stream,
                                .person = reply->person ? reply->person : "",
                                .school_code = reply->school_code ? reply->school_code : "",
                                .school_name = reply->school_name ? reply->school_name : "",
                                .district = reply->district ? reply->district : ""};
    const char *addresses = "";
    for (size_t i = 0; i < invitation->n_addresses; i++)
        addresses = arena_printf(&cmd->arena, "%s%s\n", addresses, invitation->addresses[i]);
    if (!uuid_from_bytes(reply->device.data, reply->device.len, &id.device) || !reply->stream)
        return err_set(err, STATUS_PROTOCOL, _("the server's answer to the invitation is incomplete"));
    enum status s = cache_put_meta(cmd->cache, CACHE_META_pin, invitation->pin.bytes, SHA256_BYTES, err);
    if (s == STATUS_OK)
        s = cache_put_meta(cmd->cache, CACHE_META_addresses, addresses, strlen(addresses), err);
    if (s == STATUS_OK && reply->has_bundle_key)
        s = cache_put_meta(cmd->cache, CACHE_META_bundle_key, reply->bundle_key.data, reply->bundle_key.len, err);
    if (s == STATUS_OK) /* last: from here on this folder has joined */
        s = cache_identity_put(cmd->cache, &id, err);
    if (s == STATUS_OK)
        cmd->identity = id;
    return s;
}

enum status device_enrol(struct cmd *cmd, const struct invitation *invitation, struct err *err)
{
    struct x509_key *key = NULL;
    struct buf csr;
    const Lianxin__EnrolReply *reply;
    buf_init(&csr, 0);
    enum status s = find_key(cmd, &key, err);
    if (s == STATUS_OK)
        s = x509_request_make(key, &csr, err);
    if (s == STATUS_OK)
        s = ask(cmd, invitation, &csr, &reply, err);
    if (s == STATUS_OK)
        s = x509_write(cmd_path(cmd, CERTIFICATE), reply->certificate.data, reply->certificate.len, err);
    if (s == STATUS_OK)
        s = keep_identity(cmd, invitation, reply, err);
    if (key)
        x509_key_free(key);
    buf_done(&csr);
    return s;
}

enum status device_sign(struct cmd *cmd, const void *data, size_t bytes, struct buf *key, struct buf *signature, struct err *err)
{
    struct x509_key *own = NULL;
    enum status s = x509_key_read(cmd_path(cmd, KEY), &own, err);
    if (s == STATUS_OK)
        s = x509_key_put_public(own, key, err);
    if (s == STATUS_OK)
        s = x509_sign(own, data, bytes, signature, err);
    x509_key_free(own);
    return s;
}

static enum status ends_soon(struct cmd *cmd, bool *soon, struct err *err)
{
    struct buf der;
    struct x509_info info;
    buf_init(&der, 0);
    enum status s = x509_read(cmd_path(cmd, CERTIFICATE), &der, err);
    if (s == STATUS_OK)
        s = x509_inspect(der.data, der.len_bytes, &info, err);
    if (s == STATUS_OK)
        *soon = x509_is_due(&info, clock_now_ms(&cmd->clock));
    buf_done(&der);
    return s;
}

static enum status ask_renewal(struct cmd *cmd, const struct buf *csr, struct err *err)
{
    Lianxin__RenewRequest request = LIANXIN__RENEW_REQUEST__INIT;
    ProtobufCMessage *message;
    request.has_csr = 1;
    request.csr.data = arena_copy(&cmd->arena, csr->data, csr->len_bytes);
    request.csr.len = csr->len_bytes;
    enum status s = device_call(cmd, MESSAGE_renew, &request.base, &message, err);
    if (s != STATUS_OK)
        return s;
    const Lianxin__RenewReply *reply = (const Lianxin__RenewReply *)message;
    return x509_write(cmd_path(cmd, CERTIFICATE), reply->certificate.data, reply->certificate.len, err);
}

/* The district's authority has a successor: from now on that one is the one to look for, and to have a certificate of. */
static enum status follow_authority(struct cmd *cmd, bool *followed, struct err *err)
{
    struct sha256 pin;
    const void *known;
    size_t bytes;
    if (!transport_tls_find_pin(&cmd->transport, &pin))
        return STATUS_OK;
    enum status s = cache_find_bytes(cmd->cache, &cmd->arena, CACHE_META_pin, &known, &bytes, err);
    if (s != STATUS_OK || (known && bytes == SHA256_BYTES && memcmp(known, pin.bytes, SHA256_BYTES) == 0))
        return s;
    s = cache_put_meta(cmd->cache, CACHE_META_pin, pin.bytes, SHA256_BYTES, err);
    *followed = s == STATUS_OK;
    return s;
}

enum status device_renew(struct cmd *cmd, struct err *err)
{
    struct x509_key *key = NULL;
    struct buf csr;
    bool soon = false, followed = false;
    enum status s = ends_soon(cmd, &soon, err);
    if (s == STATUS_OK)
        s = follow_authority(cmd, &followed, err);
    if (s != STATUS_OK || (!soon && !followed))
        return s;
    buf_init(&csr, 0);
    if ((s = x509_key_read(cmd_path(cmd, KEY), &key, err)) == STATUS_OK)
        s = x509_request_make(key, &csr, err);
    if (s == STATUS_OK)
        s = ask_renewal(cmd, &csr, err);
    if (key)
        x509_key_free(key);
    buf_done(&csr);
    return s;
}
