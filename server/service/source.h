/* SPDX-License-Identifier: Apache-2.0
 *
 * How the district's questions become SQL. A source is a kind of record as a question sees it: static fragments, from which a
 * statement over one school's stream is put together by lists; every value is bound. */
#ifndef SERVER_SERVICE_SOURCE_H
#define SERVER_SERVICE_SOURCE_H

#include "common/base/clock.h"
#include "common/db/store.h"
#include "server/service/cover.h"

/* What is asked for; a zero value asks for everything. Sets of enum values are masks: bit v for value v. */
struct filter {
    bool has_months;
    int32_t first_month, last_month; /* inclusive */
    uint64_t categories, bodies, states, plan_states;
    const char *text; /* contained in the source's text; NULL: any */
    /* filled by source_prepare() */
    const char *like;
    char first_day[CLOCK_DAY_BYTES], end_day[CLOCK_DAY_BYTES];
};

/* Makes what the statements bind: the LIKE pattern with its wildcards escaped, the months as days. */
void source_prepare(struct filter *filter, struct arena *arena);

struct source;
/* NULL when the district cannot ask for that kind. */
const struct source *source_find(const char *kind);
/* The names of the fields people see in a listing; the others are for data. */
const char *const *source_shown(const struct source *source);
/* USAGE with reason QUERY_NONE when the filter asks for what such records do not have. */
enum status source_check(const struct source *source, const struct filter *filter, struct err *err) MUST_CHECK;

/* A field of a parent, shown beside the record. */
struct source_extra {
    const char *kind, *field;
    const char *sql;
};
const struct source_extra *source_extras(const struct source *source, size_t *n);

/* Statements are prepared and bound for one filter, which must live as long.
 *
 * Rows of one school in order, from after a place: the statement's columns are the place (two numbers), the extras, then the record
 * (store_columns). */
struct source_place {
    int64_t first, second;
    struct uuid id;
};
#define SOURCE_PLACE_COLUMNS 2
enum status source_prepare_rows(const struct source *source, struct store *store, const struct kind *kind,
                                const struct filter *filter, struct sql_statement **out, struct err *err) MUST_CHECK;
void source_bind_rows(struct sql_statement *s, uint32_t stream, const struct source_place *after, size_t max);

/* What is counted of a record. Absent numbers are 0. */
struct fact {
    const struct cover_plan *plan; /* NULL: of no living plan */
    int64_t months;                /* a set; 0: none */
    int32_t deferred_to;
    int category, state;
    int64_t budget_fen, participants;
    int32_t month; /* of an occurrence's day; -1: no occurrence */
    int64_t people, money_fen;
};
enum status source_prepare_facts(const struct source *source, struct sql *db, const struct filter *filter,
                                 struct sql_statement **out, struct err *err) MUST_CHECK;
/* The facts of the schools whose streams are in a range, school by school, each school's in no particular order. One statement for
 * all of them: with one for each, ten thousand schools without anything to count took longer than what there was to count. */
struct source_visit {
    uint32_t first_stream, last_stream;
    /* Before a school's first fact: its cover, loaded; NULL passes over the school. */
    enum status (*school)(void *context, uint32_t stream, const struct cover **cover, struct err *err);
    void (*fact)(void *context, const struct fact *fact);
    void *context;
};
enum status source_visit_facts(struct sql_statement *s, const struct source_visit *visit, struct err *err) MUST_CHECK;

#endif
