/* SPDX-License-Identifier: Apache-2.0
 *
 * The records one push touches, as they are and as they are to become. Nothing is written before the whole push is decided. */
#ifndef SERVER_SERVICE_DRAFT_H
#define SERVER_SERVICE_DRAFT_H

#include "common/base/map.h"
#include "common/db/store.h"

struct draft {
    struct store *store;
    struct arena *arena;
    uint32_t stream;
    struct map records; /* kind number and id → struct draft_record */
};
struct draft_record {
    const struct record *stored; /* NULL: there is none */
    const struct record *now;    /* the same until it is changed; NULL: there is none */
};

void draft_init(struct draft *draft, struct store *store, struct arena *arena, uint32_t stream, const struct random *random);
/* The record as it would be after the edits so far; NULL when there is none. */
enum status draft_find(struct draft *draft, const struct kind *kind, const struct uuid *id, const struct record **out,
                       struct err *err) MUST_CHECK;
/* What a record becomes; draft_find() must have been asked for it before. */
void draft_set(struct draft *draft, const struct record *record);
/* The open conflicts (kind) about a record, as the draft leaves them so far. */
enum status draft_list_open(struct draft *draft, const struct kind *kind, const struct uuid *about, const struct record ***out,
                            size_t *n, struct err *err) MUST_CHECK;
/* Entry i of draft->records.n. */
struct draft_record *draft_at(const struct draft *draft, size_t i);
bool draft_changed(const struct draft_record *entry);

#endif
