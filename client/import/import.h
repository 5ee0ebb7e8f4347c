/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan importer: bytes of a document in, plans, activities and doubts out. Pure: no files, clock, network or database;
 * the same bytes give the same result. What is unclear is never decided in silence: it is in the list of doubts.
 *
 * Months come out relative. Month 0 is January of the year Y in which the plan's schedule begins, month 12 is January of
 * Y+1, and so on: a walk down the month headers in which a smaller month after a larger one means the next year. Y is known
 * (year != 0) only when the document tells it. import_bind() makes months absolute.
 *
 * Everything in a result lives in the caller's arena; texts are UTF-8, as written, without leading and trailing space. */
#ifndef CLIENT_IMPORT_IMPORT_H
#define CLIENT_IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/status.h"

#define IMPORT_NONE UINT32_MAX                /* no index */
#define IMPORT_MONTHS 48                      /* relative months a plan can reach: Y-01 … Y+3-12 */
#define IMPORT_ARENA_BYTES ((size_t)32 << 20) /* a document that needs more is refused */

/* Limits of one document; what is larger is refused with STATUS_NOT_UNDERSTOOD, never cut. */
#define IMPORT_MAX_BYTES ((size_t)16 << 20)      /* the file */
#define IMPORT_MAX_TEXT_BYTES ((size_t)2 << 20)  /* its text in UTF-8 */
#define IMPORT_MAX_LINE_BYTES ((size_t)16 << 10) /* one line, paragraph or cell */
#define IMPORT_MAX_LINES ((size_t)20000)
#define IMPORT_MAX_CELLS ((size_t)50000)
#define IMPORT_MAX_COLUMNS 64
#define IMPORT_MAX_PLANS 64
#define IMPORT_MAX_ACTIVITIES ((size_t)20000)
#define IMPORT_MAX_DOUBTS ((size_t)1000) /* further ones are counted, not listed */

struct import_source {
    const char *name; /* the file's name, for its ending only; may be NULL */
    const void *data;
    size_t size_bytes;
};

enum import_body {
#define BODY(upper, lower, text, text_zh) IMPORT_BODY_##upper,
#include "client/import/body.def"
#undef BODY
};

enum import_term { IMPORT_TERM_YEAR, IMPORT_TERM_SCHOOL_YEAR, IMPORT_TERM_SEMESTER };

enum import_origin {
    IMPORT_FROM_SCHEDULE, /* from the month schedule */
    IMPORT_FROM_TEXT,     /* from a time in running text: （12 月）, 全年, 每学期 2-3 次 */
};

enum import_doubt_code {
#define DOUBT(upper, lower, text, text_zh) IMPORT_DOUBT_##upper,
#include "client/import/doubt.def"
#undef DOUBT
};

enum import_section_kind {
    IMPORT_HEADING,   /* a heading: heading is set */
    IMPORT_PARAGRAPH, /* running text: text is set */
    IMPORT_NOTE,      /* 注、备注、说明 and total rows of tables: text is set */
    IMPORT_SIGNATURE, /* who signed, and when: text is set */
};

/* One line or paragraph outside the schedule. In order, with the activities after their section, they print the plan again. */
struct import_section {
    enum import_section_kind kind;
    uint8_t level; /* 1 for 一、 2 for （一） 3 for 1、 4 for （1） 5 for ①; 0 without a number, unless the format tells */
    const char *label;   /* the number as written ("一、"), NULL when none */
    const char *heading; /* without the label; NULL for other kinds */
    const char *text;    /* without the label; NULL for headings */
    uint32_t line;       /* 1-based: line of a text, paragraph of a .docx, row of an .xlsx */
};

