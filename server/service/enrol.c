/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/enrol.h"

#include <string.h>

#include "server/service/device.h"
#include "server/service/school.h"

struct invitation_row {
    struct sha256 secret_digest;
    uint32_t stream;
    enum role role;
    const char *person, *phone;
    int64_t expires_ms, tries;
    bool used;
    struct uuid device;     /* when used */
    struct uuid replaces;   /* the device that ends when this one has joined; zero: none */
    struct sha256 key_hash; /* when used */
};

static bool read_digest(struct sql_statement *s, int column, struct sha256 *out)
{
    size_t bytes;
    const void *data = sql_blob(s, column, &bytes);
    if (bytes != SHA256_BYTES)
        return false;
    memcpy(out->bytes, data, SHA256_BYTES);
    return true;
}

static enum status find_invitation(struct work *work, const struct enrol_wish *wish, struct invitation_row *out, bool *found,
                                   struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st = sql_prepare(work->desk->sql,
                                 "SELECT secret_digest, stream, role, person, phone, expires_ms, tries, device, key_hash,"
                                 " replaces FROM invitation WHERE invitation = $invitation",
                                 &s, err);
    if (st)
        return st;
    sql_bind_blob(s, "$invitation", wish->id, wish->id_bytes);
    st = sql_step(s, &row, err);
    if (st == STATUS_OK && row) {
        size_t bytes;
        *out = (struct invitation_row){.stream = (uint32_t)sql_int(s, 1),
                                       .role = (enum role)sql_int(s, 2),
                                       .person = arena_strdup(work->arena, sql_text(s, 3)),
                                       .phone = arena_strdup(work->arena, sql_text(s, 4)),
                                       .expires_ms = sql_int(s, 5),
                                       .tries = sql_int(s, 6),
                                       .used = !sql_is_null(s, 7)};
        const void *device = sql_blob(s, 7, &bytes);
        if (!read_digest(s, 0, &out->secret_digest) ||
            (out->used && (!uuid_from_bytes(device, bytes, &out->device) || !read_digest(s, 8, &out->key_hash))))
            st = err_set(err, STATUS_CORRUPT, "an invitation is damaged");
        const void *replaces = sql_blob(s, 9, &bytes);
        if (st == STATUS_OK && !sql_is_null(s, 9) && !uuid_from_bytes(replaces, bytes, &out->replaces))
            st = err_set(err, STATUS_CORRUPT, "an invitation is damaged");
    }
    *found = row;
    sql_reset(s);
    return st;
}

/* The wrong secret costs a try, and what is counted stands although the request is refused. */
static enum status count_try(struct work *work, const struct enrol_wish *wish, struct err *err)
{
    struct sql_statement *s;
    enum status st =
        sql_prepare(work->desk->sql, "UPDATE invitation SET tries = tries + 1 WHERE invitation = $invitation", &s, err);
    if (st)
        return st;
    sql_bind_blob(s, "$invitation", wish->id, wish->id_bytes);
    work_write(work);
    st = sql_execute(s, err);
    if (st)
        return st;
    work->keep = true;
    return err_reason(err, REASON_INVITATION, NULL);
}

static enum status check_invitation(struct work *work, const struct enrol_wish *wish, struct invitation_row *row, struct err *err)
{
    bool found;
    enum status st = find_invitation(work, wish, row, &found, err);
    if (st)
        return st;
    if (!found || row->tries >= ENROL_TRIES_MAX)
        return err_reason(err, REASON_INVITATION, NULL);
    struct sha256 digest = sha256_of(wish->secret, wish->secret_bytes);
    if (!sha256_equal(&digest, &row->secret_digest))
        return count_try(work, wish, err);
    if (!row->used && work->now_ms >= row->expires_ms)
        return err_reason(err, REASON_INVITATION, NULL);
    return STATUS_OK;
}

static enum status find_key(struct work *work, const struct sha256 *key_hash, bool *found, bool *revoked, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(work->desk->sql, "SELECT revoked_ms FROM device WHERE key_hash = $key_hash", &s, err);
    if (st)
        return st;
    sql_bind_blob(s, "$key_hash", key_hash->bytes, SHA256_BYTES);
    st = sql_step(s, found, err);
    if (st == STATUS_OK)
        *revoked = *found && !sql_is_null(s, 0);
    sql_reset(s);
    return st;
}

