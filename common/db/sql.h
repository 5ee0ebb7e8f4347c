/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL behind one small door, so that a second engine can stand behind it. Only the subset of SQL that SQLite and PostgreSQL share:
 * parameters are $name and bound by name, no upsert, no dialect functions. Statements are prepared once and kept by the connection.
 *
 * A connection belongs to one thread at a time. Rows are borrowed until the next step. */
#ifndef COMMON_DB_SQL_H
#define COMMON_DB_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/uuid.h"

struct sql;
struct sql_statement;

/* The version of the engine this program is linked with, "3.40.1". */
const char *sql_library_version(void);

enum sql_mode {
    SQL_WRITER, /* the one connection that writes and checkpoints; creates the file */
    SQL_READER, /* query_only, never checkpoints */
};

/* Opens a SQLite file in WAL mode, synchronous=FULL, foreign_keys=ON, trusted_schema=OFF; checks that each setting took. vfs may
 * name a registered VFS (tests); NULL: the default. UNAVAILABLE when the file cannot be opened, CORRUPT when it is no database. */
enum status sql_open(const char *path, enum sql_mode mode, const char *vfs, struct sql **out, struct err *err) MUST_CHECK;
void sql_close(struct sql *db);

/* Runs one or several statements without parameters or results. */
enum status sql_run(struct sql *db, const char *text, struct err *err) MUST_CHECK;

/* The statement for text, prepared on first use and cached by the text; reset and without bindings. It stays the connection's and
 * may be kept as long as the connection; one use at a time: while its rows are still being read, another one is given for the same
 * text. */
enum status sql_prepare(struct sql *db, const char *text, struct sql_statement **out, struct err *err) MUST_CHECK;
/* The same outside the cache, for text composed per request: the caller ends it with sql_finish(), before the connection is closed.
 */
enum status sql_prepare_once(struct sql *db, const char *text, struct sql_statement **out, struct err *err) MUST_CHECK;
void sql_finish(struct sql_statement *s);
/* Bind by name ("$stream"); a name the statement does not have is a programming error and aborts. Text and blob are borrowed as
 * long as they stay bound: through resets, until bound again, unbound by sql_prepare() or finished. data NULL binds NULL. */
void sql_bind_int(struct sql_statement *s, const char *name, int64_t value);
void sql_bind_text(struct sql_statement *s, const char *name, const char *text);
void sql_bind_blob(struct sql_statement *s, const char *name, const void *data, size_t bytes);
void sql_bind_uuid(struct sql_statement *s, const char *name, const struct uuid *id);
void sql_bind_null(struct sql_statement *s, const char *name);
/* The same by position, 1.. in the order of first appearance: for generated statements on hot paths. */
void sql_bind_int_at(struct sql_statement *s, int at, int64_t value);
void sql_bind_text_at(struct sql_statement *s, int at, const char *text, size_t bytes);
void sql_bind_blob_at(struct sql_statement *s, int at, const void *data, size_t bytes);
void sql_bind_null_at(struct sql_statement *s, int at);

/* Steps to the next row: *row says whether there is one. After the last row or an error the statement is reset. A full disk or an
 * I/O error is UNAVAILABLE; damage is CORRUPT; a broken constraint is EXISTS (unique) or INVALID. A failed fsync ends the process.
 */
enum status sql_step(struct sql_statement *s, bool *row, struct err *err) MUST_CHECK;
/* For statements without rows. */
enum status sql_execute(struct sql_statement *s, struct err *err) MUST_CHECK;
void sql_reset(struct sql_statement *s);
/* For questions with a short answer: step once and reset. Is there a row? */
enum status sql_find_any(struct sql_statement *s, bool *found, struct err *err) MUST_CHECK;
/* The number in the first column of the first row; 0 for NULL and when there is no row. */
enum status sql_find_int(struct sql_statement *s, int64_t *value, struct err *err) MUST_CHECK;

bool sql_is_null(struct sql_statement *s, int column);
int64_t sql_int(struct sql_statement *s, int column);
/* NUL-terminated; "" for NULL. */
const char *sql_text(struct sql_statement *s, int column);
const void *sql_blob(struct sql_statement *s, int column, size_t *bytes);

/* The names of a table's columns, in arena; none when there is no such table. */
enum status sql_table_columns(struct sql *db, struct arena *arena, const char *table, const char *const **names, size_t *n,
                              struct err *err) MUST_CHECK;

/* BEGIN IMMEDIATE for a writer, a deferred read transaction for a reader. */
enum status sql_begin(struct sql *db, struct err *err) MUST_CHECK;
/* When it fails the transaction is rolled back. */
enum status sql_commit(struct sql *db, struct err *err) MUST_CHECK;
/* Ends a transaction if one is open; cannot fail. */
void sql_rollback(struct sql *db);
/* False when an error inside a transaction already rolled the whole of it back (a full disk does). */
bool sql_in_transaction(struct sql *db);
/* Rows the last statement changed. */
int64_t sql_changes(struct sql *db);
/* By all since it was opened. */
int64_t sql_total_changes(struct sql *db);
/* Writer only: move the log into the database as far as readers allow. */
enum status sql_checkpoint(struct sql *db, struct err *err) MUST_CHECK;
/* Frames of the write-ahead log that no checkpoint of this connection has moved yet, after its last commit. */
int64_t sql_log_frames(struct sql *db);
/* One row a problem through say() (may be NULL); OK when the engine's own check finds none, CORRUPT otherwise. */
enum status sql_integrity_check(struct sql *db, void (*say)(void *context, const char *problem), void *context,
                                struct err *err) MUST_CHECK;
/* A consistent copy of the live database into a new file (online backup). */
enum status sql_copy_to(struct sql *db, const char *path, struct err *err) MUST_CHECK;

#endif