struct import_activity {
    enum import_origin origin;
    uint32_t section;     /* index of the section it stands under; IMPORT_NONE before the first */
    const char *header;   /* the month header as written, with its theme; never NULL for IMPORT_FROM_SCHEDULE, else NULL */
    uint32_t position;    /* 0-based, inside its header */
    uint64_t months;      /* bit i: relative month i; 0 when the document does not tell (a doubt says so) */
    bool standing;        /* 全年, 每月, 每学期 …: goes on during all its months */
    const char *when;     /* the words the months of an IMPORT_FROM_TEXT activity come from, else NULL */
    const char *label;    /* the item's number as written, NULL when none */
    const char *text;     /* as written, the number stripped once */
    const char *lead;     /* department that leads, NULL when not told */
    const char *assist;   /* departments that assist, NULL when not told */
    const char *person;   /* person in charge, NULL when not told */
    const char *note;     /* a following line or a remark column that belongs to it, NULL when none */
    int64_t budget_fen;   /* -1 when not told; a rate per head is none */
    int64_t participants; /* expected people, -1 when not told */
    const char *category; /* guessed id of common/domain/category.def; NULL when no word decides */
    uint32_t tags;        /* guessed, bits of common/domain/category.h */
    uint32_t line;
};

struct import_plan {
    const char *title;     /* NULL when the document shows none */
    enum import_body body; /* guessed; the preview asks */
    enum import_term term; /* guessed from the months and the title */
    int year;              /* Y when the document tells it, else 0 */
    const char *year_text; /* what told it, or a masked year as written (20xx年); NULL when none */
    int8_t first, last;    /* relative months of the schedule; -1 when there is no schedule */
    int8_t likely_start;   /* month 1..12 the term most likely begins with, for the question; 0 when unknown */
    bool table;            /* the schedule was a table */
    const char *columns;   /* the titles of its columns, tabs between them, one line per table; NULL when there were none */
    struct import_section *sections;
    size_t section_count;
    struct import_activity *activities;
    size_t activity_count;
    uint32_t line, last_line;
};

struct import_doubt {
    enum import_doubt_code code;
    uint32_t plan;     /* index of the plan, IMPORT_NONE for the whole document */
    uint32_t line;     /* 0 for none */
    const char *read;  /* what was read, as written; "" when nothing */
    const char *other; /* what else it could be, or what was made of it; "" when nothing */
};

struct import_result {
    struct import_plan *plans;
    size_t plan_count;
    struct import_doubt *doubts;
    size_t doubt_count, doubts_dropped;
    const char *format; /* "text", "markdown", "table", "docx", "xlsx" */
};

/* Reads a document. STATUS_NOT_UNDERSTOOD with a text for people when it is no plan, no readable format or over a limit;
 * *out is untouched then. */
enum status import_read(const struct import_source *source, struct arena *arena, struct import_result *out,
                        struct err *err) MUST_CHECK;

struct import_binding {
    int32_t first, last; /* absolute months of the term (common/domain/month.h) */
    int64_t *months;     /* one month set per activity, in order; 0 for an activity without months */
};

/* Binds the plan to the calendar: its first month becomes `from` (absolute). STATUS_NOT_UNDERSTOOD when the plan begins with
 * another month of the year, when from contradicts a year the title tells, or when the plan has no schedule months. */
enum status import_bind(const struct import_plan *plan, int32_t from, struct arena *arena, struct import_binding *out,
                        struct err *err) MUST_CHECK;
/* The first month the document itself tells; false when it tells no year or no month. */
bool import_first_month(const struct import_plan *plan, int32_t *from);

const char *import_body_name(enum import_body body);
const char *import_body_text(enum import_body body, bool chinese);
const char *import_term_name(enum import_term term);
const char *import_doubt_name(enum import_doubt_code code);
const char *import_doubt_text(enum import_doubt_code code, bool chinese);

#define IMPORT_MONTH_TEXT_BYTES 16
/* Relative month as the JSON contract writes it: "2024-09" when year is known, else "Y-09", "Y+1-01". */
void import_month_format(int year, unsigned month, char out[IMPORT_MONTH_TEXT_BYTES]);

#endif
