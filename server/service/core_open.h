/* SPDX-License-Identifier: Apache-2.0
 *
 * A core from its opening to its end, and what its desks do between requests: above everything a core is made of. */
#ifndef SERVER_SERVICE_CORE_OPEN_H
#define SERVER_SERVICE_CORE_OPEN_H

#include "server/service/core.h"

/* Makes the database: tables, district row with a new epoch. EXISTS when there is one. */
enum status core_create(const struct core_config *config, struct err *err) MUST_CHECK;
/* Would core_open() change the database's tables? NOT_FOUND when there is no database. */
enum status core_find_upgrade(const struct core_config *config, bool *needed, struct err *err) MUST_CHECK;
/* Opens the database, brings its tables up to date and loads the heads of all streams. config is copied; what it points to must
 * outlive the core. NOT_FOUND when there is no district in it. */
enum status core_open(const struct core_config *config, struct core **out, struct err *err) MUST_CHECK;
/* Writes what is kept lazily, checkpoints and closes. Reader desks must have been closed. */
void core_close(struct core *core);

enum status desk_open_reader(struct core *core, struct desk **out, struct err *err) MUST_CHECK;
void desk_close_reader(struct desk *desk);
/* Begins a reader's snapshot; sql_rollback() ends it. */
enum status desk_begin(struct desk *desk, struct err *err) MUST_CHECK;
/* The writer's transaction was committed, or undone: what it keeps in memory follows. */
void desk_committed(struct desk *desk);
void desk_undone(struct desk *desk);
/* Writes the derived tables and presence: CORE_FLUSH_MS after it last did, or once a start would have much to read again. And
 * checkpoints: when idle once there is something worth it, when busy, or resting after that (pulls
 * alone leave something to write, too), only if the log has grown past settings.checkpoint_frames. On closing both. Outside a
 * transaction. */
#define CORE_FLUSH_MS 10000
enum tidy { TIDY_BUSY, TIDY_IDLE, TIDY_REST, TIDY_CLOSE };
enum status desk_tidy(struct desk *desk, enum tidy when, struct err *err) MUST_CHECK;

#endif
