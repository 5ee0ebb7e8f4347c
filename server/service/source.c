/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/source.h"

#include <stdio.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/domain/month.h"
#include "proto/records.pb-c.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define EXTRAS_MAX 4

/* The cheap ones come first: SQLite asks them in this order. */
enum fragment { FRAGMENT_CATEGORY, FRAGMENT_STATE, FRAGMENT_MONTHS, FRAGMENT_TEXT, FRAGMENT_BODY, FRAGMENT_PLAN_STATE, FRAGMENTS };

struct source {
    const char *kind;
    const char *from;
    const char *facts;                /* in the order of enum fact_column */
    const char *place[2];             /* where a row stands in its school's list */
    const char *fragments[FRAGMENTS]; /* conditions; NULL: the kind has no such thing */
    bool months_are_days;             /* the months are bound as days */
    uint64_t states_preset;           /* the states meant when none are asked for; 0: all */
    struct source_extra extras[EXTRAS_MAX];
    const char *shown[8];
};

enum fact_column {
    FACT_PLAN,
    FACT_MONTHS,
    FACT_DEFERRED_TO,
    FACT_CATEGORY,
    FACT_STATE,
    FACT_BUDGET,
    FACT_PARTICIPANTS,
    FACT_DAY,
    FACT_PEOPLE,
    FACT_MONEY,
    FACT_STREAM, /* after them */
};

/* Is bit `value` of a mask set? An absent value is 0. */
#define IN_MASK(column, mask) " AND ((" mask " >> coalesce(" column ", 0)) & 1) = 1"
/* Asked of every row, so most of them are told apart before the mask is. */
#define IN_CATEGORIES(column)                                                                                                      \
    " AND (" column " BETWEEN $least_category AND $most_category OR " column " IS NULL)" IN_MASK(column, "$categories")
#define CONTAINS(column) " AND " column " LIKE $text ESCAPE '\\'"
#define TERM_MEETS(alias) " AND " alias ".first_month <= $last_month AND " alias ".last_month >= $first_month"
#define JOIN_PLAN(alias) " JOIN plan p ON p.stream = r.stream AND p.id = " alias ".plan AND p.dead = 0"

/* A month set is first month << 40 | mask: cut the mask's bits after $last_month off, then those before $first_month. A deferred
 * activity is also found in the month it was deferred to. */
#define MONTH_SET_MEETS                                                                                                            \
    " AND (((r.months >> 40) <= $last_month AND"                                                                                   \
    " (((r.months & 1099511627775) & ((2 << CASE WHEN $last_month - (r.months >> 40) > 39 THEN 39"                                 \
    " ELSE $last_month - (r.months >> 40) END) - 1))"                                                                              \
    " >> CASE WHEN $first_month > (r.months >> 40) THEN $first_month - (r.months >> 40) ELSE 0 END) <> 0)"                         \
    " OR (r.state = 4 AND r.deferred_to BETWEEN $first_month AND $last_month))"

/* A dropped activity was a mistake: it is shown and counted only when it is asked for. */
#define ALL_BUT_DROPPED (~(UINT64_C(1) << LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED))

