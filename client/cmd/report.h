/* SPDX-License-Identifier: Apache-2.0
 *
 * The reports of one school as a command sees them. report.c has the verb, report_new.c makes and refreshes drafts, report_text.c
 * reads the text an officer wrote. */
#ifndef CLIENT_CMD_REPORT_H
#define CLIENT_CMD_REPORT_H

#include "client/cmd/report_count.h"
#include "client/cmd/report_name.h"
#include "client/cmd/work.h"

struct report_work {
    struct work work;
    struct record_list reports;
};

/* The work and the reports of the school that school_get_stream() gives. */
enum status report_load(struct cmd *cmd, struct report_work *out, struct err *err) MUST_CHECK;
/* The verb's second argument: a month, a kind when there is only one of it, the start of the id; without one the only one there is.
 * NOT_FOUND; USAGE when several are meant. */
enum status report_get(struct cmd *cmd, const struct report_work *work, const struct record **out, struct err *err) MUST_CHECK;
const struct record *report_find(const struct report_work *work, const struct uuid *id);

/* Counts the report's period again, from the records here. */
void report_recount(struct cmd *cmd, const struct report_work *work, const Lianxin__Report *report, struct report_counted *out);
/* A figure's value as people read it; in arena. */
const char *report_figure_text(struct cmd *cmd, enum report_figure figure, int64_t value);
/* Figures, with both values where the officer stated one, and the text. state: its label. */
void report_print(struct cmd *cmd, const Lianxin__Report *report, const char *state);

/* `report new`. */
enum status report_make(struct cmd *cmd, struct err *err) MUST_CHECK;

/* The text of a file an officer wrote: UTF-8, UTF-16 with BOM or GB18030; line ends \n, NFC, without blank ends. NOT_UNDERSTOOD
 * with a next step for a word processor's formats, TOO_LARGE when a record cannot hold it. In arena. */
enum status report_read_text(struct cmd *cmd, const char *path, char **out, struct err *err) MUST_CHECK;

#endif