static enum status insert_device(struct work *work, const struct enrol_wish *wish, const struct invitation_row *row,
                                 const struct enrol_done *done, struct err *err)
{
    struct sql_statement *s;
    enum status st =
        sql_prepare(work->desk->sql,
                    "INSERT INTO device (stream, device, key_hash, role, person, phone, software, invitation, enrolled_ms,"
                    " renewed_ms) VALUES ($stream, $device, $key_hash, $role, $person, $phone, $software, $invitation,"
                    " $now, $now)",
                    &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", row->stream);
    sql_bind_uuid(s, "$device", &done->device);
    sql_bind_blob(s, "$key_hash", done->issued.key_hash.bytes, SHA256_BYTES);
    sql_bind_int(s, "$role", row->role);
    sql_bind_text(s, "$person", row->person);
    sql_bind_text(s, "$phone", row->phone);
    sql_bind_text(s, "$software", wish->software ? wish->software : "");
    sql_bind_blob(s, "$invitation", wish->id, wish->id_bytes);
    sql_bind_int(s, "$now", work->now_ms);
    work_write(work);
    st = sql_execute(s, err);
    if (st == STATUS_OK)
        st = sql_prepare(work->desk->sql,
                         "UPDATE invitation SET device = $device, key_hash = $key_hash WHERE invitation = $invitation", &s, err);
    if (st)
        return st;
    sql_bind_uuid(s, "$device", &done->device);
    sql_bind_blob(s, "$key_hash", done->issued.key_hash.bytes, SHA256_BYTES);
    sql_bind_blob(s, "$invitation", wish->id, wish->id_bytes);
    return sql_execute(s, err);
}

static enum status name_school(struct work *work, struct enrol_done *done, struct err *err)
{
    const Lianxin__School *school;
    if (done->stream < STREAM_FIRST_SCHOOL)
        return STATUS_OK;
    enum status st = school_find(work->desk, work->arena, done->stream, &school, err);
    if (st == STATUS_OK && school) {
        done->school_code = school->code;
        done->school_name = school->name;
    }
    return st;
}

enum status enrol_accept(struct work *work, const struct enrol_wish *wish, struct enrol_done *out, struct err *err)
{
    const struct core_config *config = &work->desk->core->config;
    struct invitation_row row;
    bool known, revoked;
    enum status st = check_invitation(work, wish, &row, err);
    if (st)
        return st;
    struct enrol_done done = {.person = row.person, .role = row.role, .stream = row.stream};
    st = config->issuer.issue(config->issuer.context, work->arena, wish->csr, wish->csr_bytes, row.used ? &row.device : NULL,
                              &done.issued, err);
    done.device = done.issued.device;
    if (st == STATUS_OK)
        st = find_key(work, &done.issued.key_hash, &known, &revoked, err);
    if (st == STATUS_OK)
        st = name_school(work, &done, err);
    if (st)
        return st;
    /* An invitation is good for one key, and a key for one device. */
    bool again = row.used && sha256_equal(&row.key_hash, &done.issued.key_hash);
    if (revoked || known != again || (row.used && !again))
        return err_reason(err, REASON_INVITATION, NULL);
    st = again ? STATUS_OK : insert_device(work, wish, &row, &done, err);
    if (st == STATUS_OK && !again && !uuid_is_zero(&row.replaces))
        st = device_end(work, row.stream, &row.replaces, row.person, err);
    if (st == STATUS_OK)
        *out = done;
    return st;
}

enum status enrol_renew(struct work *work, const void *csr, size_t csr_bytes, struct issued *out, struct err *err)
{
    const struct issuer *issuer = &work->desk->core->config.issuer;
    struct issued issued;
    struct sql_statement *s;
    if (uuid_is_zero(&work->caller->device))
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    enum status st = issuer->issue(issuer->context, work->arena, csr, csr_bytes, &work->caller->device, &issued, err);
    if (st == STATUS_OK)
        st = sql_prepare(work->desk->sql,
                         "UPDATE device SET renewed_ms = $now WHERE stream = $stream AND device = $device AND key_hash = $key_hash",
                         &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$now", work->now_ms);
    sql_bind_int(s, "$stream", work->caller->stream);
    sql_bind_uuid(s, "$device", &work->caller->device);
    sql_bind_blob(s, "$key_hash", issued.key_hash.bytes, SHA256_BYTES);
    work_write(work);
    st = sql_execute(s, err);
    if (st)
        return st;
    if (!sql_changes(work->desk->sql)) {
        work->keep = true; /* nothing was written */
        return err_reason(err, REASON_ARGUMENT, "csr", "a certificate is renewed for the same key only", NULL);
    }
    *out = issued;
    return STATUS_OK;
}