static const struct source sources[] = {
    {
        .kind = "activity",
        .from = " FROM activity r" JOIN_PLAN("r"),
        .facts = "r.plan, r.months, r.deferred_to, r.category, r.state, r.budget_fen, r.participants, NULL, NULL, NULL",
        .place = {"coalesce(r.months, 0)", "coalesce(r.position, 0)"},
        .fragments = {[FRAGMENT_MONTHS] = MONTH_SET_MEETS,
                      [FRAGMENT_CATEGORY] = IN_CATEGORIES("r.category"),
                      [FRAGMENT_BODY] = IN_MASK("p.body", "$bodies"),
                      [FRAGMENT_STATE] = IN_MASK("r.state", "$states"),
                      [FRAGMENT_PLAN_STATE] = IN_MASK("p.state", "$plan_states"),
                      [FRAGMENT_TEXT] = CONTAINS("r.text")},
        .states_preset = ALL_BUT_DROPPED,
        .extras = {{"plan", "body", "p.body"}},
        .shown = {"number", "months", "text", "category", "state"},
    },
    {
        .kind = "occurrence",
        .from = " FROM occurrence r JOIN activity a ON a.stream = r.stream AND a.id = r.activity AND a.dead = 0" JOIN_PLAN("a"),
        .facts = "a.plan, NULL, NULL, a.category, a.state, NULL, NULL, r.day, r.people, r.money_fen",
        .place = {"CAST(substr(r.day, 1, 4) AS INTEGER) * 10000 + CAST(substr(r.day, 6, 2) AS INTEGER) * 100"
                  " + CAST(substr(r.day, 9, 2) AS INTEGER)",
                  "0"},
        .fragments = {[FRAGMENT_MONTHS] = " AND r.day >= $first_day AND r.day < $end_day",
                      [FRAGMENT_CATEGORY] = IN_CATEGORIES("a.category"),
                      [FRAGMENT_BODY] = IN_MASK("p.body", "$bodies"),
                      [FRAGMENT_STATE] = IN_MASK("a.state", "$states"),
                      [FRAGMENT_PLAN_STATE] = IN_MASK("p.state", "$plan_states"),
                      [FRAGMENT_TEXT] = CONTAINS("a.text")},
        .months_are_days = true,
        .states_preset = ALL_BUT_DROPPED,
        .extras = {{"plan", "body", "p.body"},
                   {"activity", "number", "a.number"},
                   {"activity", "text", "a.text"},
                   {"activity", "category", "a.category"}},
        .shown = {"day", "people", "money_fen", "note"},
    },
    {
        .kind = "plan",
        .from = " FROM plan r",
        .facts = "r.id, NULL, NULL, NULL, r.state, NULL, NULL, NULL, NULL, NULL",
        .place = {"coalesce(r.first_month, 0)", "coalesce(r.body, 0)"},
        .fragments = {[FRAGMENT_MONTHS] = TERM_MEETS("r"),
                      [FRAGMENT_BODY] = IN_MASK("r.body", "$bodies"),
                      [FRAGMENT_STATE] = IN_MASK("r.state", "$states"),
                      [FRAGMENT_PLAN_STATE] = IN_MASK("r.state", "$plan_states"),
                      [FRAGMENT_TEXT] = CONTAINS("r.title")},
        .shown = {"body", "title", "first_month", "last_month", "state"},
    },
    {
        .kind = "section",
        .from = " FROM section r" JOIN_PLAN("r"),
        .facts = "r.plan, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
        .place = {"coalesce(p.first_month, 0)", "coalesce(r.position, 0)"},
        .fragments = {[FRAGMENT_MONTHS] = TERM_MEETS("p"),
                      [FRAGMENT_BODY] = IN_MASK("p.body", "$bodies"),
                      [FRAGMENT_PLAN_STATE] = IN_MASK("p.state", "$plan_states"),
                      [FRAGMENT_TEXT] = CONTAINS("r.text")},
        .extras = {{"plan", "body", "p.body"}, {"plan", "title", "p.title"}},
        .shown = {"label", "text"},
    },
    {
        .kind = "report",
        .from = " FROM report r",
        .facts = "NULL, NULL, NULL, NULL, r.state, NULL, NULL, NULL, NULL, NULL",
        .place = {"coalesce(r.first_month, 0)", "coalesce(r.report_kind, 0)"},
        .fragments = {[FRAGMENT_MONTHS] = TERM_MEETS("r"),
                      [FRAGMENT_STATE] = IN_MASK("r.state", "$states"),
                      [FRAGMENT_TEXT] = CONTAINS("r.text")},
        .shown = {"report_kind", "first_month", "last_month", "state", "submitted_at"},
    },
    {
        .kind = "conflict",
        .from = " FROM conflict r",
        .facts = "NULL, NULL, NULL, NULL, r.state, NULL, NULL, NULL, NULL, NULL",
        .place = {"coalesce(r.author_at, 0)", "0"},
        .fragments = {[FRAGMENT_STATE] = IN_MASK("r.state", "$states")},
        .shown = {"why", "author_person", "author_at", "holder_person", "state"},
    },
};

const struct source *source_find(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LENGTH(sources); i++)
        if (strcmp(sources[i].kind, kind) == 0)
            return &sources[i];
    return NULL;
}

const char *const *source_shown(const struct source *source)
{
    return source->shown;
}

const struct source_extra *source_extras(const struct source *source, size_t *n)
{
    for (*n = 0; *n < EXTRAS_MAX && source->extras[*n].sql; ++*n)
        ;
    return source->extras;
}

