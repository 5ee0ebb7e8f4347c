/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/district.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/kit/district_identity.h"
#include "common/domain/month.h"
#include "common/sync/payload.h"
#include "proto/records.pb-c.h"
#include "server/service/core_open.h"
#include "server/service/heads.h"
#include "server/service/push.h"
#include "server/service/school.h"

#define SCHOOLS_A_PUSH 500u
#define PUSHES_A_COMMIT 50u

const struct caller district_caller = {
    .role = ROLE_DISTRICT, .device = {{0x0d, 1}}, .stream = STREAM_DISTRICT, .person = "区工会", .phone = "", .peer = ""};

/* ---- names ---- */

uint32_t district_stream(size_t school)
{
    return STREAM_FIRST_SCHOOL + (uint32_t)school;
}

static struct uuid id_of(char what, size_t school, size_t n)
{
    return uuid_hash((const struct uuid_part[]){{&what, 1}, {&school, sizeof school}, {&n, sizeof n}}, 3);
}

struct uuid district_instance(size_t school)
{
    return id_of('i', school, 0);
}

struct uuid district_device_id(size_t school)
{
    return id_of('d', school, 0);
}

struct uuid district_plan_id(size_t school)
{
    return id_of('p', school, 0);
}

struct uuid district_activity_id(size_t school, size_t n)
{
    return id_of('a', school, n);
}

/* ---- filling ---- */

static struct edit creation(struct district *d, struct arena *arena, const char *kind, struct uuid id, const ProtobufCMessage *m)
{
    struct edit edit;
    must_be(edit_between(arena, schema_find_kind_by_name(d->schema, kind), &id, NULL, m, &edit), "an empty record");
    return edit;
}

static struct edit new_school(struct district *d, struct arena *arena, size_t i)
{
    Lianxin__School *school = ARENA_NEW(arena, Lianxin__School);
    lianxin__school__init(school);
    school->has_number = school->has_stage = true;
    school->number = district_stream(i);
    school->stage = (Lianxin__Stage)(1 + i % 5);
    school->code = arena_printf(arena, "S%05zu", i);
    school->name = arena_printf(arena, "第%zu小学", i);
    school->area = arena_printf(arena, "第%zu片", i % 20);
    return creation(d, arena, "school", school_id(district_stream(i)), &school->base);
}

static struct edit new_plan(struct district *d, struct arena *arena, size_t school)
{
    Lianxin__Plan *plan = ARENA_NEW(arena, Lianxin__Plan);
    lianxin__plan__init(plan);
    plan->has_body = plan->has_state = plan->has_first_month = plan->has_last_month = true;
    plan->body = LIANXIN__BODY__BODY_UNION;
    plan->state = LIANXIN__PLAN_STATE__PLAN_STATE_DRAFT;
    plan->title = arena_strdup(arena, "2024年工会工作计划");
    plan->first_month = month_make(2024, 1);
    plan->last_month = month_make(2024, 12);
    return creation(d, arena, "plan", district_plan_id(school), &plan->base);
}

static struct edit new_activity(struct district *d, struct arena *arena, size_t school, size_t n, struct dice *dice)
{
    struct uuid plan = district_plan_id(school);
    Lianxin__Activity *a = ARENA_NEW(arena, Lianxin__Activity);
    lianxin__activity__init(a);
    a->has_plan = a->has_months = a->has_category = a->has_state = a->has_position = a->has_participants = true;
    a->plan = (ProtobufCBinaryData){.len = UUID_BYTES, .data = arena_copy(arena, plan.bytes, UUID_BYTES)};
    a->position = (uint32_t)n;
    a->number = arena_printf(arena, "%zu.%zu", n % 12 + 1, n / 12 + 1);
    a->header = arena_printf(arena, "%zu月份", n % 12 + 1);
    a->text = arena_strdup(arena, "组织全体教职工开展春季登山健身活动，评选优秀组室，做好宣传报道");
    a->lead = arena_strdup(arena, "校工会");
    a->person = arena_strdup(arena, "p0");
    a->participants = dice_roll(dice, 200);
    a->category = (Lianxin__Category)(1 + dice_roll(dice, 12));
    a->state = d->plan.planned_each && n % d->plan.planned_each ? LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE
                                                                : LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
    must_be(month_set_add(&a->months, month_make(2024, 1) + (int32_t)(n % 12)), "a month that is none");
    return creation(d, arena, "activity", district_activity_id(school, n), &a->base);
}

