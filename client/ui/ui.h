/* SPDX-License-Identifier: Apache-2.0
 *
 * The person at the terminal: what a command prints, asks and shows while it works.
 *
 * Results go to out, everything about the work (errors, warnings, progress, questions) to log. With json set, out carries
 * nothing but JSON: ui_print() then goes to log as well. All text passes utf8_put_safe, so that foreign text may be an
 * argument of any function here. */
#ifndef CLIENT_UI_UI_H
#define CLIENT_UI_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/err.h"
#include "common/table/table_writer.h"

struct ui {
    FILE *in, *out, *log;
    bool in_is_tty, out_is_tty, log_is_tty;
    bool chinese;            /* lang_init() says */
    bool json;               /* --json */
    const char *output_path; /* -o FILE, NULL: none; borrowed */
    int output_mode;         /* that file's permissions; 0: 0644 */
    bool colour;             /* on a terminal, unless NO_COLOR is set (no-color.org) */
    bool ambiguous_wide;     /* see utf8_width(); LIANXIN_WIDE=1 in the environment */
    size_t width;            /* columns of out: the terminal's, else COLUMNS, else 0: no limit */
    int32_t zone_s;          /* in which instants are shown */
    const char *verb;        /* what runs, for hints; NULL: not known. Borrowed */
    bool is_operator;        /* lianxind: what to do next is said to the operator, not to an officer */
};

/* On the process's own stdin, stdout and stderr. */
void ui_init(struct ui *ui, bool chinese, int32_t zone_s);

void ui_print(struct ui *ui, const char *format, ...) PRINTF_LIKE(2, 3);
/* A line of help: what is typed, and aligned behind it what that does. */
void ui_print_pair(struct ui *ui, const char *typed, const char *does);
/* To log, behind "warning: " in the person's language; adds the newline. */
void ui_warn(struct ui *ui, const char *format, ...) PRINTF_LIKE(2, 3);
/* Words an error in the person's language into out; returns out. Not yet made safe. */
#define UI_ERROR_BYTES (2 * ERR_TEXT_BYTES)
const char *ui_error_text(const struct ui *ui, const struct err *err, char *out, size_t size);
/* To log: what happened, and in a second line what to do next, where the kind of failure has an answer to that. */
void ui_error(struct ui *ui, const struct err *err);
/* The same for the outcome of a command, and the exit code that goes with it. reason: the one err had before it was worded. */
int ui_fail(struct ui *ui, const struct err *err, enum reason reason);

/* --- tables (ui_table.c) --- */

/* Shows tables: as JSON with json set, else aligned; with output_path into that file, in the format of its extension, and
 * says so. A file is replaced only when the new one is complete. */
enum status ui_table(struct ui *ui, const struct table *table, struct err *err) MUST_CHECK;
enum status ui_tables(struct ui *ui, const struct table *const *tables, size_t n, struct err *err) MUST_CHECK;
/* Does -o FILE name a format there is? Worth asking before a long query. */
enum status ui_check_output_path(const char *path, struct err *err) MUST_CHECK;
struct table_style ui_style(const struct ui *ui);

/* --- questions (ui_ask.c) --- */

/* Each asks on log and reads a line from in; full-width digits and letters are understood. Without a person (in is no
 * terminal), at end of input and after three answers that cannot be understood: STATUS_NOT_UNDERSTOOD, naming the question. */

/* What an answer to a question of yes or no means: 1 yes (y, yes, 是, 好 …), 0 no (n, no, 否, 不 …), preset when it is empty, -1
 * none of these. */
int ui_parse_yes(struct arena *arena, const char *answer, bool preset);
enum status ui_ask_int(struct ui *ui, const char *question, int64_t least, int64_t most, int64_t *answer,
                       struct err *err) MUST_CHECK;
/* Lists the choices as 1 … n; *chosen is 0 … n-1. */
enum status ui_ask_choice(struct ui *ui, const char *question, const char *const *choices, size_t n, size_t *chosen,
                          struct err *err) MUST_CHECK;
/* A line of text, NFC, without spaces at its ends; may be empty. */
enum status ui_ask_text(struct ui *ui, const char *question, struct arena *arena, const char **answer, struct err *err) MUST_CHECK;

/* --- progress (ui_progress.c) --- */

/* One line on log that is redrawn and erased at the end; nothing at all when log is no terminal. */
struct ui_progress {
    struct ui *ui;
    const char *label;
    int shown_permille; /* -1: nothing drawn yet */
    uint64_t shown;     /* done, when the total is not known */
};

void ui_progress_start(struct ui_progress *progress, struct ui *ui, const char *label);
/* total 0: not known; what was done is counted. */
void ui_progress_set(struct ui_progress *progress, uint64_t done, uint64_t total);
void ui_progress_done(struct ui_progress *progress);

#endif
