/* SPDX-License-Identifier: Apache-2.0
 *
 * undo: takes the last change made on this computer back (or one that history names), by a change the other way round. */
#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/input.h"
#include "client/cmd/send.h"
#include "client/cmd/undo_invert.h"
#include "common/sync/payload.h"

#define NOTE "undo: "

struct last {
    struct cmd *cmd;
    const char *wanted; /* the note it must have; NULL: any */
    uint64_t rev;       /* the revision of the own stream it must be; 0: any made here */
    bool found;
    int64_t made_ms;
    uint32_t stream;
    const char *note;
    const struct edit *edits;
    size_t n;
    enum status status;
    struct err *err;
};

static bool is_wanted(const struct last *last, const char *note)
{
    return !last->wanted || strcmp(note, last->wanted) == 0;
}

static bool is_meant(const struct last *last, uint64_t rev, const struct commit *commit)
{
    if (commit->status != STATUS_OK || !commit->n_effects || !is_wanted(last, commit->note))
        return false;
    if (last->rev)
        return rev == last->rev && commit->stream == last->cmd->identity.stream;
    return uuid_equal(&commit->instance, &last->cmd->identity.instance) && (!last->found || commit->time_ms >= last->made_ms);
}

/* Changes that are still in the outbox are newer than any in the journal. */
static enum status look_in_outbox(struct last *last, enum outbox_state state, struct err *err)
{
    struct outbox_list rows;
    struct cmd *cmd = last->cmd;
    enum status s = outbox_list(cmd->cache, &cmd->arena, state, &rows, err);
    for (size_t i = 0; i < rows.n && s == STATUS_OK; i++) {
        struct payload payload;
        const struct outbox_row *row = &rows.items[i];
        if ((last->found && row->made_ms < last->made_ms) || !is_wanted(last, row->note))
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
    /* the row is borrowed, and decoding shares its memory */
    const void *body = arena_copy(&last->cmd->arena, row->body, row->body_bytes);
    last->status = commit_decode(&last->cmd->arena, last->cmd->schema, body, row->body_bytes, &commit, last->err);
    if (last->status != STATUS_OK)
        return false;
    if (!is_meant(last, rev, &commit))
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

static enum status find(struct last *last, struct err *err)
{
    enum status s = last->rev ? STATUS_OK : look_in_outbox(last, OUTBOX_WAITING, err);
    if (s == STATUS_OK && !last->rev)
        s = look_in_outbox(last, OUTBOX_TAKEN, err);
    if (s == STATUS_OK && !last->found)
        s = look_in_journals(last, err);
    return s;
}

static enum status find_last(struct cmd *cmd, struct last *last, struct err *err)
{
    int64_t rev = 0;
    *last = (struct last){.cmd = cmd, .err = err};
    enum status s = cmd->n_args ? input_count(&cmd->arena, cmd->args[0], INT64_MAX, &rev, err) : STATUS_OK;
    last->rev = (uint64_t)rev;
    if (s == STATUS_OK)
        s = find(last, err);
    if (s != STATUS_OK)
        return s;
    if (!last->found)
        return err_set(err, STATUS_NOT_FOUND, _("nothing was changed on this computer that could be taken back"));
    if (!last->rev && strncmp(last->note, NOTE, strlen(NOTE)) == 0)
        return err_set(err, STATUS_USAGE, _("the last change was taken back already (%s)"),
                       change_note(cmd, last->note + strlen(NOTE)));
    return STATUS_OK;
}

/* "import FILE 2/2": the number of the part, and where it stands in the note; 0 for a change of one part. */
static unsigned part_of(const char *note, size_t *at)
{
    const char *blank = strrchr(note, ' '), *slash = strrchr(note, '/');
    unsigned long part;
    char *end;
    if (strncmp(change_note_bare(note), "import ", strlen("import ")) != 0 || !blank || !slash || slash < blank)
        return 0;
    part = strtoul(blank + 1, &end, 10);
    if (end != slash || strspn(slash + 1, "0123456789") != strlen(slash + 1) || part > LIMIT_PUSH_EDITS)
        return 0;
    *at = (size_t)(blank + 1 - note);
    return (unsigned)part;
}

/* The plans of one file were imported one by one, and are taken back together. */
static enum status add_parts(struct last *last, struct err *err)
{
    size_t at = 0;
    unsigned part = last->rev ? 0 : part_of(last->note, &at);
    enum status s = STATUS_OK;
    for (unsigned i = part; i-- > 1 && s == STATUS_OK;) {
        struct arena *arena = &last->cmd->arena;
        struct last other = {.cmd = last->cmd, .err = err};
        other.wanted = arena_printf(arena, "%.*s%u%s", (int)at, last->note, i, strchr(last->note + at, '/'));
        s = find(&other, err);
        if (s != STATUS_OK || !other.found || other.stream != last->stream)
            continue;
        struct edit *both = ARENA_ARRAY(arena, last->n + other.n, struct edit);
        memcpy(both, last->edits, last->n * sizeof *both);
        memcpy(both + last->n, other.edits, other.n * sizeof *both);
        last->edits = both;
        last->n += other.n;
    }
    return s;
}

static void say_kept(struct cmd *cmd, const struct undo_result *result)
{
    for (size_t i = 0; i < result->n_kept; i++) {
        const struct record *record = result->kept[i];
        bool activity = strcmp(record->kind->name, "activity") == 0;
        const char *title = strcmp(record->kind->name, "plan") == 0 ? work_plan(record)->title : "";
        ui_print(&cmd->ui, _("  stays, it was changed since: %s %s %s\n"),
                 cmd->ui.chinese ? record->kind->label_zh : record->kind->label, activity ? work_activity(record)->number : "",
                 activity ? work_activity(record)->text
                 : title  ? title
                          : "");
    }
}

static enum status take_back(struct cmd *cmd, const struct last *last, struct undo_result *result, struct err *err)
{
    enum status s = undo_invert(cmd, last->stream, last->edits, last->n, result, err);
    if (s != STATUS_OK)
        return s;
    if (!result->n)
        return err_set(err, STATUS_CONFLICT, _("it was changed since; nothing was taken back"));
    return cache_change(cmd->cache, last->stream, result->edits, result->n, arena_printf(&cmd->arena, NOTE "%s", last->note),
                        clock_now_ms(&cmd->clock), NULL, err);
}

static enum status run(struct cmd *cmd, struct err *err)
{
    struct last last;
    struct undo_result result;
    send_quietly(cmd); /* what others did meanwhile decides what can be taken back */
    enum status s = find_last(cmd, &last, err);
    if (s == STATUS_OK)
        s = add_parts(&last, err);
    if (s == STATUS_OK)
        s = take_back(cmd, &last, &result, err);
    if (s != STATUS_OK)
        return s;
    ui_print(&cmd->ui, _("taken back: %s\n"), change_note(cmd, last.note));
    say_kept(cmd, &result);
    if ((s = send_change(cmd, err)) == STATUS_OK && result.n_kept)
        s = err_set(err, STATUS_CONFLICT, _("%zu record(s) were changed since and stay as they are"), result.n_kept);
    return s;
}

const struct verb verb_undo = {
    .name = "undo",
    .name_zh = "撤销",
    .arguments = N_("[REV]"),
    .summary = N_("take the last change made on this computer back"),
    .help =
        N_("  lianxin undo        the last one\n"
           "  lianxin undo 17     the one that `lianxin history` shows as rev 17\n"
           "One step; an import is taken back whole. It works before and after the change was sent; what was changed since stays."),
    .max_arguments = 1,
    .flags = VERB_HOME | VERB_WRITE,
    .run = run,
};
