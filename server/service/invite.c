/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/invite.h"

#include <string.h>

#include "common/domain/month.h"
#include "server/service/device.h"
#include "server/service/roster.h"
#include "server/service/school.h"

/* For whom, after the school was found or the device that is replaced. */
struct target {
    uint32_t stream;
    enum role role;
    const char *person, *phone;
    struct uuid replaces; /* zero: none */
};

static enum status check_wish(const struct invite_wish *wish, struct err *err)
{
    size_t phone = wish->phone ? strlen(wish->phone) : 0;
    if (wish->replace && (wish->school || wish->role))
        return err_reason(err, REASON_ARGUMENT, "replace", "the new device takes school and role from the old one", NULL);
    if ((!wish->person || !*wish->person) && !wish->replace)
        return err_reason(err, REASON_ARGUMENT, "person", "a name is needed", NULL);
    if (wish->person && strlen(wish->person) + phone >= LIMIT_TEXT_BYTES)
        return err_reason(err, REASON_ARGUMENT, "person", "too long", NULL);
    if (wish->school ? wish->role > ROLE_DEVICE : wish->role == ROLE_DEVICE || wish->role > ROLE_LEAD)
        return err_reason(err, REASON_ARGUMENT, "role", "device for a school, district or lead for the district", NULL);
    if (wish->days > ENROL_DAYS_MAX)
        return err_reason(err, REASON_ARGUMENT, "days", "at most 90", NULL);
    return STATUS_OK;
}

static enum status insert(struct work *work, const struct target *target, const struct invite_done *made, struct err *err)
{
    struct sql_statement *s;
    struct sha256 digest = sha256_of(made->secret, sizeof made->secret);
    enum status st =
        sql_prepare(work->desk->sql,
                    "INSERT INTO invitation (invitation, secret_digest, stream, role, person, phone, made_by, made_ms,"
                    " expires_ms, tries, replaces) VALUES ($invitation, $secret_digest, $stream, $role, $person, $phone, $made_by,"
                    " $made_ms, $expires_ms, 0, $replaces)",
                    &s, err);
    if (st)
        return st;
    sql_bind_blob(s, "$invitation", made->id, sizeof made->id);
    sql_bind_blob(s, "$secret_digest", digest.bytes, SHA256_BYTES);
    sql_bind_int(s, "$stream", target->stream);
    sql_bind_int(s, "$role", target->role);
    sql_bind_text(s, "$person", target->person);
    sql_bind_text(s, "$phone", target->phone);
    sql_bind_text(s, "$made_by", work->caller->person);
    sql_bind_int(s, "$made_ms", work->now_ms);
    sql_bind_int(s, "$expires_ms", made->expires_ms);
    if (uuid_is_zero(&target->replaces))
        sql_bind_null(s, "$replaces");
    else
        sql_bind_uuid(s, "$replaces", &target->replaces);
    work_write(work);
    return sql_execute(s, err);
}

static enum status make(struct work *work, const struct target *target, uint32_t days, struct invite_done *done, struct err *err)
{
    struct core *core = work->desk->core;
    random_fill(&core->config.random, done->id, sizeof done->id);
    random_fill(&core->config.random, done->secret, sizeof done->secret);
    done->pin = core->config.issuer.ca_pin(core->config.issuer.context);
    done->expires_ms = work->now_ms + (int64_t)(days ? days : core_settings(core)->invitation_days) * CLOCK_DAY_MS;
    done->person = target->person;
    return insert(work, target, done, err);
}

/* Who follows on a device: somebody new by name, else the same person, on a new computer. */
static enum status replace(struct work *work, const struct invite_wish *wish, struct target *target, struct invite_done *done,
                           struct err *err)
{
    struct device_found old;
    enum status st = device_get(work, wish->replace, &old, err);
    if (st)
        return st;
    bool same = !wish->person || !*wish->person || strcmp(wish->person, old.person) == 0;
    *target = (struct target){.stream = old.stream,
                              .role = old.role,
                              .person = same ? old.person : wish->person,
                              .phone = wish->phone ? wish->phone
                                       : same      ? old.phone
                                                   : "",
                              .replaces = old.device};
    done->replaced_person = old.person;
    done->replaced_synced_ms = old.synced_ms;
    return STATUS_OK;
}

enum status invite_make(struct work *work, const struct invite_wish *wish, struct invite_done *out, struct err *err)
{
    const Lianxin__School *school = NULL;
    struct target target = {.person = wish->person, .phone = wish->phone ? wish->phone : ""};
    struct invite_done made = {.replaced_person = NULL};
    enum status st = check_wish(wish, err);
    if (st == STATUS_OK && wish->replace)
        st = replace(work, wish, &target, &made, err);
    else if (st == STATUS_OK && wish->school)
        st = school_get_by_code(work->desk, work->arena, wish->school, &school, err);
    if (st)
        return st;
    if (!wish->replace) {
        target.stream = school ? school->number : STREAM_DISTRICT;
        target.role = wish->role ? wish->role : school ? ROLE_DEVICE : ROLE_DISTRICT;
    }
    st = make(work, &target, wish->days, &made, err);
    if (st == STATUS_OK)
        *out = made;
    return st;
}

/* --- every school at once --- */

static enum status has_device(struct work *work, uint32_t stream, bool *out, struct err *err)
{
    struct sql_statement *s;
    enum status st =
        sql_prepare(work->desk->sql, "SELECT device FROM device WHERE stream = $stream AND revoked_ms IS NULL LIMIT 1", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    return sql_find_any(s, out, err);
}

enum status invite_make_all(struct work *work, uint32_t days, struct invite_school **out, size_t *n, struct err *err)
{
    struct roster roster;
    if (days > ENROL_DAYS_MAX)
        return err_reason(err, REASON_ARGUMENT, "days", "at most 90", NULL);
    enum status st = roster_load(work->desk->store, work->arena, &roster, err);
    if (st)
        return st;
    struct invite_school *list = ARENA_ARRAY(work->arena, roster.n + 1, struct invite_school);
    size_t made = 0;
    int32_t month = month_at(work->now_ms, work->desk->core->config.clock.zone_s);
    for (size_t i = 0; i < roster.n && st == STATUS_OK; i++) {
        const struct roster_school *school = &roster.schools[i];
        bool has = false;
        if (!roster_is_open(school, month))
            continue;
        struct target target = {.stream = school->number, .role = ROLE_DEVICE, .person = school->name, .phone = ""};
        st = has_device(work, school->number, &has, err);
        if (st == STATUS_OK && !has) {
            list[made] = (struct invite_school){.code = school->code, .name = school->name};
            st = make(work, &target, days, &list[made++].done, err);
        }
    }
    if (st)
        return st;
    *out = list;
    *n = made;
    return STATUS_OK;
}
