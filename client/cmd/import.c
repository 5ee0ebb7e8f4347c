/* SPDX-License-Identifier: Apache-2.0
 *
 * import: reads a file, shows what was understood, settles with the person what the document does not tell, and only when all plans
 * meant are settled writes them, each by one change. */
#include "client/import/import.h"

#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/import_choose.h"
#include "client/cmd/import_json.h"
#include "client/cmd/import_preview.h"
#include "client/cmd/import_records.h"
#include "client/cmd/import_rest.h"
#include "client/cmd/input.h"
#include "client/cmd/school.h"
#include "client/cmd/send.h"
#include "common/base/file.h"
#include "common/domain/month.h"

#define QUESTIONS_MAX 8 /* answers to one question before it is given up */

static const struct option options[] = {
    {"dry-run", "预览", NULL, N_("show what would be imported, change nothing")},
    {"details", "详细", NULL, N_("preview each activity and each doubt in a line of its own")},
    {"from", "起始", N_("[N=]YYYY-MM"),
     N_("the month with which the (N-th) plan begins, where the document does not tell the year")},
    {"body", "组织", N_("[N=]BODY"), N_("who issued the (N-th) plan: union, women, audit, group, league, school or other")},
    {"only", "只要", "N", N_("only the N-th plan of the file; 1,3 for several")},
    {"new", "另存", NULL, N_("a plan of its own, although it looks like a newer version of one that is here")},
    {"older", "旧计划", N_("HOW"), N_("unfinished activities of an older plan that overlaps: carry (over), close or leave")},
    {"document", "以文件为准", NULL, N_("where a person and the document both changed something, take the document's words")},
    {"yes", "确认", NULL, N_("do not ask")},
    {"school", "单位", N_("CODE"), N_("import for a school (district only)")},
};

/* One plan of the file being settled. */
struct entry {
    struct import_choice choice;
    struct import_records records;
    struct import_rest rest; /* what an older plan leaves */
    int32_t from;
    bool bound, skip;
};

struct import {
    struct cmd *cmd;
    struct import_file *file;
    uint32_t stream;
    bool *chosen; /* by plan */
    struct entry *entries;
    struct uuid *taken; /* plans held that plans of the file are */
    size_t n_taken;
};

static enum status read_file(struct cmd *cmd, const char *path, struct import_file *out, struct err *err)
{
    struct buf bytes;
    const char *slash = strrchr(path, '/');
    buf_init(&bytes, 0);
    enum status s = file_read(path, IMPORT_MAX_BYTES, &bytes, err);
    if (s == STATUS_TOO_LARGE)
        s = err_set(err, STATUS_NOT_UNDERSTOOD, _("%s is larger than %zu MB: this is no plan document"), path,
                    IMPORT_MAX_BYTES >> 20);
    if (s == STATUS_OK) {
        out->name = slash ? slash + 1 : path;
        out->digest = sha256_of(buf_text(&bytes), bytes.len_bytes);
        s = import_read(&(struct import_source){out->name, buf_text(&bytes), bytes.len_bytes}, &cmd->arena, &out->result, err);
        if (s != STATUS_OK)
            s = err_prefix(err, "%s", out->name);
    }
    buf_done(&bytes);
    return s;
}

static enum status dry_run(struct cmd *cmd, const struct import_file *file, const bool *chosen, struct err *err)
{
    struct buf out;
    if (!cmd->ui.json)
        return import_preview(cmd, file, chosen, cmd_option(cmd, "details"), err);
    buf_init(&out, 0);
    enum status s = import_json_put(&file->result, &out, err);
    if (s == STATUS_OK)
        fwrite(buf_text(&out), 1, out.len_bytes, cmd->ui.out);
    buf_done(&out);
    return s;
}

/* --- settling one plan --- */

static const char *title_of(const struct import *import, const struct entry *entry)
{
    return import_fresh_title(import->cmd, import->file, &entry->choice);
}

static enum status bind(struct import *import, struct entry *entry, int32_t from, struct err *err)
{
    enum status s = import_choose_bind(import->cmd, entry->choice.plan, from, &entry->choice.binding, err);
    if (s == STATUS_OK)
        entry->from = from;
    entry->bound = s == STATUS_OK;
    return s;
}

