/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines the grammar walks: paragraphs, and rows of month tables, each with what it looks like by itself. */
#ifndef CLIENT_IMPORT_LINE_H
#define CLIENT_IMPORT_LINE_H

#include "client/import/document.h"
#include "client/import/header.h"
#include "client/import/label.h"
#include "client/import/text.h"

enum line_kind {
    LINE_TEXT,      /* anything else */
    LINE_TITLE,     /* a title of a plan */
    LINE_HEADING,   /* a heading of a section */
    LINE_HEADER,    /* a month header, accepted */
    LINE_ROW,       /* a row of a month table */
    LINE_NOTE,      /* 注：… */
    LINE_TOTAL,     /* 合计 … */
    LINE_META,      /* 负责人：… about the item before */
    LINE_COLUMNS,   /* the titles of a month table */
    LINE_SIGNATURE, /* who signed, when */
    LINE_CHROME,    /* of the web page or the editor */
    LINE_NESTED,    /* the line has been taken by another */
};

/* A row of a month table; texts with \n between lines, NULL when there is no such column. */
struct row {
    const char *time; /* what its time columns say, joined; carried down from merged or empty cells */
    struct when when;
    bool when_known;
    const char *content;
    const char *lead, *assist, *person, *budget, *people, *note;
    int64_t budget_unit_fen; /* of a bare number in the budget column */
    bool listed;             /* no table: an item of a list that carries its time */
};

struct line {
    struct text text; /* of a row: its content's first line */
    uint32_t number;
    bool indented, after_blank;
    bool past; /* of a summary above the plan: it was done */
    bool cell; /* a cell of a table that is no month table: never an item */
    uint8_t outline;
    const char *whole;     /* the paragraph it stood in with other months: 3月，…；5月，… NULL when it was one */
    bool first;            /* of that paragraph */
    const char *automatic; /* Word's number, NULL when none */
    const struct row *row;
    enum line_kind kind;
    struct label label;
    struct header header;
    bool sub;        /* a header inside a month header: 第二周, 9月10日 */
    bool heads;      /* a title that is the header of its plan's only month */
    bool theme;      /* the text behind the header on its line is a theme, no item */
    bool item;       /* 一、 as the number of an item below a month header, no section */
    bool zone;       /* under a heading that announces the schedule */
    uint64_t months; /* of a header or row: relative months, after walk_months */
};

struct lines {
    struct line *items;
    size_t count, capacity;
    size_t arena_end; /* of arena->used_bytes: more is too much */
};

/* Makes lines of a document: one per paragraph, one per row of a month table; other tables become paragraphs cell by cell. */
void lines_make(struct lines *lines, const struct document *document);
/* The months of a plan run together in one paragraph (三月份：… 四月份：…): offsets in the fold where each begins, the first of
 * them 0. Returns how many, 0 when the paragraph holds no run. */
#define LINE_MONTHS 24
size_t line_split_months(const struct text *text, size_t at[LINE_MONTHS]);
/* A month's header glued to the end of the paragraph before it (…活动开展。十月：): its offset in the fold, 0 when there is none.
 */
size_t line_month_at_end(const struct text *text);
/* Puts month headers together that a scan broke in two lines. */
void lines_join_headers(struct lines *lines, struct arena *arena);
/* Appends one paragraph. */
struct line *lines_add(struct lines *lines, struct arena *arena, const char *raw, size_t bytes, uint32_t number);
/* Between the cells of a row of a table that is no month table: such a line is no header. */
#define LINE_CELLS " │ "
void line_make_cell(struct line *line);
/* Looks at one line by itself: kind, label, header candidate. */
void line_scan(struct line *line);

/* The time of a header or a row; NULL when it has none. */
const struct when *line_when(const struct line *line);
bool line_is_title(const char *s);
/* The title of a column, alone: 责任人. */
bool line_is_column_title(const char *s);
/* 合计：5000元, 全年预算合计：…: a sum, no activity. */
bool line_is_total(const char *s);
/* Says something about the item before it: 负责人：…, 参加人数约80人. */
bool line_is_meta(const char *s);
/* The name of an attached file: 工作计划（表）.doc. */
bool line_names_file(const char *s);
/* Who made the sheet, who gets it, how to reach them: 制表人：李明, 抄送：区教育工会, 联系人：李明 电话：12345678. */
bool line_is_closing(const char *s);
/* A date with a year, alone on its line; a name of an issuer, alone on its line. */
bool line_is_signature_date(const struct line *line);
bool line_is_signature_name(const char *s);
/* Both in one line: 青年路小学工会  2024年2月26日. */
bool line_is_signature_pair(const struct line *line);
/* Of the web page or the editor around the plan: 当前位置：…, 上一页 [1] [2] 下一页, a file's name, a page's number. */
bool line_is_chrome(const char *s);
/* From here on a page lists other pages: 相关文章. */
bool line_ends_document(const char *s);
/* A heading that announces the month schedule: 活动安排, 工作进度, 行事历. */
bool line_is_schedule_heading(const char *s);
/* The first heading of a plan: 指导思想, 总体思路 … */
bool line_opens_plan(const char *s);
/* A sentence that closes a plan: 总之, 以上计划 … */
bool line_closes_plan(const char *s);

#endif
