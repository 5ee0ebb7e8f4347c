/* SPDX-License-Identifier: Apache-2.0
 *
 * Where one plan ends and the next begins in a file, and which lines of a plan are month headers. */
#ifndef CLIENT_IMPORT_PLAN_RANGE_H
#define CLIENT_IMPORT_PLAN_RANGE_H

#include "client/import/doubts.h"
#include "client/import/line.h"

struct plan_range {
    size_t begin, end; /* lines */
    bool glued;        /* begins without a title behind another plan */
    bool part;         /* begins with 第二篇, or with the title of a report */
};

/* Cuts the lines into plans; returns how many, at most IMPORT_MAX_PLANS. */
size_t plan_ranges_find(struct lines *lines, struct plan_range out[IMPORT_MAX_PLANS]);
/* The nearest line behind and before `at` that says something, NULL when there is none. */
struct line *lines_next(struct lines *lines, size_t at, size_t end);
struct line *lines_previous(struct lines *lines, size_t at, size_t begin);
/* Decides which lines of the range are headers, headings, signatures. Adds doubts for numbers that could be months. */
void headers_settle(struct lines *lines, const struct plan_range *range, struct doubts *doubts);
/* Its first part: decides what the number before a month is, a list's or a month (5、6月). */
void numbers_settle(struct lines *lines, const struct plan_range *range, struct doubts *doubts);
/* Makes strong headers of weak candidates that stand in company: in a run, scattered with the months going on, between strong ones.
 */
void headers_raise(struct lines *lines, const struct plan_range *range);
/* Makes strong headers of numbered items that begin with their months, in lists by kinds of work. */
void kinds_raise(struct lines *lines, const struct plan_range *range);
/* The same of the days below a month: 26日，召开…. */
void month_days_raise(struct lines *lines, const struct plan_range *range);
/* Is the plan divided into kinds of work, each with its months from the beginning? Then months that fall back are of the same year.
 */
bool kinds_divide(const struct lines *lines, const struct plan_range *range);
/* In a plan without month headers: makes rows of records (活动一：… 时间：…) and of list items that end in their time. */
void rows_raise(struct lines *lines, const struct plan_range *range, struct arena *arena);
/* 第一部分 2025年工作总结 above 第二部分 2026年工作计划: what its lines tell was done, no time in them is a header or an activity.
 */
void summary_mark(struct lines *lines, const struct plan_range *range);
/* In a plan whose headers are all quarters or softer: makes rows of records with times of their own, and headings of the quarters.
 */
void records_raise(struct lines *lines, const struct plan_range *range, struct arena *arena);
/* In a plan without month headers and chapters, a title that names one month (三月份工会工作安排) above a list heads its items. */
bool title_month_raise(struct lines *lines, const struct plan_range *range);
/* Does the header tell when one event takes place (below 活动时间, or alone in its plan), and is no month of a schedule? */
bool header_tells_event(struct lines *lines, size_t at, const struct plan_range *range);
/* Is it the only line of its plan that is a day with its year and nothing else: when the page was made? */
bool header_is_page_date(const struct lines *lines, size_t at, const struct plan_range *range);
/* Makes headers of lines like 时间：九月 that stand above numbered lists. */
void time_lines_raise(struct lines *lines, const struct plan_range *range);
/* Gives every header and row its relative months by walking down the plan. */
void months_walk(struct lines *lines, const struct plan_range *range, struct doubts *doubts);

#endif
