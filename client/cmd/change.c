/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/change.h"

#include <string.h>

#define ACTING "for the school: " /* what a district device writes into a school's stream */

const struct kind *change_kind(struct cmd *cmd, const char *name)
{
    return schema_find_kind_by_name(cmd->schema, name);
}

ProtobufCBinaryData change_id(struct cmd *cmd, const struct uuid *id)
{
    return (ProtobufCBinaryData){UUID_BYTES, arena_copy(&cmd->arena, id->bytes, UUID_BYTES)};
}

char *change_today(struct cmd *cmd)
{
    char *day = arena_alloc(&cmd->arena, CLOCK_DAY_BYTES);
    clock_format_day(clock_now_ms(&cmd->clock), cmd->clock.zone_s, day);
    return day;
}

char *change_text(struct cmd *cmd, size_t i)
{
    char *text = NULL;
    for (; i < cmd->n_args; i++)
        text = arena_printf(&cmd->arena, "%s%s%s", text ? text : "", text ? " " : "", cmd->args[i]);
    return text;
}

ProtobufCMessage *change_copy(struct cmd *cmd, const struct kind *kind, const struct record *record)
{
    return record ? record_clone(&cmd->arena, kind, record->message) : record_message_new(&cmd->arena, kind);
}

void change_add(struct cmd *cmd, struct change *change, const struct kind *kind, const struct uuid *id, const struct record *record,
                const ProtobufCMessage *after)
{
    if (change->n < CHANGE_EDITS_MAX &&
        edit_between(&cmd->arena, kind, id, record ? record->message : NULL, after, &change->edits[change->n]))
        change->n++;
}

/* The part of a verb in Chinese; NULL for what is none. */
static const char *part_label(const char *word, size_t bytes)
{
    static const char *const parts[][2] = {{"submit", "提交"}, {"withdraw", "撤回"}, {"accept", "受理"},
                                           {"file", "备案"},   {"return", "退回"},   {"new", "新建"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strlen(parts[i][0]) == bytes && memcmp(parts[i][0], word, bytes) == 0)
            return parts[i][1];
    return NULL;
}

const char *change_note_for(struct cmd *cmd, uint32_t stream, const char *note)
{
    return stream == cmd->identity.stream ? note : arena_printf(&cmd->arena, ACTING "%s", note);
}

const char *change_note_bare(const char *note)
{
    return strncmp(note, ACTING, strlen(ACTING)) == 0 ? note + strlen(ACTING) : note;
}

const char *change_note(struct cmd *cmd, const char *note)
{
    static const char undo[] = "undo: ";
    if (!cmd->ui.chinese)
        return note;
    if (change_note_bare(note) != note)
        return arena_printf(&cmd->arena, "代录：%s", change_note(cmd, change_note_bare(note)));
    if (strncmp(note, undo, strlen(undo)) == 0)
        return arena_printf(&cmd->arena, "%s：%s", verb_undo.name_zh, change_note(cmd, note + strlen(undo)));
    size_t n = strcspn(note, " :");
    const struct verb *verb = verb_find(arena_strndup(&cmd->arena, note, n));
    if (!verb)
        return note;
    size_t blank = note[n] == ' ', second = strcspn(note + n + blank, " ");
    const char *part = part_label(note + n + blank, second);
    if (part)
        return arena_printf(&cmd->arena, "%s %s%s", verb->name_zh, part, note + n + blank + second);
    return arena_printf(&cmd->arena, "%s%s", verb->name_zh, note + n);
}

enum status change_commit(struct cmd *cmd, uint32_t stream, const struct change *change, const char *note, struct err *err)
{
    if (!change->n)
        return err_set(err, STATUS_USAGE, _("nothing would change"));
    return cache_change(cmd->cache, stream, change->edits, change->n, change->own ? note : change_note_for(cmd, stream, note),
                        clock_now_ms(&cmd->clock), NULL, err);
}
