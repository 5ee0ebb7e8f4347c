/* SPDX-License-Identifier: Apache-2.0
 *
 * The district on a Monday: its questions over 600,000 activities of 10,000 schools, beside the best raw statement on the same
 * file; and what pushing schools notice of them. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/kit/pushes.h"
#include "bench/kit/served.h"
#include "common/domain/month.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "proto/records.pb-c.h"
#include "server/service/aggregate.h"
#include "server/service/core_open.h"
#include "server/service/query.h"

#define PUSHERS 64u

struct bench {
    struct district district;
    struct arena page; /* of one answer */
    size_t page_bytes; /* the most one took */
    struct core *core;
    struct desk *reader;
};

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

/* March, two categories: about 1.4 % of the activities. */
static struct query march(void)
{
    return (struct query){.filter = {.has_months = true,
                                     .first_month = month_make(2024, 3),
                                     .last_month = month_make(2024, 3),
                                     .categories = UINT64_C(3) << LIANXIN__CATEGORY__CATEGORY_CULTURE},
                          .max_rows = QUERY_ROWS_MAX};
}

static size_t limit_rows(struct bench *b)
{
    return raw_count(b, "SELECT 1, s.code, r.* FROM activity r JOIN school s ON s.number = r.stream AND s.stream = 1"
                        " WHERE r.category IN (7, 8) AND r.months >> 40 = 24290 AND r.dead = 0");
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
        b->page_bytes = b->page.used_bytes > b->page_bytes ? b->page.used_bytes : b->page_bytes;
        if (page.next)
            memcpy(after, page.next, page.next_bytes);
        q.after = page.next ? after : NULL;
        q.after_bytes = page.next_bytes;
        arena_reset(&b->page);
    } while (q.after);
    return n;
}

/* What a person sees first: a page of the usual size. */
static size_t ours_first(struct bench *b)
{
    struct work work = {.desk = b->reader, .arena = &b->page};
    struct query q = march();
    struct query_page page;
    struct err err;
    size_t n;

    q.max_rows = QUERY_ROWS_PRESET;
    must(query_run(&work, &q, &page, &err), &err);
    n = page.table->n_rows;
    arena_reset(&b->page);
    return n;
}

static size_t limit_count(struct bench *b)
{
    return raw_count(
        b, "SELECT count(*) FROM activity WHERE category IN (7, 8) AND months >> 40 = 24290 AND dead = 0 GROUP BY category");
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

static double seconds_of(struct bench *b, size_t (*run)(struct bench *b), size_t *n)
{
    double began = now_s();
    struct err err;

    must(sql_begin(b->reader->sql, &err), &err); /* one snapshot a request, as in a lane */
    *n = run(b);
    sql_rollback(b->reader->sql);
    return (now_s() - began) * 1000;
}

struct comparison {
    const char *work;
    size_t (*ours)(struct bench *b), (*limit)(struct bench *b);
    const char *other;
    double goal;
    bool same; /* both must find as much */
};

static void compare(struct bench *b, const struct comparison *c)
{
    struct samples ours = {.n = 0}, limit = {.n = 0};
    size_t found, expected;

    for (unsigned round = 0; round < b->district.plan.rounds; round++) {
        samples_add(&ours, seconds_of(b, c->ours, &found));
        samples_add(&limit, seconds_of(b, c->limit, &expected));
        must_be(!c->same || found == expected, "a query and its statement found something else");
    }
    result_print(
        &(struct result){c->work, "ms", c->other, &ours, &limit, AGAINST_LIMIT, c->goal > 0 ? AIM_AT_MOST : AIM_NONE, c->goal});
}

static void compare_all(struct bench *b)
{
    static const struct comparison comparisons[] = {
        {"query rows, 1.4 % of all", ours_rows, limit_rows, "raw SQL", 1.5, true},
        {"query count, 1.4 % of all", ours_count, limit_count, "raw SQL", 1.5, true},
        {"query month x category x state", ours_groups, limit_groups, "raw SQL", 1.5, true},
        {"query first page", ours_first, ours_rows, "the whole", 0.05, false},
        {"the whole nightly brief", ours_brief, limit_groups, "raw SQL groups", 0, false},
    };
    struct err err;

    must(core_open(&b->district.config, &b->core, &err), &err);
    must(desk_open_reader(b->core, &b->reader, &err), &err);
    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++)
        compare(b, &comparisons[i]);
    printf("the largest page took %zu KiB of memory\n", b->page_bytes / 1024);
    desk_close_reader(b->reader);
    core_close(b->core);
}

/* ---- pushes while somebody asks ---- */

static void put_query(void *context, unsigned client, struct buf *out)
{
    static char month[] = "month", category[] = "category";
    char *groups[] = {month, category};
    Lianxin__QueryRequest query = LIANXIN__QUERY_REQUEST__INIT;

    (void)context, (void)client;
    query.group_by = groups;
    query.n_group_by = 2;
    frame_put(out, MESSAGE_query, 0, 3, &query.base);
}

/* Asks again and again until it is ended. */
static pid_t start_asking(struct bench *b, const struct served *served, struct pushes *pushes)
{
    struct load_language language = pushes_language(pushes);
    pid_t child = fork();

    must_be(child >= 0, "no process");
    if (child > 0)
        return child;
    die_with_parent();
    language.ask = put_query;
    load_run(load_open(&b->district, served->port, 1, &language), 3600000);
    _exit(0);
}

static double push_rate(struct bench *b, const struct served *served, struct pushes *pushes)
{
    struct load_language language = pushes_language(pushes);
    struct load *load = load_open(&b->district, served->port, PUSHERS, &language);
    double per_s = load_run(load, b->district.plan.run_ms).per_s;

    load_close(load);
    return per_s;
}

static void push_meanwhile(struct bench *b)
{
    struct samples meanwhile = {.n = 0}, alone = {.n = 0};
    struct served served;
    struct pushes pushes;

    pushes_init(&pushes, &b->district);
    served_start_district(&served, &b->district);
    for (unsigned round = 0; round < b->district.plan.rounds; round++) {
        pid_t asking;

        samples_add(&alone, push_rate(b, &served, &pushes));
        asking = start_asking(b, &served, &pushes);
        samples_add(&meanwhile, push_rate(b, &served, &pushes));
        kill(asking, SIGKILL);
        waitpid(asking, NULL, 0);
    }
    result_print(
        &(struct result){"push 1 edit while a query runs", "/s", "without", &meanwhile, &alone, AGAINST_LIMIT, AIM_AT_LEAST, 0.8});
    served_stop(&served);
    pushes_done(&pushes);
}

int main(void)
{
    static struct bench bench;
    struct plan plan = plan_read();

    district_open(&bench.district, &plan);
    printf("%u schools, %u activities each\n", plan.schools, plan.activities);
    arena_init(&bench.page, 0);
    compare_all(&bench);
    push_meanwhile(&bench);
    arena_done(&bench.page);
    district_close(&bench.district);
    return 0;
}