/* A wrong answer is said, and asked again. */
static enum status ask_from(struct import *import, struct entry *entry, struct err *err)
{
    struct cmd *cmd = import->cmd;
    unsigned number = entry->choice.index + 1;
    bool told;
    char month[MONTH_TEXT_BYTES];
    int32_t likely = import_suggest_from(cmd, import->file, entry->choice.index, &told);
    month_format(likely, month);
    if (!cmd->ui.in_is_tty)
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("plan %u does not tell its year; say with which month it begins: --from %u=%s"), number, number, month);
    const char *question =
        arena_printf(&cmd->arena,
                     told ? _("With which month does plan %u begin (%s)? [Enter: %s, as the file's other plan]")
                          : _("With which month does plan %u begin (%s)? [Enter: %s, only a suggestion by today's date]"),
                     number, title_of(import, entry), month);
    for (int i = 0; i < QUESTIONS_MAX; i++) {
        const char *answer;
        int32_t from = likely;
        enum status s = ui_ask_text(&cmd->ui, question, &cmd->arena, &answer, err);
        if (s != STATUS_OK)
            return s;
        s = *answer ? input_month(&cmd->arena, answer, likely, &from, err) : STATUS_OK;
        if (s == STATUS_OK)
            s = bind(import, entry, from, err);
        if (s == STATUS_OK)
            return s;
        ui_error(&cmd->ui, err);
    }
    return err_set(err, STATUS_NOT_UNDERSTOOD, _("no usable answer to the question \"%s\""), question);
}

static enum status make_records(struct import *import, struct entry *entry, struct err *err)
{
    struct import_taken taken = {import->taken, import->n_taken, cmd_option(import->cmd, "new")};
    return import_records_make(import->cmd, import->stream, import->file, &entry->choice, &taken, &entry->records, err);
}

static const char *term_text(struct cmd *cmd, const struct entry *entry)
{
    char first[MONTH_TEXT_BYTES], last[MONTH_TEXT_BYTES];
    month_format(entry->choice.binding.first, first);
    month_format(entry->choice.binding.last, last);
    return arena_printf(&cmd->arena, "%s – %s", first, last);
}

/* What would be written: the plan, by whom, for which months, and how it differs from the version held. */
static enum status show_entry(struct import *import, struct entry *entry, struct err *err)
{
    struct cmd *cmd = import->cmd;
    enum status s = entry->records.older ? import_preview_changes(cmd, &entry->records, err) : STATUS_OK;
    if (s != STATUS_OK)
        return s;
    ui_print(&cmd->ui, "\n%u. %s\n   ", entry->choice.index + 1, title_of(import, entry));
    ui_print(&cmd->ui, _("body: %s   term: %s   activities: %zu\n"), import_body_text(entry->choice.plan->body, cmd->ui.chinese),
             term_text(cmd, entry), entry->choice.plan->activity_count);
    if (entry->records.older)
        ui_print(&cmd->ui, "   %s\n", import_count_changes(cmd, &entry->records));
    return STATUS_OK;
}

/* yes, no, another body or another first month; *again: something changed, or the answer was not understood. */
static enum status take_answer(struct import *import, struct entry *entry, const char *answer, bool *again, struct err *err)
{
    struct cmd *cmd = import->cmd;
    int yes = ui_parse_yes(&cmd->arena, answer, true);
    int32_t from;
    *again = yes < 0;
    entry->skip = yes == 0;
    if (yes >= 0)
        return STATUS_OK;
    if (import_parse_body(cmd, answer, &import->file->result.plans[entry->choice.index].body))
        return make_records(import, entry, err);
    enum status s = input_month(&cmd->arena, answer, entry->from, &from, err);
    if (s == STATUS_OK)
        s = import_choose_bind(cmd, entry->choice.plan, from, &entry->choice.binding, err);
    if (s == STATUS_OK) {
        entry->from = from;
        return make_records(import, entry, err);
    }
    ui_error(&cmd->ui, err);
    return STATUS_OK;
}