/* ---- the filter ---- */

static void put_first_day(int32_t month, char out[CLOCK_DAY_BYTES])
{
    char text[MONTH_TEXT_BYTES];

    month_format(month, text);
    snprintf(out, CLOCK_DAY_BYTES, "%.7s-01", text);
}

void source_prepare(struct filter *filter, struct arena *arena)
{
    if (filter->has_months) {
        put_first_day(filter->first_month, filter->first_day);
        put_first_day(filter->last_month + 1, filter->end_day);
    }
    if (filter->text) {
        const char *text = utf8_nfc(arena, filter->text);
        struct buf like;

        buf_init(&like, 0);
        buf_putc(&like, '%');
        for (text = text ? text : filter->text; *text; text++) {
            if (strchr("%_\\", *text))
                buf_putc(&like, '\\');
            buf_putc(&like, *text);
        }
        buf_putc(&like, '%');
        filter->like = arena_strdup(arena, buf_text(&like));
        buf_done(&like);
    }
}

static uint64_t states_of(const struct source *source, const struct filter *filter)
{
    return filter->states ? filter->states : source->states_preset;
}

static bool asks_for(const struct source *source, const struct filter *filter, enum fragment fragment)
{
    switch (fragment) {
    case FRAGMENT_MONTHS:
        return filter->has_months;
    case FRAGMENT_CATEGORY:
        return filter->categories != 0;
    case FRAGMENT_BODY:
        return filter->bodies != 0;
    case FRAGMENT_STATE:
        return states_of(source, filter) != 0;
    case FRAGMENT_PLAN_STATE:
        return filter->plan_states != 0;
    case FRAGMENT_TEXT:
        return filter->text != NULL;
    case FRAGMENTS:
        break;
    }
    return false;
}

enum status source_check(const struct source *source, const struct filter *filter, struct err *err)
{
    static const char *const names[FRAGMENTS] = {
        [FRAGMENT_CATEGORY] = "category", [FRAGMENT_STATE] = "state", [FRAGMENT_MONTHS] = "month",
        [FRAGMENT_TEXT] = "text",         [FRAGMENT_BODY] = "body",   [FRAGMENT_PLAN_STATE] = "plan state",
    };

    for (enum fragment i = 0; i < FRAGMENTS; i++)
        if (asks_for(source, filter, i) && !source->fragments[i])
            return err_reason(err, REASON_QUERY_NONE, names[i], source->kind, NULL);
    return STATUS_OK;
}

static void put_conditions(struct buf *text, const struct source *source, const struct filter *filter, const char *streams)
{
    buf_puts(text, " WHERE r.stream ");
    buf_puts(text, streams);
    for (enum fragment i = 0; i < FRAGMENTS; i++)
        if (asks_for(source, filter, i))
            buf_puts(text, source->fragments[i]);
    buf_puts(text, " AND r.dead = 0"); /* nearly all live: asked last */
}

static void bind_conditions(struct sql_statement *s, const struct source *source, const struct filter *filter)
{
    if (filter->has_months && source->months_are_days) {
        sql_bind_text(s, "$first_day", filter->first_day);
        sql_bind_text(s, "$end_day", filter->end_day);
    } else if (filter->has_months) {
        sql_bind_int(s, "$first_month", filter->first_month);
        sql_bind_int(s, "$last_month", filter->last_month);
    }
    if (filter->categories) {
        sql_bind_int(s, "$categories", (int64_t)filter->categories);
        sql_bind_int(s, "$least_category", __builtin_ctzll(filter->categories));
        sql_bind_int(s, "$most_category", 63 - __builtin_clzll(filter->categories));
    }
    if (filter->bodies)
        sql_bind_int(s, "$bodies", (int64_t)filter->bodies);
    if (states_of(source, filter))
        sql_bind_int(s, "$states", (int64_t)states_of(source, filter));
    if (filter->plan_states)
        sql_bind_int(s, "$plan_states", (int64_t)filter->plan_states);
    if (filter->text)
        sql_bind_text(s, "$text", filter->like);
}

static enum status prepare(struct sql *db, struct buf *text, const struct source *source, const struct filter *filter,
                           struct sql_statement **out, struct err *err)
{
    enum status st = sql_prepare_once(db, buf_text(text), out, err);

