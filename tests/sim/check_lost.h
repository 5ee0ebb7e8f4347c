/* SPDX-License-Identifier: Apache-2.0
 *
 * Restores of the server: what may be lost by them, and what the rows that come back have to do.
 *
 * A revision may be missing when nobody held its row who met the restored server again. The server's report names revisions that
 * are missing, all of those below what a living client knows of. Of several lost rows about a field the latest wins, in whatever
 * order they come back; a value that was set since the restore stays, with a conflict beside it. */
#ifndef TESTS_SIM_CHECK_LOST_H
#define TESTS_SIM_CHECK_LOST_H

#include "tests/sim/check_state.h"
#include "tests/sim/history.h"

/* The first entry of the last restore; NULL: there was none. */
const struct history_entry *check_last_restore(const struct history *history);
/* Is that revision, of that life, of a past that a restore cut off? */
bool check_is_cut_off(const struct history *history, uint32_t stream, uint64_t epoch, uint64_t rev);
/* After all rows of all streams: NULL, or the rule that is broken; *entry: by what. */
const char *check_losses(const struct history *history, const struct history_entry **entry);

/* What the rows so far say about each field. */
struct check_marks {
    struct state lead_epoch, lead_rev; /* the latest lost row about it that has come back */
    struct state edited;               /* the life in which it was set, 0: by a row that came back */
};
struct check_recovered {
    const struct history *history;
    const struct history_entry *row;
    const struct state *state, *abouts; /* before the row */
    const struct check_marks *marks;
};

void check_marks_done(struct check_marks *marks);
void check_marks_note(struct check_marks *marks, const struct history *history, const struct history_entry *row);
/* NULL, or the rule that a row that came back breaks. */
const char *check_recovered(const struct check_recovered *check);

#endif