static enum status confirm(struct import *import, struct entry *entry, struct err *err)
{
    struct cmd *cmd = import->cmd;
    bool again = true;
    if (cmd_option(cmd, "yes") || !entry->records.n)
        return STATUS_OK;
    for (int i = 0; i < QUESTIONS_MAX; i++) {
        const char *answer;
        enum status s = show_entry(import, entry, err);
        if (s == STATUS_OK && !cmd->ui.in_is_tty)
            s = err_set(err, STATUS_NOT_UNDERSTOOD,
                        _("nobody is at the terminal to say yes; nothing was imported. --yes imports it"));
        if (s == STATUS_OK)
            s = ui_ask_text(&cmd->ui, _("Import it? [Enter: yes, n: no; or another body, or another first month]"), &cmd->arena,
                            &answer, err);
        if (s == STATUS_OK)
            s = take_answer(import, entry, answer, &again, err);
        if (s != STATUS_OK || !again)
            return s;
    }
    return err_set(err, STATUS_NOT_UNDERSTOOD, _("no usable answer; nothing was imported"));
}

static enum status settle(struct import *import, uint32_t plan, struct err *err)
{
    struct cmd *cmd = import->cmd;
    struct entry *entry = &import->entries[plan];
    bool found = false, known;
    int32_t from;
    entry->choice = (struct import_choice){.plan = &import->file->result.plans[plan], .index = plan};
    enum status s = import_records_known(cmd, import->stream, import->file, plan, &known, err);
    if (s != STATUS_OK || known)
        return s;
    s = import_choose_from(cmd, import->file, plan, &from, &found, err);
    if (s == STATUS_OK && found && bind(import, entry, from, err) != STATUS_OK)
        return err_prefix(err, "%s", import->file->name);
    if (s == STATUS_OK && !found)
        s = ask_from(import, entry, err);
    if (s == STATUS_OK)
        s = make_records(import, entry, err);
    if (s == STATUS_OK)
        s = confirm(import, entry, err);
    if (s == STATUS_OK && !entry->skip)
        s = import_rest_settle(cmd, import->stream, import->taken, import->n_taken, &entry->records, &entry->rest, err);
    if (s == STATUS_OK && !entry->skip)
        import->taken[import->n_taken++] = entry->records.plan;
    return s;
}

/* --- writing --- */

/* The parts of one file are numbered, so that undo takes them back together. */
static enum status write_entry(struct import *import, struct entry *entry, size_t part, size_t parts, struct err *err)
{
    struct cmd *cmd = import->cmd;
    const struct import_records *records = &entry->records;
    const char *title = title_of(import, entry);
    if (!records->n) {
        ui_print(&cmd->ui, _("%s: already here, nothing changed\n"), title);
        import_say_left(cmd, records);
        return STATUS_OK;
    }
    const char *note = parts > 1 ? arena_printf(&cmd->arena, "import %s %zu/%zu", import->file->name, part, parts)
                                 : arena_printf(&cmd->arena, "import %s", import->file->name);
    enum status s = cache_change(cmd->cache, import->stream, records->edits, records->n, change_note_for(cmd, import->stream, note),
                                 clock_now_ms(&cmd->clock), NULL, err);
    if (s != STATUS_OK)
        return s;
    if (records->older)
        ui_print(&cmd->ui, _("%s: brought up to date: %s\n"), title, import_count_changes(cmd, records));
    else
        ui_print(&cmd->ui, _("%s: %zu activities, %s\n"), title, records->activities, term_text(cmd, entry));
    import_rest_say(cmd, &entry->rest);
    import_say_left(cmd, records);
    return STATUS_OK;
}

static enum status write_entries(struct import *import, struct err *err)
{
    struct cmd *cmd = import->cmd;
    size_t n = import->file->result.plan_count, part = 0, parts = 0;
    enum status s = STATUS_OK;
    for (size_t i = 0; i < n; i++)
        parts += import->chosen[i] && !import->entries[i].skip && import->entries[i].records.n;
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        if (import->chosen[i] && !import->entries[i].skip) {
            part += import->entries[i].records.n != 0;
            s = write_entry(import, &import->entries[i], part, parts, err);
        }
    if (s == STATUS_OK && parts)
        ui_print(&cmd->ui, "%s\n", _("to take it back: lianxin undo"));
    return s;
}

/* A guess that nobody has looked at is at least counted. */
static void count_doubts(struct import *import)
{
    const struct import_result *result = &import->file->result;
    if (cmd_option(import->cmd, "yes") && result->doubt_count)
        ui_print(&import->cmd->ui,
                 ngettext("%zu doubt; `lianxin import --dry-run %s` shows it\n",
                          "%zu doubts; `lianxin import --dry-run %s` shows them\n", result->doubt_count),
                 result->doubt_count, import->file->name);
}