static void add_schools(struct district *d, struct work *work, size_t first, size_t n)
{
    struct edit *edits = ARENA_ARRAY(work->arena, n, struct edit);
    struct err err;
    uint64_t rev;
    for (size_t i = 0; i < n; i++)
        edits[i] = new_school(d, work->arena, first + i);
    must(push_own(work, STREAM_PUBLIC, edits, n, "schools", &rev, &err), &err);
}

static void push(struct work *work, size_t school, uint64_t sequence, const struct payload *payload)
{
    struct push push = {.stream = district_stream(school), .instance = district_instance(school), .sequence = sequence};
    const uint8_t *data;
    struct push_done done;
    struct err err;
    must(payload_encode(work->arena, payload, &data, &push.payload_bytes, &err), &err);
    push.payload = data;
    must(push_accept(work, &push, &done, &err), &err);
    must_be(done.status == STATUS_OK, "a push was refused");
}

static void import_plan(struct district *d, struct work *work, size_t school, struct dice *dice)
{
    size_t n = 1 + d->plan.activities;
    struct edit *edits = ARENA_ARRAY(work->arena, n, struct edit);
    edits[0] = new_plan(d, work->arena, school);
    for (size_t i = 1; i < n; i++)
        edits[i] = new_activity(d, work->arena, school, i - 1, dice);
    push(work, school, 1, &(struct payload){.edits = edits, .n_edits = n, .note = "import"});
}

void district_push(struct district *d, struct work *work, size_t school, uint64_t sequence)
{
    Lianxin__Activity *before = ARENA_NEW(work->arena, Lianxin__Activity), *after = ARENA_NEW(work->arena, Lianxin__Activity);
    lianxin__activity__init(before);
    lianxin__activity__init(after);
    before->person =
        sequence > 2 ? arena_printf(work->arena, "w%llu", (unsigned long long)sequence - 1) : arena_strdup(work->arena, "p0");
    after->person = arena_printf(work->arena, "w%llu", (unsigned long long)sequence);
    struct edit edit = {.kind = d->activity,
                        .id = district_activity_id(school, 0),
                        .fields = field_bit(kind_find_field_by_name(d->activity, "person")),
                        .before = &before->base,
                        .after = &after->base};
    push(work, school, sequence, &(struct payload){.edits = &edit, .n_edits = 1, .note = "edit"});
}

static void insert_device(struct core *core, uint32_t stream, const struct uuid *id, const struct sha256 *key_hash, enum role role)
{
    struct sql_statement *s;
    struct err err;
    must(sql_prepare(
             core->writer.sql,
             "INSERT INTO device (stream, device, key_hash, role, person, phone, software, invitation, enrolled_ms, renewed_ms)"
             " VALUES ($stream, $device, $key_hash, $role, '王老师', '', '', $device, 0, 0)",
             &s, &err),
         &err);
    sql_bind_int(s, "$stream", stream);
    sql_bind_uuid(s, "$device", id);
    sql_bind_blob(s, "$key_hash", key_hash->bytes, SHA256_BYTES);
    sql_bind_int(s, "$role", role);
    must(sql_execute(s, &err), &err);
}

static void begin(struct core *core)
{
    struct err err;
    must(sql_begin(core->writer.sql, &err), &err);
}

static void commit(struct core *core)
{
    struct err err;
    must(sql_commit(core->writer.sql, &err), &err);
    desk_committed(&core->writer);
    must(desk_tidy(&core->writer, TIDY_BUSY, &err), &err);
}

static void fill(struct district *d)
{
    struct dice dice = {1};
    struct arena arena;
    struct core *core;
    struct err err;
    must(core_create(&d->config, &err), &err);
    must(core_open(&d->config, &core, &err), &err);
    arena_init(&arena, 0);
    struct work work = {
        .desk = &core->writer, .arena = &arena, .caller = &district_caller, .now_ms = clock_now_ms(&d->config.clock)};
    begin(core);
    for (size_t i = 0; i < d->plan.schools; i += SCHOOLS_A_PUSH) {
        size_t left = d->plan.schools - i;
        add_schools(d, &work, i, left < SCHOOLS_A_PUSH ? left : SCHOOLS_A_PUSH);
        arena_reset(&arena);
    }
    for (size_t i = 0; i < d->plan.schools; i++) {
        import_plan(d, &work, i, &dice);
        arena_reset(&arena);
        if (i % PUSHES_A_COMMIT == PUSHES_A_COMMIT - 1) {
            commit(core);
            begin(core);
        }
    }
    commit(core);
    core_close(core);
    arena_done(&arena);
}

