/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_edited.h"

#include <string.h>

#include "client/cmd/change.h"
#include "common/sync/commit.h"
#include "common/sync/payload.h"

struct reading {
    struct cmd *cmd;
    const struct import_held *held;
    struct import_edited *edited;
    ProtobufCMessage **older; /* by held activity: what the document before the last one said */
    enum status status;
    struct err *err;
};

static bool begins(const char *note, const char *word)
{
    return strncmp(note, word, strlen(word)) == 0;
}

/* The fields of the effect whose value before it is what a document said. */
static field_set takes_back(const struct edit *effect, const ProtobufCMessage *said, field_set known)
{
    return effect->fields & known & ~record_diff(effect->kind, effect->before, said);
}

static void take_effect(struct reading *r, size_t i, const struct edit *effect, const char *note)
{
    ProtobufCMessage *said = &r->edited->said[i]->base;
    field_set *known = &r->edited->known[i];
    if (begins(note, "import ")) {
        record_share_fields(effect->kind, r->older[i], said, effect->fields);
        record_share_fields(effect->kind, said, effect->after, effect->fields);
    } else if (begins(note, "undo")) { /* of an import: what the document before it said */
        record_share_fields(effect->kind, said, r->older[i], takes_back(effect, said, *known));
        return;
    } else {
        record_share_fields(effect->kind, said, effect->before, effect->fields & ~*known);
    }
    *known |= effect->fields;
}

static void take_effects(struct reading *r, const struct edit *effects, size_t n, const char *note)
{
    for (size_t e = 0; e < n; e++) {
        if (!effects[e].kind || effects[e].remove || strcmp(effects[e].kind->name, "activity") != 0)
            continue;
        for (size_t i = 0; i < r->held->n_activities; i++)
            if (uuid_equal(&r->held->activities[i]->id, &effects[e].id))
                take_effect(r, i, &effects[e], change_note_bare(note));
    }
}

static bool visit(void *context, uint64_t rev, const struct row *row)
{
    struct reading *r = context;
    struct commit commit;
    /* the row is borrowed, and decoding shares its memory */
    const void *body = arena_copy(&r->cmd->arena, row->body, row->body_bytes);
    (void)rev;
    r->status = commit_decode(&r->cmd->arena, r->cmd->schema, body, row->body_bytes, &commit, r->err);
    if (r->status == STATUS_OK)
        take_effects(r, commit.effects, commit.n_effects, commit.note);
    return r->status == STATUS_OK;
}

/* What has not come back as a journal row yet. */
static enum status read_outbox(struct reading *r, uint32_t stream, enum outbox_state state)
{
    struct outbox_list rows;
    enum status s = outbox_list(r->cmd->cache, &r->cmd->arena, state, &rows, r->err);
    for (size_t i = 0; s == STATUS_OK && i < rows.n; i++) {
        struct payload payload;
        if (rows.items[i].stream != stream)
            continue;
        s = payload_decode(&r->cmd->arena, r->cmd->schema, rows.items[i].payload, rows.items[i].payload_bytes, &payload, r->err);
        if (s == STATUS_OK)
            take_effects(r, payload.edits, payload.n_edits, rows.items[i].note);
    }
    return s;
}

enum status import_edited_load(struct cmd *cmd, uint32_t stream, const struct import_held *held, struct import_edited *out,
                               struct err *err)
{
    struct reading r = {.cmd = cmd, .held = held, .edited = out, .err = err};
    *out = (struct import_edited){ARENA_ARRAY(&cmd->arena, held->n_activities + 1, Lianxin__Activity *),
                                  ARENA_ARRAY(&cmd->arena, held->n_activities + 1, field_set)};
    r.older = ARENA_ARRAY(&cmd->arena, held->n_activities + 1, ProtobufCMessage *);
    for (size_t i = 0; i < held->n_activities; i++) {
        r.older[i] = record_message_new(&cmd->arena, change_kind(cmd, "activity"));
        out->said[i] = (Lianxin__Activity *)record_message_new(&cmd->arena, change_kind(cmd, "activity"));
    }
    enum status s = cache_walk_journal(cmd->cache, stream, visit, &r, err);
    if (s == STATUS_OK)
        s = r.status;
    if (s == STATUS_OK)
        s = read_outbox(&r, stream, OUTBOX_TAKEN);
    if (s == STATUS_OK)
        s = read_outbox(&r, stream, OUTBOX_WAITING);
    return s;
}

field_set import_edited_fields(const struct import_edited *edited, const struct import_held *held, size_t i)
{
    return edited->known[i] & record_diff(held->activities[i]->kind, held->activities[i]->message, &edited->said[i]->base);
}