    buf_done(text);
    if (st == STATUS_OK)
        bind_conditions(*out, source, filter);
    return st;
}

/* ---- rows ---- */

enum status source_prepare_rows(const struct source *source, struct store *store, const struct kind *kind,
                                const struct filter *filter, struct sql_statement **out, struct err *err)
{
    struct buf text;

    buf_init(&text, 0);
    buf_puts(&text, "SELECT ");
    for (size_t i = 0; i < SOURCE_PLACE_COLUMNS; i++) {
        buf_puts(&text, source->place[i]);
        buf_puts(&text, ", ");
    }
    for (size_t i = 0; i < EXTRAS_MAX && source->extras[i].sql; i++) {
        buf_puts(&text, source->extras[i].sql);
        buf_puts(&text, ", ");
    }
    buf_puts(&text, store_columns(store, kind, "r."));
    buf_puts(&text, source->from);
    put_conditions(&text, source, filter, "= $stream");
    buf_puts(&text, " AND (");
    buf_puts(&text, source->place[0]);
    buf_puts(&text, ", ");
    buf_puts(&text, source->place[1]);
    buf_puts(&text, ", r.id) > ($first, $second, $id) ORDER BY 1, 2, r.id LIMIT $max");
    return prepare(store_sql(store), &text, source, filter, out, err);
}

void source_bind_rows(struct sql_statement *s, uint32_t stream, const struct source_place *after, size_t max)
{
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$first", after ? after->first : INT64_MIN);
    sql_bind_int(s, "$second", after ? after->second : INT64_MIN);
    sql_bind_blob(s, "$id", after ? (const void *)after->id.bytes : "", after ? UUID_BYTES : 0);
    sql_bind_int(s, "$max", (int64_t)max);
}

/* ---- facts ---- */

enum status source_prepare_facts(const struct source *source, struct sql *db, const struct filter *filter,
                                 struct sql_statement **out, struct err *err)
{
    struct buf text;

    buf_init(&text, 0);
    buf_puts(&text, "SELECT ");
    buf_puts(&text, source->facts);
    buf_puts(&text, ", r.stream");
    buf_puts(&text, source->from);
    put_conditions(&text, source, filter, "BETWEEN $first_stream AND $last_stream");
    buf_puts(&text, " ORDER BY r.stream");
    return prepare(db, &text, source, filter, out, err);
}

static int32_t month_of_day(const char *day)
{
    char text[MONTH_TEXT_BYTES];
    int32_t month;

    snprintf(text, sizeof text, "%.7s", day);
    return month_parse(text, &month) ? month : -1;
}

static struct fact read_fact(struct sql_statement *s, const struct cover *cover)
{
    size_t bytes;
    const void *plan = sql_blob(s, FACT_PLAN, &bytes);

    return (struct fact){
        .plan = cover_find(cover, plan, bytes),
        .months = sql_int(s, FACT_MONTHS),
        .deferred_to = (int32_t)sql_int(s, FACT_DEFERRED_TO),
        .category = (int)sql_int(s, FACT_CATEGORY),
        .state = (int)sql_int(s, FACT_STATE),
        .budget_fen = sql_int(s, FACT_BUDGET),
        .participants = sql_int(s, FACT_PARTICIPANTS),
        .month = sql_is_null(s, FACT_DAY) ? -1 : month_of_day(sql_text(s, FACT_DAY)),
        .people = sql_int(s, FACT_PEOPLE),
        .money_fen = sql_int(s, FACT_MONEY),
    };
}

enum status source_visit_facts(struct sql_statement *s, const struct source_visit *visit, struct err *err)
{
    const struct cover *cover = NULL;
    uint32_t at = 0;
    bool row = true;
    enum status st = STATUS_OK;

    sql_bind_int(s, "$first_stream", visit->first_stream);
    sql_bind_int(s, "$last_stream", visit->last_stream);
    while (st == STATUS_OK && (st = sql_step(s, &row, err)) == STATUS_OK && row) {
        uint32_t stream = (uint32_t)sql_int(s, FACT_STREAM);

        if (stream != at)
            st = visit->school(visit->context, stream, &cover, err);
        at = stream;
        if (st == STATUS_OK && cover) {
            struct fact fact = read_fact(s, cover);

            visit->fact(visit->context, &fact);
        }
    }
    sql_reset(s);
    return st;
}
