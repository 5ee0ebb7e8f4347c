/* SPDX-License-Identifier: Apache-2.0
 *
 * undo: takes the last change made on this computer back, by a change the other way round. What was created is deleted. */
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/send.h"
#include "common/sync/payload.h"

#define NOTE "undo: "

struct last {
    struct cmd *cmd;
    bool found;
    int64_t made_ms;
    uint32_t stream;
    const char *note;
    const struct edit *edits;
    size_t n;
    enum status status;
    struct err *err;
};

/* Changes that are still in the outbox are newer than any in the journal. */
static enum status look_in_outbox(struct last *last, enum outbox_state state, struct err *err)
{
    struct outbox_list rows;
    struct cmd *cmd = last->cmd;
    enum status s = outbox_list(cmd->cache, &cmd->arena, state, &rows, err);
    for (size_t i = 0; i < rows.n && s == STATUS_OK; i++) {
        struct payload payload;
        const struct outbox_row *row = &rows.items[i];
        if (last->found && row->made_ms < last->made_ms)
            continue;
        s = payload_decode(&cmd->arena, cmd->schema, row->payload, row->payload_bytes, &payload, err);
        if (s != STATUS_OK)
            break;
        last->found = true;
        last->made_ms = row->made_ms;
        last->stream = row->stream;
        last->note = row->note;
        last->edits = payload.edits;
        last->n = payload.n_edits;
    }
    return s;
}

static bool visit(void *context, uint64_t rev, const struct row *row)
{
    struct last *last = context;
    struct commit commit;
    (void)rev;
    /* the row is borrowed, and decoding shares its memory */
    const void *body = arena_copy(&last->cmd->arena, row->body, row->body_bytes);
    last->status = commit_decode(&last->cmd->arena, last->cmd->schema, body, row->body_bytes, &commit, last->err);
    if (last->status != STATUS_OK)
        return false;
    if (!uuid_equal(&commit.instance, &last->cmd->identity.instance) || commit.status != STATUS_OK || !commit.n_effects)
        return true;
    if (last->found && commit.time_ms < last->made_ms)
        return true;
    last->found = true;
    last->made_ms = commit.time_ms;
    last->stream = commit.stream;
    last->note = commit.note;
    last->edits = commit.effects;
    last->n = commit.n_effects;
    return true;
}

/* A district device writes into the streams of several schools. */
static enum status look_in_journals(struct last *last, struct err *err)
{
    struct cmd *cmd = last->cmd;
    struct cache_stream_list streams;
    enum status s = cache_stream_list(cmd->cache, &cmd->arena, &streams, err);
    for (size_t i = 0; i < streams.n && s == STATUS_OK; i++)
        if ((s = cache_walk_journal(cmd->cache, streams.items[i].stream, visit, last, err)) == STATUS_OK)
            s = last->status;
    return s;
}

static enum status find_last(struct cmd *cmd, struct last *last, struct err *err)
{
    *last = (struct last){.cmd = cmd, .err = err};
    enum status s = look_in_outbox(last, OUTBOX_WAITING, err);
    if (s == STATUS_OK)
        s = look_in_outbox(last, OUTBOX_TAKEN, err);
    if (s == STATUS_OK && !last->found)
        s = look_in_journals(last, err);
    if (s != STATUS_OK)
        return s;
    if (!last->found)
        return err_set(err, STATUS_NOT_FOUND, _("nothing was changed on this computer that could be taken back"));
    if (strncmp(last->note, NOTE, strlen(NOTE)) == 0)
        return err_set(err, STATUS_USAGE, _("the last change was taken back already (%s)"), last->note);
    return STATUS_OK;
}

static bool creates(const struct edit *edit)
{
    if (edit->remove || record_present(edit->kind, edit->before))
        return false;
    for (size_t i = 0; i < edit->kind->n_fields; i++)
        if (edit->kind->fields[i].flags & FIELD_REQUIRED && !record_has(edit->after, &edit->kind->fields[i]))
            return false;
    return true;
}

static enum status invert(struct cmd *cmd, uint32_t stream, const struct edit *edit, struct edit *out, struct err *err)
{
    struct record *current;
    if (edit->remove)
        return err_set(err, STATUS_USAGE, _("what was deleted cannot be brought back; add it again"));
    if (!creates(edit)) {
        *out = *edit;
        out->before = edit->after;
        out->after = edit->before;
        return STATUS_OK;
    }
    enum status s = store_find(cache_store(cmd->cache), &cmd->arena, edit->kind, stream, &edit->id, &current, err);
    if (s != STATUS_OK)
        return s;
    if (!current || current->dead || record_diff(edit->kind, current->message, edit->after))
        return err_set(err, STATUS_CONFLICT, _("it was changed since; nothing was taken back"));
    edit_delete(&cmd->arena, current, out);
    return STATUS_OK;
}

static enum status run(struct cmd *cmd, struct err *err)
{
    struct last last;
    enum status s = find_last(cmd, &last, err);
    if (s != STATUS_OK)
        return s;
    struct edit *edits = ARENA_ARRAY(&cmd->arena, last.n, struct edit);
    size_t n = 0;
    for (size_t i = last.n; i-- > 0 && s == STATUS_OK;) /* children before their parents */
        if (last.edits[i].kind && strcmp(last.edits[i].kind->name, "conflict") != 0)
            s = invert(cmd, last.stream, &last.edits[i], &edits[n++], err);
    if (s == STATUS_OK)
        s = cache_change(cmd->cache, last.stream, edits, n, arena_printf(&cmd->arena, NOTE "%s", last.note),
                         clock_now_ms(&cmd->clock), NULL, err);
    if (s != STATUS_OK)
        return s;
    ui_print(&cmd->ui, _("taken back: %s\n"), change_note(cmd, last.note));
    return send_change(cmd, err);
}

const struct verb verb_undo = {
    .name = "undo",
    .name_zh = "撤销",
    .arguments = "",
    .summary = N_("take the last change made on this computer back"),
    .help = N_("  lianxin undo\n"
               "One step. It works before and after the change was sent; what somebody else changed meanwhile stays."),
    .flags = VERB_HOME | VERB_WRITE,
    .run = run,
};
