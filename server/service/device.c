/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/device.h"

#include <string.h>
#include <strings.h>

#include "server/service/presence.h"
#include "server/service/school.h"

struct uuid device_of_key(const struct sha256 *key_hash)
{
    const struct uuid_part parts[] = {{"device", 6}, {key_hash->bytes, SHA256_BYTES}};
    return uuid_hash(parts, sizeof parts / sizeof parts[0]);
}

static struct table *new_list(struct arena *arena)
{
    struct table *table = table_new(arena, "devices", "Devices", "设备");
    table_add_column(table, "device", TABLE_UUID, "Device", "设备", TABLE_FIXED);
    table_add_column(table, "school", TABLE_TEXT, "School", "单位", TABLE_FIXED);
    table_add_column(table, "person", TABLE_TEXT, "Person", "姓名", 0);
    table_add_column(table, "phone", TABLE_TEXT, "Phone", "电话", TABLE_FIXED);
    table_add_column(table, "role", TABLE_ENUM, "Role", "角色", 0);
    table_add_column(table, "enrolled_ms", TABLE_INSTANT_MS, "Enrolled", "加入时间", 0);
    table_add_column(table, "seen_ms", TABLE_INSTANT_MS, "Last seen", "最近联系", 0);
    table_add_column(table, "unconfirmed_ms", TABLE_INSTANT_MS, "Waits since", "待确认", 0);
    table_add_column(table, "revoked_ms", TABLE_INSTANT_MS, "Revoked", "停用时间", 0);
    return table;
}

static enum status add_device(struct work *work, struct table *table, struct sql_statement *s, struct err *err)
{
    const Lianxin__School *school = NULL;
    struct uuid device;
    size_t bytes;
    const void *id = sql_blob(s, 1, &bytes);
    uint32_t stream = (uint32_t)sql_int(s, 0);
    enum role role = (enum role)sql_int(s, 4);
    if (!uuid_from_bytes(id, bytes, &device))
        return err_set(err, STATUS_CORRUPT, "the table device holds an id of %zu bytes", bytes);
    if (stream >= STREAM_FIRST_SCHOOL) {
        enum status st = school_find(work->desk, work->arena, stream, &school, err);
        if (st)
            return st;
    }
    table_add_row(table);
    table_put_uuid(table, &device);
    table_put_text(table, school ? school->code : NULL);
    table_put_text(table, sql_text(s, 2));
    table_put_text(table, sql_text(s, 3));
    table_put_enum(table, role_name(role), role_label(role, false), role_label(role, true));
    table_put_instant(table, sql_int(s, 5));
    table_put_instant(table, presence_of_device(work->desk->core->presence, &device).seen_ms);
    table_put_instant(table, sql_int(s, 7));
    table_put_instant(table, sql_int(s, 6));
    return STATUS_OK;
}

enum status device_list(struct work *work, const char *school, struct table **out, struct err *err)
{
    const Lianxin__School *wanted;
    struct table *table = new_list(work->arena);
    struct sql_statement *s;
    uint32_t first = 0, last = UINT32_MAX;
    bool row = true;
    enum status st = STATUS_OK;
    if (school) {
        st = school_get_by_code(work->desk, work->arena, school, &wanted, err);
        if (st)
            return st;
        first = last = wanted->number;
    }
    st = sql_prepare(work->desk->sql,
                     "SELECT stream, device, person, phone, role, enrolled_ms, revoked_ms, unconfirmed_ms FROM device"
                     " WHERE stream >= $first AND stream <= $last ORDER BY stream, enrolled_ms, device",
                     &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$first", first);
    sql_bind_int(s, "$last", last);
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row && (st = add_device(work, table, s, err)) == STATUS_OK)
        continue;
    sql_reset(s);
    if (st == STATUS_OK)
        *out = table;
    return st;
}

/* ---- revoking ---- */

/* Compares without dashes: people copy ids in pieces. */
static bool starts_with(const struct uuid *id, const char *start)
{
    char text[UUID_TEXT_BYTES];
    const char *at = text;
    uuid_format(id, text);
    for (; *start; start++) {
        if (*start == '-')
            continue;
        while (*at == '-')
            at++;
        if (strncasecmp(at, start, 1) != 0)
            return false;
        at++;
    }
    return true;
}

