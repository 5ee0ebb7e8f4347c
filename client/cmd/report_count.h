/* SPDX-License-Identifier: Apache-2.0
 *
 * What a report says by itself: figures and a list, counted from the records of one school. Pure: records in, figures and text
 * out.
 *
 * Counted is what the union bodies (union, women, audit, group) held in the period, whatever plan it stood in, without what was
 * dropped; sums of people are 人次. An activity counts as finished in the month of its last holding, or, done without one, in
 * the last month it was planned for. */
#ifndef CLIENT_CMD_REPORT_COUNT_H
#define CLIENT_CMD_REPORT_COUNT_H

#include "common/db/store.h"
#include "common/table/table.h"
#include "proto/records.pb-c.h"

enum report_figure {
#define FIGURE(key, type, label, label_zh) REPORT_FIGURE_##key,
#include "client/cmd/report_figure.def"
#undef FIGURE
    REPORT_FIGURES
};

struct report_figure_row {
    const char *key;
    enum table_type type;
    const char *label, *label_zh;
};
const struct report_figure_row *report_figure_at(enum report_figure figure);
/* By key or label in either language; false when there is none. */
bool report_figure_find(const char *name, enum report_figure *out);

/* One school's live records. */
struct report_source {
    const struct record_list *plans, *activities, *occurrences;
};

struct report_counted {
    int64_t figures[REPORT_FIGURES];
    char *text; /* one line for each holding, by day, in Chinese; never NULL */
};

/* first and last: months. In arena. */
void report_count(struct arena *arena, const struct report_source *source, int32_t first, int32_t last, struct report_counted *out);

/* The same on every device, so that two of them offline cannot make two reports. */
struct uuid report_id(uint32_t stream, Lianxin__ReportKind kind, int32_t first, int32_t last);

/* Puts the counted figures into a report; what the officer stated stays beside them. Figures this build does not know stay as they
 * are. The report shares no figure with the one it was copied from. */
void report_put_counted(struct arena *arena, Lianxin__Report *report, const struct report_counted *counted);
/* The officer's own value of a figure that report_put_counted() has put; the counted one is kept beside it. stated NULL, or equal
 * to what is counted: back to that. */
void report_state_figure(Lianxin__Report *report, enum report_figure figure, const int64_t *stated);
/* NULL when the report does not have it. */
const Lianxin__Figure *report_find_figure(const Lianxin__Report *report, enum report_figure figure);
/* What counts: the stated value when there is one. */
int64_t report_figure_value(const Lianxin__Figure *figure);

#endif
