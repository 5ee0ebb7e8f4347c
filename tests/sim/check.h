/* SPDX-License-Identifier: Apache-2.0
 *
 * Is a history one that the promise allows? Shares no code with the product: the rules are told once more here, from the design.
 *
 *   - nothing lost: what a client saved or heard accepted stands in the journal, unless its folder was put back or it was shut out
 *   - at most once: no change stands there twice
 *   - no phantom: every row was wanted by somebody, for that stream, with those values
 *   - order: the sequences of an instance in a stream are 1, 2, 3 … in the order of the revisions
 *   - whole commits: revisions rise by one, each row names the one before, and holds all of its change or says what it refused
 *   - no lost update: a field somebody else changed first is kept, and a conflict about it recorded
 *   - reads: a client never goes back, and sees what it was told is accepted
 *   - convergence: every view, and the server's tables, are what the journal adds up to at their revision
 *   - visible: what lives below something dead came back after a restore, and people were told
 *   - isolation: nobody reads or writes another school's stream; a device shut out writes nothing more
 *   - totals: what the server counts is what the journal adds up to */
#ifndef TESTS_SIM_CHECK_H
#define TESTS_SIM_CHECK_H

#include "tests/sim/history.h"

#define CHECK_TEXT_BYTES 256

/* False when a rule is broken; text says which, by what. */
bool check_history(const struct history *history, char text[CHECK_TEXT_BYTES]);

#endif
