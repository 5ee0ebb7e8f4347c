/* SPDX-License-Identifier: Apache-2.0
 *
 * What a simulated world did, as plain numbers: who wanted what, what each was told, what stands in the journals at the end, what
 * each device shows. It is all that the checker (check.h) sees; neither knows the product.
 *
 * Records, instances and devices are 64-bit digests of their ids; a value is a digest of its canonical bytes, 0 when absent. Field
 * 0 of a record says whether it lives. A change carries a token, its number in order of being made, which travels in its note. */
#ifndef TESTS_SIM_HISTORY_H
#define TESTS_SIM_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum history_event {
    HISTORY_JOINED,     /* client, device, stream: its own */
    HISTORY_INVOKED,    /* client, token, stream, ops: a change is about to be saved */
    HISTORY_SAVED,      /* token: it is said to be durable here */
    HISTORY_FAILED,     /* token: it is said that nothing changed */
    HISTORY_SHOWN,      /* token, ops: what the client shows right after saving */
    HISTORY_ANSWERED,   /* client, stream, token, instance, sequence, rev, refused: the server's answer to a push arrived */
    HISTORY_SYNCED,     /* client, stream, epoch, rev: a sync ended well */
    HISTORY_COMPARED,   /* client, stream: hashes differed though the client could read everything */
    HISTORY_VIEW,       /* client, stream, epoch, rev, ops: all the client shows, nothing being on the way */
    HISTORY_COPIED,     /* client: its folder was copied */
    HISTORY_RESTORED,   /* client: the copy was put back */
    HISTORY_CLONED,     /* client, other: other begins as a copy of client */
    HISTORY_REVOKED,    /* client, device, stream, rev: the head of its stream then */
    HISTORY_LEFT,       /* client: it will not come back */
    HISTORY_BASE,       /* the server is replaced by a restored backup. stream, rev: the head inside, epoch: of the new life,
                         * origin_epoch: of the life the backup was made in; one each */
    HISTORY_KNEW,       /* at that moment. client, stream, epoch, rev: how far it knows the stream */
    HISTORY_HELD,       /* client, and what HISTORY_ROW has: a row it holds; the first of several holders has the ops */
    HISTORY_MISSED,     /* at the end. stream, epoch, rev: the server says that nobody has brought this row back */
    HISTORY_READ_OTHER, /* client, stream: it asked for a stream of others; refused: as it must be */
    HISTORY_ROW,    /* at the end. stream, epoch, rev, origin_epoch, origin_rev (of a row that was lost and came back), instance,
                     * sequence, device, token (0: the server's own), refused, digest, previous, ops */
    HISTORY_TABLES, /* stream, rev, ops: what the server's tables hold */
    HISTORY_TOTAL,  /* stream, kind, value: records alive, counted by the server */
    HISTORY_ENDED,  /* client, stream, rev, waiting: after everybody had time to sync */
    HISTORY_UNWELL, /* the server's own check found something */
};

struct history_op {
    uint64_t record;
    uint32_t kind, field, group; /* group 0: the field merges alone */
    uint32_t edit;               /* ops of one edit have the same */
    bool remove;
    uint64_t before, after;
    uint64_t about, about_fields; /* of a conflict: the record (0: as before), and bit n for field n (0: the whole record) */
    bool about_home;              /* it says that what the record belongs to is gone */
    uint64_t home;                /* with field 0: the record it belongs to; 0: as before, or none */
    bool has_home;                /* its kind belongs to another */
};

struct history_entry {
    enum history_event event;
    int client, other;
    uint32_t stream, kind;
    uint64_t token, instance, device, sequence, rev, digest, previous, waiting, value;
    uint64_t epoch, origin_epoch, origin_rev; /* epoch: the life of the server; 0 where there is only one */
    bool refused;
    size_t first_op, n_ops;
};

struct history {
    struct history_entry *entries;
    struct history_op *ops;
    size_t n, room, n_ops, ops_room;
    uint64_t tokens; /* given so far */
    /* Hears of each entry as it is added: a witness outside of the process; may be NULL. */
    void (*tell)(void *context, const struct history_entry *entry, const struct history_op *ops);
    void *tell_context;
};

#define HISTORY_ALIVE 1u
#define HISTORY_DEAD 2u
#define HISTORY_CONFLICT_KIND 8u /* conflict records follow rules of their own */
#define HISTORY_FIELD_MAX 48u

void history_reset(struct history *history);
void history_done(struct history *history);
/* The entry gets the ops added since the entry before. */
void history_add(struct history *history, const struct history_entry *entry);
void history_add_op(struct history *history, const struct history_op *op);

#endif
