/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "server/service/device.h"
#include "server/service/school.h"

static enum status check_wish(const struct readmit_wish *wish, struct sha256 *key, struct err *err)
{
    if (!wish->key || !sha256_parse(wish->key, key))
        return err_reason(err, REASON_ARGUMENT, "key", "64 hexadecimal digits are needed, as the device shows them", NULL);
    if (!wish->person || !*wish->person)
        return err_reason(err, REASON_ARGUMENT, "person", "a name is needed", NULL);
    if (strlen(wish->person) + (wish->phone ? strlen(wish->phone) : 0) >= LIMIT_TEXT_BYTES)
        return err_reason(err, REASON_ARGUMENT, "person", "too long", NULL);
    if (wish->school ? wish->role > ROLE_DEVICE : wish->role == ROLE_DEVICE || wish->role > ROLE_LEAD)
        return err_reason(err, REASON_ARGUMENT, "role", "device for a school, district or lead for the district", NULL);
    return STATUS_OK;
}

static enum status check_unknown(struct work *work, const struct sha256 *key, struct err *err)
{
    struct sql_statement *s;
    bool known;
    enum status st = sql_prepare(work->desk->sql, "SELECT stream FROM device WHERE key_hash = $key_hash", &s, err);
    if (st)
        return st;
    sql_bind_blob(s, "$key_hash", key->bytes, SHA256_BYTES);
    st = sql_find_any(s, &known, err);
    if (st == STATUS_OK && known)
        st = err_reason(err, REASON_ARGUMENT, "key", "this device is known; confirm or revoke it", NULL);
    return st;
}

static enum status insert(struct work *work, const struct readmit_wish *wish, const struct sha256 *key, uint32_t stream,
                          const struct uuid *device, struct err *err)
{
    enum role role = wish->role ? wish->role : stream == STREAM_DISTRICT ? ROLE_DISTRICT : ROLE_DEVICE;
    struct sql_statement *s;
    enum status st = sql_prepare(work->desk->sql,
                                 "INSERT INTO device (stream, device, key_hash, role, person, phone, software, invitation,"
                                 " enrolled_ms, renewed_ms) VALUES ($stream, $device, $key_hash, $role, $person, $phone, '',"
                                 " $device, $now, $now)",
                                 &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    sql_bind_uuid(s, "$device", device);
    sql_bind_blob(s, "$key_hash", key->bytes, SHA256_BYTES);
    sql_bind_int(s, "$role", role);
    sql_bind_text(s, "$person", wish->person);
    sql_bind_text(s, "$phone", wish->phone ? wish->phone : "");
    sql_bind_int(s, "$now", work->now_ms);
    work_write(work);
    return sql_execute(s, err);
}

enum status device_readmit(struct work *work, const struct readmit_wish *wish, struct uuid *device, struct err *err)
{
    const struct core_config *config = &work->desk->core->config;
    const Lianxin__School *school = NULL;
    struct sha256 key;
    enum status st = check_wish(wish, &key, err);
    if (st == STATUS_OK)
        st = check_unknown(work, &key, err);
    if (st == STATUS_OK && wish->school)
        st = school_get_by_code(work->desk, work->arena, wish->school, &school, err);
    if (st)
        return st;
    struct uuid id = device_of_key(&key);
    st = insert(work, wish, &key, school ? school->number : STREAM_DISTRICT, &id, err);
    if (st)
        return st;
    log_event(config->log, LOG_INFO, "device.readmit", "person", wish->person, "by", work->caller->person, NULL);
    *device = id;
    return STATUS_OK;
}
