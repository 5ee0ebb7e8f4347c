/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan as the document a school union would write: title, sections in order with their numbers, the month table, the signature.
 * Pure: a struct in, bytes out; the same plan gives the same bytes. What is written here client/import reads back unchanged. */
#ifndef CLIENT_EXPORT_EXPORT_H
#define CLIENT_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/err.h"

enum export_kind {
    EXPORT_SECTION,   /* a heading or a paragraph */
    EXPORT_SCHEDULE,  /* a month table */
    EXPORT_SIGNATURE, /* a line of who signed, and when */
};

struct export_section {
    unsigned level;    /* 1…: a heading of that depth; 0: a paragraph */
    const char *label; /* the number as written: 一、 NULL when none */
    const char *text;
};

/* What a table has a column for when the texts do not say it. */
enum export_fact {
    EXPORT_LEAD = 1,
    EXPORT_ASSIST = 2,
    EXPORT_PERSON = 4,
    EXPORT_BUDGET = 8,
    EXPORT_PEOPLE = 16,
};

struct export_item {
    const char *header;                 /* when: "三月份"; items with the same text one after another stand together */
    const char *text;                   /* without a number */
    const char *lead, *assist, *person; /* NULL when not told */
    int64_t budget_fen, participants;   /* -1 when not told */
    unsigned said;                      /* enum export_fact: read from the text itself */
    const char *note;                   /* a remark that would say too much in the text; NULL when none */
};

struct export_part {
    enum export_kind kind;
    struct export_section section;   /* EXPORT_SECTION; of EXPORT_SIGNATURE the text */
    const struct export_item *items; /* EXPORT_SCHEDULE */
    size_t n_items;
};

struct export_plan {
    const char *title; /* NULL: none is printed */
    const struct export_part *parts;
    size_t n;
};

struct export_format {
    const char *name;
    bool text; /* may be shown on a terminal */
    enum status (*write)(const struct export_plan *plan, struct arena *arena, struct buf *out, struct err *err) MUST_CHECK;
};

#define FORMAT(name, text)                                                                                                         \
    enum status export_##name##_write(const struct export_plan *plan, struct arena *arena, struct buf *out, struct err *err)       \
        MUST_CHECK;
#include "client/export/format.def"
#undef FORMAT

/* By name ("docx") and by the ending of a file's name, any case; NULL when there is none. */
const struct export_format *export_format_find(const char *name);
const struct export_format *export_format_find_for_file(const char *path);

/* Appends the document to out; arena is for work. TOO_LARGE when a text is longer than the format holds, NO_MEMORY; out is as it
 * was then. */
enum status export_write(const struct export_format *format, const struct export_plan *plan, struct arena *arena, struct buf *out,
                         struct err *err) MUST_CHECK;

#endif