/* Behind another plan a text without any activity is hardly a plan of its own. */
static void leave_out_empty(struct import *import)
{
    const struct import_result *result = &import->file->result;
    for (size_t i = 0; i < result->plan_count; i++)
        if (result->plan_count > 1 && import->chosen[i] && !result->plans[i].activity_count && !cmd_option(import->cmd, "only")) {
            import->chosen[i] = false;
            ui_warn(&import->cmd->ui, _("plan %zu \"%s\" has no activities; it was left out (--only %zu takes it)"), i + 1,
                    result->plans[i].title ? result->plans[i].title : _("(no title)"), i + 1);
        }
}

static enum status import_file(struct import *import, struct err *err)
{
    struct cmd *cmd = import->cmd;
    size_t n = import->file->result.plan_count;
    enum status s = STATUS_OK;
    import->entries = ARENA_ARRAY(&cmd->arena, n, struct entry);
    import->taken = ARENA_ARRAY(&cmd->arena, n, struct uuid);
    if (!cmd_option(cmd, "yes"))
        s = import_preview(cmd, import->file, import->chosen, cmd_option(cmd, "details"), err);
    if (s == STATUS_OK)
        s = import_ask_only(cmd, import->file, import->chosen, err);
    leave_out_empty(import);
    for (uint32_t i = 0; i < n && s == STATUS_OK; i++)
        if (import->chosen[i])
            s = settle(import, i, err);
    if (s == STATUS_OK)
        s = write_entries(import, err);
    if (s == STATUS_OK)
        count_doubts(import);
    return s;
}

/* --- the verb --- */

static enum status open_stream(struct cmd *cmd, uint32_t *stream, struct err *err)
{
    enum status s = cmd_open_cache(cmd, true, err);
    if (s == STATUS_OK)
        s = cache_identity_get(cmd->cache, &cmd->arena, &cmd->identity, err);
    return s == STATUS_OK ? school_get_stream(cmd, stream, err) : s;
}

static enum status run_file(struct cmd *cmd, const char *path, uint32_t stream, struct err *err)
{
    struct import_file file;
    struct import import = {.cmd = cmd, .file = &file, .stream = stream};
    enum status s = read_file(cmd, path, &file, err);
    if (s != STATUS_OK)
        return s;
    import.chosen = ARENA_ARRAY(&cmd->arena, file.result.plan_count, bool);
    if ((s = import_choose_only(cmd, &file, import.chosen, err)) == STATUS_OK)
        s = import_choose_body(cmd, &file, err);
    if (s != STATUS_OK)
        return s;
    return cmd_option(cmd, "dry-run") ? dry_run(cmd, &file, import.chosen, err) : import_file(&import, err);
}

static enum status run(struct cmd *cmd, struct err *err)
{
    uint32_t stream = 0;
    bool dry = cmd_option(cmd, "dry-run");
    enum status s = dry ? STATUS_OK : open_stream(cmd, &stream, err);
    if (s == STATUS_OK && !dry)
        send_quietly(cmd); /* another device may have imported it already */
    for (size_t i = 0; i < cmd->n_args && s == STATUS_OK; i++)
        s = run_file(cmd, cmd->args[i], stream, err);
    return s == STATUS_OK && !dry ? send_change(cmd, err) : s;
}

const struct verb verb_import = {
    .name = "import",
    .name_zh = "导入",
    .arguments = N_("FILE…"),
    .summary = N_("read a plan document and take over its activities"),
    .help = N_("  lianxin import 计划.docx                      preview, then ask\n"
               "  lianxin import 计划.txt --dry-run             preview only\n"
               "  lianxin import 计划.txt --from 2024-09 --yes  where the document does not tell the year\n"
               "  lianxin import 计划.txt --from 2=2025-01      for the second plan of the file\n"
               "  lianxin import 计划.txt --body women          where the body was guessed wrong\n"
               "Importing the same file again changes nothing; a newer version of a plan brings the one here up to date. Exit code "
               "7: something must be said first, for instance the year."),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_arguments = 1,
    .max_arguments = -1,
    .flags = VERB_PATIENT,
    .run = run,
};