/* ---- files ---- */

static void copy_file(const char *from, const char *to)
{
    struct stat stat;
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must_be(in >= 0 && out >= 0 && fstat(in, &stat) == 0, "cannot copy the district's file");
    for (off_t left = stat.st_size; left > 0;) {
        ssize_t n = sendfile(out, in, NULL, (size_t)left);
        must_be(n > 0, "cannot copy the district's file: is the disk full?");
        left -= n;
    }
    must_be(fsync(out) == 0, "cannot write the district's file");
    close(in);
    close(out);
}

static void name_file(const struct district *d, char *path, const char *name)
{
    snprintf(path, DISTRICT_PATH_BYTES, "%s/%s", d->folder, name);
}

void district_copy(const struct district *d, const char *name, char *path)
{
    name_file(d, path, name);
    copy_file(d->database, path);
}

void district_remove_database(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char file[DISTRICT_PATH_BYTES + 8];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(file, sizeof file, "%s%s", path, endings[i]);
        unlink(file);
    }
}

static void name_files(struct district *d)
{
    name_file(d, d->database, "district.db");
    name_file(d, d->authority_key, "authority.key");
    name_file(d, d->authority, "authority.pem");
    name_file(d, d->server_key, "server.key");
    name_file(d, d->server, "server.pem");
    name_file(d, d->device_key, "device.key");
    name_file(d, d->device, "device.pem");
    for (unsigned i = 0; i < DISTRICT_OFFICERS; i++) {
        snprintf(d->school_key[i], DISTRICT_PATH_BYTES, "%s/school-%u.key", d->folder, i);
        snprintf(d->school[i], DISTRICT_PATH_BYTES, "%s/school-%u.pem", d->folder, i);
    }
}

void district_open(struct district *d, const struct plan *plan)
{
    char filled[DISTRICT_PATH_BYTES], made[DISTRICT_PATH_BYTES + 8];
    struct core *core;
    struct err err;
    *d = (struct district){.plan = *plan};
    snprintf(d->folder, sizeof d->folder, "%.200s/bench-XXXXXX", plan->folder);
    must_be(mkdtemp(d->folder) != NULL, "cannot make a folder for the files");
    name_files(d);
    arena_init(&d->arena, 0);
    must(schema_new(&d->arena, schema_source_current(), &d->schema, &err), &err);
    d->activity = schema_find_kind_by_name(d->schema, "activity");
    d->log = log_to_fd(STDERR_FILENO, LOG_ERROR, clock_system(CLOCK_ZONE_CHINA_S));
    d->config = (struct core_config){.path = d->database,
                                     .schema = d->schema,
                                     .clock = clock_system(CLOCK_ZONE_CHINA_S),
                                     .random = random_system(),
                                     .log = &d->log,
                                     .journal_key = "the journal key of this district",
                                     .settings = settings_default()};
    d->config.settings.nightly_minutes = -1;
    district_identity_make(d, &district_caller.device);
    snprintf(filled, sizeof filled, "%.200s/district-%u-%u.db", plan->folder, plan->schools, plan->activities);
    if (access(filled, R_OK) != 0) {
        fill(d);
        snprintf(made, sizeof made, "%s.new", filled);
        copy_file(d->database, made);
        must_be(rename(made, filled) == 0, "cannot keep the district's file");
    } else {
        copy_file(filled, d->database);
    }
    must(core_open(&d->config, &core, &err), &err);
    insert_device(core, STREAM_DISTRICT, &district_caller.device, &d->device_hash, ROLE_DISTRICT);
    for (size_t i = 0; i < DISTRICT_OFFICERS; i++) {
        struct uuid id = district_device_id(i);
        insert_device(core, district_stream(i), &id, &d->school_hash[i], ROLE_DEVICE);
    }
    core_close(core);
}

void district_close(struct district *d)
{
    const char *const files[] = {d->authority_key, d->authority, d->server_key, d->server, d->device_key, d->device};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        unlink(files[i]);
    for (size_t i = 0; i < DISTRICT_OFFICERS; i++) {
        unlink(d->school_key[i]);
        unlink(d->school[i]);
    }
    district_remove_database(d->database);
    rmdir(d->folder);
    arena_done(&d->arena);
}
