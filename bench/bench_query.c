/* SPDX-License-Identifier: Apache-2.0
 *
 * The district's questions over 600,000 activities of 10,000 schools, beside the best raw statement on the same file, interleaved,
 * medians of ROUNDS rounds. Prints: work | ours | limit | ratio. Arguments: schools, activities a school. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/domain/month.h"
#include "proto/records.pb-c.h"
#include "server/service/aggregate.h"
#include "server/service/query.h"

#define ROUNDS 5

struct bench {
    struct arena arena; /* the schema */
    struct arena page;  /* of one answer */
    struct core *core;
    struct desk *reader;
    size_t schools, activities;
    uint64_t random;
};

static void must(enum status st, const struct err *err)
{
    if (st == STATUS_OK)
        return;
    fprintf(stderr, "%s\n", err->text);
    abort();
}

static uint32_t pick(struct bench *b, uint32_t below)
{
    b->random = b->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(b->random >> 33) % below;
}

static struct uuid pick_id(struct bench *b)
{
    struct uuid id;

    for (size_t i = 0; i < UUID_BYTES; i++)
        id.bytes[i] = (uint8_t)pick(b, 256);
    return id;
}

/* ---- the data ---- */

static struct record *record(struct bench *b, struct arena *arena, const char *kind, uint32_t stream, const struct uuid *id)
{
    return record_new(arena, schema_find_kind_by_name(store_schema(b->core->writer.store), kind), stream, id);
}

static void put(struct bench *b, struct record *r)
{
    struct err err;

    r->rev = 1;
    must(store_put(b->core->writer.store, r, &err), &err);
}

static void put_school(struct bench *b, struct arena *arena, size_t i)
{
    struct uuid id = pick_id(b);
    struct record *r = record(b, arena, "school", STREAM_PUBLIC, &id);
    Lianxin__School *s = (Lianxin__School *)r->message;

    s->has_number = true;
    s->number = STREAM_FIRST_SCHOOL + (uint32_t)i;
    s->code = arena_printf(arena, "S%05zu", i);
    s->name = arena_printf(arena, "第%zu小学", i);
    put(b, r);
}

static void put_activity(struct bench *b, struct arena *arena, uint32_t stream, const struct uuid *plan)
{
    struct uuid id = pick_id(b);
    struct record *r = record(b, arena, "activity", stream, &id);
    Lianxin__Activity *a = (Lianxin__Activity *)r->message;

    a->has_plan = a->has_months = a->has_category = a->has_state = true;
    a->plan = (ProtobufCBinaryData){.len = UUID_BYTES, .data = arena_copy(arena, plan->bytes, UUID_BYTES)};
    a->number = arena_strdup(arena, "3.2");
    a->header = arena_strdup(arena, "三月份");
    a->text = arena_strdup(arena, "组织全体教职工开展春季登山健身活动，评选优秀组室，做好宣传报道");
    a->lead = arena_strdup(arena, "工会");
    if (!month_set_add(&a->months, month_make(2024, 1) + (int32_t)pick(b, 12)))
        abort();
    a->category = (Lianxin__Category)(1 + pick(b, 12));
    a->state = (Lianxin__ActivityState)(1 + pick(b, 5));
    put(b, r);
}

static void put_records(struct bench *b, struct arena *arena, size_t i)
{
    uint32_t stream = STREAM_FIRST_SCHOOL + (uint32_t)i;
    struct uuid id = pick_id(b);
    struct record *r = record(b, arena, "plan", stream, &id);
    Lianxin__Plan *p = (Lianxin__Plan *)r->message;

    p->has_body = p->has_state = p->has_first_month = p->has_last_month = true;
    p->body = LIANXIN__BODY__BODY_UNION;
    p->state = LIANXIN__PLAN_STATE__PLAN_STATE_SUBMITTED;
    p->title = arena_strdup(arena, "工作计划");
    p->first_month = month_make(2024, 1);
    p->last_month = month_make(2024, 12);
    put(b, r);
    for (size_t k = 0; k < b->activities; k++) {
        put_activity(b, arena, stream, &id);
    }
}

