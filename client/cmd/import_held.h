/* SPDX-License-Identifier: Apache-2.0
 *
 * Which plan that is held here a plan of the file is: itself, or an older version of it. */
#ifndef CLIENT_CMD_IMPORT_HELD_H
#define CLIENT_CMD_IMPORT_HELD_H

#include "client/cmd/import_fresh.h"
#include "client/cmd/import_id.h"
#include "client/cmd/work.h"

struct import_held {
    struct record *plan;
    struct record **sections; /* in order */
    size_t n_sections;
    struct record **activities; /* in order */
    bool *worked;               /* by activity: begun, done, put off or cancelled, or held at least once */
    size_t n_activities;
};

/* The plan made of this file before: *generation is the one of its ids (or the one a new import takes), *plan NULL when there is
 * none. */
enum status import_held_find_same(struct cmd *cmd, struct import_id *id, struct record **plan, struct err *err) MUST_CHECK;

/* An older (or other) version of the plan: the same body, an overlapping term, and either the same title, the same term, or half
 * of the new activities and a third of those held. Plans in taken, which other plans of the file are, do not count. *out NULL when
 * there is none. */
enum status import_held_find_older(struct cmd *cmd, uint32_t stream, const struct import_fresh *fresh, const struct uuid *taken,
                                   size_t n_taken, struct record **out, struct err *err) MUST_CHECK;

enum status import_held_load(struct cmd *cmd, uint32_t stream, struct record *plan, struct import_held *out,
                             struct err *err) MUST_CHECK;

#endif
