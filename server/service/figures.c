/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/figures.h"

#include "common/domain/body.h"
#include "common/domain/month.h"
#include "proto/records.pb-c.h"

static const struct filter everything;

enum status figures_open(struct sql *db, int32_t month, struct figures_run *out, struct err *err)
{
    struct figures_run run = {.db = db, .month = month};
    enum status st = source_prepare_facts(source_find("activity"), db, &everything, &run.activities, err);

    if (st == STATUS_OK)
        st = source_prepare_facts(source_find("occurrence"), db, &everything, &run.occurrences, err);
    if (st == STATUS_OK)
        *out = run;
    else
        figures_close(&run);
    return st;
}

void figures_close(struct figures_run *run)
{
    sql_finish(run->activities);
    sql_finish(run->occurrences);
    run->activities = run->occurrences = NULL;
}

struct counting {
    const struct cover *cover;
    int32_t month;
    struct figures *figures;
    void (*add)(void *context, const struct figures_cell *cell);
    void *context;
};

static bool counts(const struct counting *c, const struct fact *fact, int32_t month)
{
    return fact->plan && body_is_union(fact->plan->body) && cover_counts(c->cover, fact->plan, month);
}

static bool in_window(const struct counting *c, int32_t month)
{
    return c->month - FIGURES_MONTHS < month && month <= c->month;
}

static void add_cell(const struct counting *c, const struct fact *fact, struct figures_cell cell)
{
    cell.category = fact->category;
    cell.body = fact->plan->body;
    cell.state = fact->state;
    if (c->add)
        c->add(c->context, &cell);
}

static int32_t last_month(const struct fact *fact)
{
    int32_t last = month_set_last(fact->months);
    bool deferred = fact->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED;

    return deferred && fact->deferred_to > last ? fact->deferred_to : last;
}

/* Whether an activity is past is asked of the plan that counts in the last month it was planned for. */
static void count_past(struct counting *c, const struct fact *fact)
{
    int32_t last = last_month(fact);
    bool done = fact->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE;

    if (fact->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED || last >= c->month || !in_window(c, last) ||
        !counts(c, fact, month_set_last(fact->months)))
        return;
    c->figures->past++;
    c->figures->past_done += done;
    c->figures->overdue += !done;
}

static void count_once(struct counting *c, const struct fact *fact)
{
    c->figures->activities++;
    c->figures->done += fact->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE;
}

static void count_activity(void *context, const struct fact *fact)
{
    struct counting *c = context;
    int32_t month = INT32_MIN;
    bool counted = false;

    if (fact->months == 0) {
        if (fact->plan && fact->plan->first_month <= c->month && fact->plan->last_month > c->month - FIGURES_MONTHS &&
            counts(c, fact, fact->plan->last_month))
            count_once(c, fact);
        return;
    }
    count_past(c, fact);
    while (month_set_next(fact->months, &month)) {
        if (!in_window(c, month) || !counts(c, fact, month))
            continue;
        if (!counted)
            count_once(c, fact);
        counted = true;
        add_cell(c, fact, (struct figures_cell){.month = month, .activities = 1});
    }
}

static void count_occurrence(void *context, const struct fact *fact)
{
    struct counting *c = context;

    if (!in_window(c, fact->month) || !counts(c, fact, fact->month))
        return;
    add_cell(c, fact,
             (struct figures_cell){.month = fact->month, .occurrences = 1, .people = fact->people, .money_fen = fact->money_fen});
    if (fact->month != c->month)
        return;
    c->figures->occurrences++;
    c->figures->people += fact->people;
    c->figures->money_fen += fact->money_fen;
}

static enum status give_cover(void *context, uint32_t stream, const struct cover **cover, struct err *err)
{
    const struct counting *c = context;

    (void)stream, (void)err;
    *cover = c->cover;
    return STATUS_OK;
}

static enum status count_conflicts(struct sql *db, uint32_t stream, int64_t *out, struct err *err)
{
    struct sql_statement *s = NULL;
    enum status st =
        sql_prepare(db, "SELECT count(*) FROM conflict WHERE stream = $stream AND dead = 0 AND state = $open", &s, err);

    if (st != STATUS_OK)
        return st;
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$open", LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN);
    return sql_find_int(s, out, err);
}

enum status figures_count(struct figures_run *run, struct arena *arena, uint32_t stream, struct figures *out, struct cover *cover,
                          void (*add)(void *context, const struct figures_cell *cell), void *context, struct err *err)
{
    struct figures figures = {0};
    struct counting c = {.cover = cover, .month = run->month, .figures = &figures, .add = add, .context = context};
    const struct cover_plan *plan;
    struct source_visit visit = {.first_stream = stream, .last_stream = stream, .school = give_cover, .context = &c};
    enum status st = cover_load(run->db, arena, stream, cover, err);

    visit.fact = count_activity;
    if (st == STATUS_OK)
        st = source_visit_facts(run->activities, &visit, err);
    visit.fact = count_occurrence;
    if (st == STATUS_OK)
        st = source_visit_facts(run->occurrences, &visit, err);
    if (st == STATUS_OK)
        st = count_conflicts(run->db, stream, &figures.open_conflicts, err);
    if (st != STATUS_OK)
        return st;
    plan = cover_find_union_plan(cover, run->month);
    figures.plan_state = plan ? plan->state : 0;
    figures.has_plan = plan && cover_is_submitted(plan);
    *out = figures;
    return STATUS_OK;
}