static void fill(struct bench *b)
{
    struct arena arena;
    struct err err;

    arena_init(&arena, 0);
    for (size_t i = 0; i < b->schools; i++) {
        if (i % 100 == 0)
            must(sql_begin(b->core->writer.sql, &err), &err);
        put_school(b, &arena, i);
        arena_reset(&arena);
        put_records(b, &arena, i);
        arena_reset(&arena);
        if (i % 100 == 99 || i + 1 == b->schools)
            must(sql_commit(b->core->writer.sql, &err), &err);
    }
    must(sql_checkpoint(b->core->writer.sql, &err), &err);
    arena_done(&arena);
}

/* ---- the work ---- */

static size_t raw_count(struct bench *b, const char *text)
{
    struct sql_statement *s = NULL;
    bool row = true;
    size_t n = 0;
    struct err err;

    must(sql_prepare_once(b->reader->sql, text, &s, &err), &err);
    for (;;) {
        must(sql_step(s, &row, &err), &err);
        if (!row)
            break;
        n += (size_t)sql_int(s, 0);
    }
    sql_finish(s);
    return n;
}

/* March, culture: about 0.7 % of the activities. */
static struct query march(void)
{
    return (struct query){.filter = {.has_months = true,
                                     .first_month = month_make(2024, 3),
                                     .last_month = month_make(2024, 3),
                                     .categories = UINT64_C(1) << LIANXIN__CATEGORY__CATEGORY_CULTURE},
                          .max_rows = QUERY_ROWS_MAX};
}

static size_t limit_rows(struct bench *b)
{
    return raw_count(b, "SELECT 1, s.code, r.* FROM activity r JOIN school s ON s.number = r.stream AND s.stream = 1"
                        " WHERE r.category = 7 AND r.months >> 40 = 24290 AND r.dead = 0");
}

static size_t ours_rows(struct bench *b)
{
    struct work work = {.desk = b->reader, .arena = &b->page};
    struct query q = march();
    struct query_page page;
    struct err err;
    size_t n = 0;
    uint8_t after[64];

    do {
        must(query_run(&work, &q, &page, &err), &err);
        n += page.table->n_rows;
        if (page.next)
            memcpy(after, page.next, page.next_bytes);
        q.after = page.next ? after : NULL;
        q.after_bytes = page.next_bytes;
        arena_reset(&b->page);
    } while (q.after);
    return n;
}

static size_t limit_count(struct bench *b)
{
    return raw_count(b, "SELECT count(*) FROM activity WHERE category = 7 AND months >> 40 = 24290 AND dead = 0 GROUP BY category");
}

static size_t ours_count(struct bench *b)
{
    struct work work = {.desk = b->reader, .arena = &b->page};
    enum query_group by = QUERY_GROUP_category;
    struct query q = march();
    struct query_page page;
    struct err err;
    size_t n;

    q.group_by = &by;
    q.n_group_by = 1;
    must(query_run(&work, &q, &page, &err), &err);
    n = (size_t)page.table->last_row->cells[1].number;
    arena_reset(&b->page);
    return n;
}

static size_t limit_groups(struct bench *b)
{
    return raw_count(b, "SELECT count(*), months, category, state FROM activity WHERE dead = 0 GROUP BY months, category, state");
}

static size_t ours_groups(struct bench *b)
{
    struct work work = {.desk = b->reader, .arena = &b->page};
    enum query_group by[] = {QUERY_GROUP_month, QUERY_GROUP_category, QUERY_GROUP_state};
    struct query q = {.group_by = by, .n_group_by = 3};
    struct query_page page;
    struct err err;
    size_t n;

    must(query_run(&work, &q, &page, &err), &err);
    n = (size_t)page.table->last_row->cells[3].number;
    arena_reset(&b->page);
    return n;
}

