/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/caller.h"

#include "server/service/heads.h"
#include "server/service/school.h"

static enum status read_device(struct sql_statement *s, struct arena *arena, const struct proof *proof, struct caller *out,
                               struct err *err)
{
    size_t bytes;
    const void *id = sql_blob(s, 0, &bytes);
    bool revoked = !sql_is_null(s, 4);
    if (revoked && !proof->accept_revoked)
        return err_reason(err, REASON_REVOKED, NULL);
    if (!sql_is_null(s, 5))
        return err_reason(err, REASON_UNCONFIRMED, NULL);
    if (!uuid_from_bytes(id, bytes, &out->device))
        return err_set(err, STATUS_CORRUPT, "the table device holds an id of %zu bytes", bytes);
    out->stream = (uint32_t)sql_int(s, 1);
    out->role = (enum role)sql_int(s, 2);
    out->person = arena_strdup(arena, sql_text(s, 3));
    out->phone = arena_strdup(arena, sql_text(s, 6));
    out->way = revoked ? COMMIT_REVOKED : proof->bundle ? COMMIT_BUNDLE : COMMIT_NETWORK;
    return STATUS_OK;
}

/* A certificate of our authority without a row: lost with a restore, or not ours to know. */
static enum status say_unknown(const struct desk *desk, const struct proof *proof, struct err *err)
{
    char key[SHA256_TEXT_BYTES];
    if (!desk->core->restored)
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    sha256_format(&proof->key_hash, key);
    return err_reason(err, REASON_READMIT, key, NULL);
}

enum status caller_find(struct desk *desk, struct arena *arena, const struct proof *proof, struct caller *out, struct err *err)
{
    struct caller caller = {.role = ROLE_ANYONE, .person = "", .phone = "", .peer = proof->peer};
    struct sql_statement *s;
    bool row;
    if (proof->operator_socket) {
        caller.role = ROLE_OPERATOR;
        caller.person = "operator";
    }
    if (proof->operator_socket || !proof->certified) {
        *out = caller;
        return STATUS_OK;
    }
    enum status st = sql_prepare(desk->sql,
                                 "SELECT device, stream, role, person, revoked_ms, unconfirmed_ms, phone FROM device"
                                 " WHERE key_hash = $key_hash",
                                 &s, err);
    if (st)
        return st;
    caller.key_hash = &proof->key_hash;
    sql_bind_blob(s, "$key_hash", proof->key_hash.bytes, SHA256_BYTES);
    st = sql_step(s, &row, err);
    if (st == STATUS_OK)
        st = row ? read_device(s, arena, proof, &caller, err) : say_unknown(desk, proof, err);
    sql_reset(s);
    if (st == STATUS_OK)
        *out = caller;
    return st;
}

const char *caller_name(struct arena *arena, const char *person, const char *phone)
{
    return *phone ? arena_printf(arena, "%s %s", person, phone) : person;
}

enum status caller_check_role(const struct caller *caller, enum role least, const char *what, struct err *err)
{
    if (caller->role >= least)
        return STATUS_OK;
    if (caller->role == ROLE_ANYONE)
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    return err_reason(err, REASON_ROLE, what, role_name(least), NULL);
}

static enum status check_school_exists(struct desk *desk, uint32_t stream, struct err *err)
{
    bool exists;
    /* Only a school's stream has rows, and a school is never removed: the record need not be read at each request. */
    if (desk->heads && stream >= STREAM_FIRST_SCHOOL && heads_get(desk->heads, stream).rev)
        return STATUS_OK;
    enum status st = school_exists(desk, stream, &exists, err);
    if (st == STATUS_OK && !exists)
        st = err_reason(err, REASON_STREAM, NULL);
    return st;
}

bool caller_may_read(const struct caller *caller, uint32_t stream)
{
    return caller->role > ROLE_ANYONE && (stream == STREAM_PUBLIC || stream == caller->stream || caller->role >= ROLE_DISTRICT);
}

enum status caller_check_read(struct desk *desk, const struct caller *caller, uint32_t stream, struct err *err)
{
    if (caller->role == ROLE_ANYONE)
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    if (!caller_may_read(caller, stream))
        return err_reason(err, REASON_STREAM, NULL);
    bool is_there = stream == STREAM_PUBLIC || stream == STREAM_DISTRICT || stream == caller->stream;
    return is_there ? STATUS_OK : check_school_exists(desk, stream, err);
}

enum status caller_check_write(struct desk *desk, const struct caller *caller, uint32_t stream, struct err *err)
{
    if (stream == STREAM_PUBLIC && caller->role < ROLE_DISTRICT)
        return err_reason(err, REASON_STREAM, NULL);
    return caller_check_read(desk, caller, stream, err);
}
