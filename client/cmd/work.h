/* SPDX-License-Identifier: Apache-2.0
 *
 * The plans and activities of one school as a command sees them: which plan is current, what a number means, what is overdue. */
#ifndef CLIENT_CMD_WORK_H
#define CLIENT_CMD_WORK_H

#include "client/cmd/cmd.h"
#include "proto/records.pb-c.h"

struct work {
    uint32_t stream;
    int32_t month; /* now */
    struct record_list plans, activities, occurrences;
};

/* Loads everything of a school's stream. */
enum status work_load(struct cmd *cmd, uint32_t stream, struct work *out, struct err *err) MUST_CHECK;
/* In two steps, for verbs that need not all of it: the plans, then… */
enum status work_load_plans(struct cmd *cmd, uint32_t stream, struct work *out, struct err *err) MUST_CHECK;
/* …the rest, */
enum status work_load_rest(struct cmd *cmd, struct work *work, struct err *err) MUST_CHECK;
/* …or the activities that wanted() takes, with what was held of them; *others: how many it left. Of an activity it sees plan,
 * months, state, deferred_to and category. */
enum status work_load_chosen(struct cmd *cmd, struct work *work,
                             bool (*wanted)(const void *context, const struct work *work, const struct record *activity),
                             const void *context, size_t *others, struct err *err) MUST_CHECK;
/* …or only those that have a number. */
enum status work_list_numbered(struct cmd *cmd, const struct work *work, const char *number, struct record_list *out,
                               struct err *err) MUST_CHECK;

const Lianxin__Plan *work_plan(const struct record *record);
const Lianxin__Activity *work_activity(const struct record *record);
const Lianxin__Occurrence *work_occurrence(const struct record *record);

/* The plan an activity belongs to; NULL when it is not here. */
const struct record *work_find_plan_of(const struct work *work, const struct record *activity);
/* The body's plan that covers the month, else the nearest in time; of several the one that counts for the district: handed in
 * before not, then the newer, then the greater id. NULL without any. */
const struct record *work_current_plan(const struct work *work, Lianxin__Body body);
bool work_is_current(const struct work *work, const struct record *plan);
/* Past its last month (or the month it was deferred to) and neither done nor cancelled nor dropped. */
bool work_is_overdue(const struct work *work, const struct record *activity);
/* Is the month among its months, or the one it was deferred to? */
bool work_is_in_month(const struct record *activity, int32_t month);

/* What a month without a year is near to: the middle of the union's current plan, so that all of its months are meant; without a
 * plan the month it is. For input_month(). */
int32_t work_near_month(const struct work *work);

/* What a person calls an activity: 3.2 or 女3.2 of the current plans, else of any plan, or the start of its id (4 or more hex
 * digits). NOT_FOUND; USAGE when several are meant: they have been listed then. */
enum status work_get_activity(struct cmd *cmd, const struct work *work, const char *text, const struct record **out,
                              struct err *err) MUST_CHECK;
/* Loads the plans and that activity alone. */
enum status work_load_activity(struct cmd *cmd, uint32_t stream, const char *text, struct work *out, const struct record **activity,
                               struct err *err) MUST_CHECK;
/* What was held of an activity, in arena. */
enum status work_list_held(struct cmd *cmd, const struct record *activity, struct record_list *out, struct err *err) MUST_CHECK;
/* What comes before the numbers of a body's plan: "" for the union, 女 for the women's committee … */
const char *work_body_prefix(Lianxin__Body body);
/* The next free number in the plan for an activity that begins in the month (month set's first; 0: no month). In arena. */
const char *work_next_number(struct cmd *cmd, const struct work *work, const struct record *plan, int64_t months);
/* Does an id begin with what was typed (hex digits, dashes allowed)? */
bool work_id_begins(const struct uuid *id, const char *text);

/* --- work_table.c --- */

struct table *work_table_new(struct cmd *cmd, const char *name);
void work_table_add(struct cmd *cmd, struct table *table, const struct work *work, const struct record *activity);
/* A line under the table: where it comes from and how fresh it is, for a district device. */
void work_table_note_freshness(struct cmd *cmd, struct table *table, const struct work *work);

#endif