static size_t ours_brief(struct bench *b)
{
    struct aggregate *aggregate = NULL;
    struct err err;
    bool done = false;
    size_t n;

    must(aggregate_new(b->reader, "2024-12-15", &aggregate, &err), &err);
    while (!done)
        must(aggregate_step(aggregate, 16, &done, &err), &err);
    n = (size_t)aggregate_tables(aggregate)[AGGREGATE_SUMMARY]->rows->cells[5].number;
    aggregate_free(aggregate);
    return n;
}

/* ---- side by side ---- */

static int by_value(const void *a, const void *b)
{
    return (*(const int64_t *)a > *(const int64_t *)b) - (*(const int64_t *)a < *(const int64_t *)b);
}

static void compare(struct bench *b, const char *work, size_t (*ours)(struct bench *b), size_t (*limit)(struct bench *b))
{
    struct clock clock = clock_system(0);
    int64_t ms[2][ROUNDS];
    size_t n[2] = {0};
    struct err err;

    for (int round = 0; round < ROUNDS; round++) {
        for (int k = 0; k < 2; k++) {
            int64_t began = clock_mono_ms(&clock);

            must(sql_begin(b->reader->sql, &err), &err); /* one snapshot a request, as in a lane */
            n[k] = (k == 0 ? ours : limit)(b);
            sql_rollback(b->reader->sql);
            ms[k][round] = clock_mono_ms(&clock) - began;
        }
    }
    qsort(ms[0], ROUNDS, sizeof **ms, by_value);
    qsort(ms[1], ROUNDS, sizeof **ms, by_value);
    printf("%-28s | %5lld ms (%zu) | %5lld ms (%zu) | %.2f\n", work, (long long)ms[0][ROUNDS / 2], n[0],
           (long long)ms[1][ROUNDS / 2], n[1], (double)ms[0][ROUNDS / 2] / (double)(ms[1][ROUNDS / 2] > 0 ? ms[1][ROUNDS / 2] : 1));
}

static void open_district(struct bench *b, const char *path, const struct log *log)
{
    const struct schema *schema;
    struct err err;

    must(schema_new(&b->arena, schema_source_current(), &schema, &err), &err);
    const struct core_config config = {.path = path,
                                       .schema = schema,
                                       .clock = clock_system(28800),
                                       .random = random_system(),
                                       .log = log,
                                       .settings = settings_default()};
    must(core_create(&config, &err), &err);
    must(core_open(&config, &b->core, &err), &err);
    must(desk_open_reader(b->core, &b->reader, &err), &err);
}

static void remove_files(const char *folder, const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char file[128];

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(file, sizeof file, "%s%s", path, endings[i]);
        unlink(file);
    }
    rmdir(folder);
}

int main(int argc, char **argv)
{
    struct bench bench = {.schools = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000,
                          .activities = argc > 2 ? strtoul(argv[2], NULL, 10) : 60};
    struct log log = log_to_fd(STDERR_FILENO, LOG_ERROR, clock_system(28800));
    char folder[] = "/tmp/lianxin-bench-XXXXXX", path[64];

    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/db", folder);
    arena_init(&bench.arena, 0);
    open_district(&bench, path, &log);
    fill(&bench);
    printf("%zu schools, %zu activities each; ms, median of %d\n%-28s | ours | limit | ratio\n", bench.schools, bench.activities,
           ROUNDS, "work");
    arena_reset(&bench.page);
    compare(&bench, "rows of a month and category", ours_rows, limit_rows);
    compare(&bench, "their number", ours_count, limit_count);
    compare(&bench, "month × category × state", ours_groups, limit_groups);
    compare(&bench, "the whole brief", ours_brief, limit_groups);
    desk_close_reader(bench.reader);
    core_close(bench.core);
    arena_done(&bench.page);
    arena_done(&bench.arena);
    remove_files(folder, path);
    return 0;
}