/* *n: how many begin so; out is the last of them. */
static enum status find_start(struct work *work, const char *start, struct device_found *out, unsigned *n, struct err *err)
{
    struct sql_statement *s;
    bool row = true;
    enum status st = sql_prepare(work->desk->sql, "SELECT stream, device, person, phone, role FROM device", &s, err);
    if (st)
        return st;
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        struct uuid device;
        size_t bytes;
        const void *id = sql_blob(s, 1, &bytes);
        if (!uuid_from_bytes(id, bytes, &device) || !starts_with(&device, start))
            continue;
        ++*n;
        *out = (struct device_found){.device = device,
                                     .stream = (uint32_t)sql_int(s, 0),
                                     .person = arena_strdup(work->arena, sql_text(s, 2)),
                                     .phone = arena_strdup(work->arena, sql_text(s, 3)),
                                     .role = (enum role)sql_int(s, 4),
                                     .synced_ms = presence_of_device(work->desk->core->presence, &device).synced_ms};
    }
    sql_reset(s);
    return st;
}

enum status device_get(struct work *work, const char *start, struct device_found *out, struct err *err)
{
    struct device_found found = {.person = ""};
    unsigned n = 0;
    if (!start || !start[strspn(start, "-")])
        return err_reason(err, REASON_ARGUMENT, "device", "the start of its id is needed", NULL);
    enum status st = find_start(work, start, &found, &n, err);
    if (st == STATUS_OK && n != 1)
        st = err_reason(err, n ? REASON_DEVICE_AMBIGUOUS : REASON_DEVICE_UNKNOWN, start, NULL);
    if (st == STATUS_OK)
        *out = found;
    return st;
}

static enum status revoke(struct work *work, uint32_t stream, const struct uuid *device, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(
        work->desk->sql, "UPDATE device SET revoked_ms = $now WHERE stream = $stream AND device = $device AND revoked_ms IS NULL",
        &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$now", work->now_ms);
    sql_bind_int(s, "$stream", stream);
    sql_bind_uuid(s, "$device", device);
    work_write(work);
    return sql_execute(s, err);
}

enum status device_end(struct work *work, uint32_t stream, const struct uuid *device, const char *person, struct err *err)
{
    char id[UUID_TEXT_BYTES];
    enum status st = revoke(work, stream, device, err);
    if (st)
        return st;
    uuid_format(device, id);
    log_event(work->desk->core->config.log, LOG_INFO, "device.replace", "device", id, "by", person, NULL);
    return STATUS_OK;
}

enum status device_revoke(struct work *work, const char *start, struct uuid *device, const char **person, struct err *err)
{
    struct device_found found;
    enum status st = device_get(work, start, &found, err);
    if (st == STATUS_OK)
        st = revoke(work, found.stream, &found.device, err);
    if (st)
        return st;
    log_event(work->desk->core->config.log, LOG_INFO, "device.revoke", "person", found.person, "by", work->caller->person, NULL);
    *device = found.device;
    *person = found.person;
    return STATUS_OK;
}

/* ---- confirming ---- */

enum status device_confirm(struct work *work, const char *start, uint32_t *n, struct err *err)
{
    static const char all[] = "UPDATE device SET unconfirmed_ms = NULL WHERE unconfirmed_ms IS NOT NULL";
    static const char one[] = "UPDATE device SET unconfirmed_ms = NULL WHERE unconfirmed_ms IS NOT NULL AND stream = $stream"
                              " AND device = $device";
    struct sql_statement *s;
    struct device_found found;
    enum status st = start ? device_get(work, start, &found, err) : STATUS_OK;
    if (st == STATUS_OK)
        st = sql_prepare(work->desk->sql, start ? one : all, &s, err);
    if (st)
        return st;
    if (start) {
        sql_bind_int(s, "$stream", found.stream);
        sql_bind_uuid(s, "$device", &found.device);
    }
    work_write(work);
    st = sql_execute(s, err);
    if (st)
        return st;
    *n = (uint32_t)sql_changes(work->desk->sql);
    log_event(work->desk->core->config.log, LOG_INFO, "device.confirm", "devices", arena_printf(work->arena, "%u", *n), NULL);
    return STATUS_OK;
}
