/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/bundle.h"

#include <unistd.h>

#include "common/base/file.h"
#include "server/cmd/cmd.h"

/* What the parts of the answer add up to. */
struct taken {
    const Lianxin__BundleReply *last;
    uint64_t taken, known, refused, conflicts, left, rows;
    struct bundle answer;
    size_t bytes;
    bool cut; /* more could have been said */
};

static void add_part(struct taken *sum, const Lianxin__BundleReply *reply)
{
    sum->last = reply;
    sum->taken += reply->taken;
    sum->known += reply->known;
    sum->refused += reply->refused;
    sum->conflicts += reply->conflicts;
    sum->left += reply->left;
    sum->rows += reply->rows;
    sum->answer.parts[sum->answer.n_parts++] = (struct bundle_part){reply->part.data, reply->part.len};
    sum->bytes += reply->part.len;
}

/* Part by part: a first answer may hold all that a school ever wrote. */
static enum status ask_all(struct cmd *cmd, const struct buf *file, struct taken *sum, struct err *err)
{
    Lianxin__BundleRequest request = LIANXIN__BUNDLE_REQUEST__INIT;
    request.has_question = request.has_accept_revoked = true;
    request.question = (ProtobufCBinaryData){.len = file->len_bytes, .data = (uint8_t *)file->data};
    request.accept_revoked = cmd_option(cmd, "accept-revoked") != NULL;
    do {
        ProtobufCMessage *message;
        enum status st = cmd_ask(cmd, MESSAGE_bundle, &request.base, &message, err);
        if (st)
            return st;
        add_part(sum, (const Lianxin__BundleReply *)message);
        request.next = sum->last->next;
    } while (request.next && sum->bytes < BUNDLE_ANSWER_BYTES && sum->answer.n_parts < BUNDLE_PARTS_MAX);
    sum->cut = request.next != NULL;
    return STATUS_OK;
}

/* The district's key stands in the question's header; the server has compared it with its own. */
static enum status write_answer(struct taken *sum, const struct buf *question, const char *path, struct err *err)
{
    struct buf file;
    enum status st = STATUS_OK;
    buf_init(&file, BUNDLE_FILE_BYTES);
    sum->answer.kind = BUNDLE_ANSWER;
    if (!bundle_find_district(question->data, question->len_bytes, &sum->answer.district) ||
        !uuid_from_bytes(sum->last->device.data, sum->last->device.len, &sum->answer.device))
        st = err_reason(err, REASON_INTERNAL, "the answer names no device", NULL);
    if (st == STATUS_OK)
        st = bundle_write(&sum->answer, &file, err);
    if (st == STATUS_OK)
        st = file_write(path, file.data, file.len_bytes, 0644, err);
    sum->bytes = file.len_bytes;
    buf_done(&file);
    return st;
}

static void say_numbers(struct cmd *cmd, const struct taken *sum)
{
    struct ui *ui = &cmd->ui;
    ui_print(ui, _("  taken in now: %llu change(s)\n"), (unsigned long long)sum->taken);
    if (sum->known)
        ui_print(ui, _("  here before, not taken twice: %llu\n"), (unsigned long long)sum->known);
    if (sum->conflicts)
        ui_print(ui, _("  of them met other changes, a person must decide: %llu\n"), (unsigned long long)sum->conflicts);
    if (sum->refused)
        ui_print(ui, _("  refused, the answer says why: %llu\n"), (unsigned long long)sum->refused);
    if (sum->left)
        ui_print(ui, _("  not yet, the school must take the answer first and export again: %llu\n"), (unsigned long long)sum->left);
    if (sum->last->revoked)
        ui_print(ui, "%s", _("  the device is revoked: its changes are marked, and it is told nothing new\n"));
    if (sum->last->restored)
        ui_print(
            ui, "%s",
            _("  this computer has not heard yet that the server was restored from a backup: nothing was taken in; it must take\n"
              "  the answer first and export again\n"));
    if (sum->cut)
        ui_print(ui, "%s", _("  the answer is full; the rest comes with the next one\n"));
}

static void say_text(struct cmd *cmd, const struct taken *sum, const char *path)
{
    char at[CLOCK_TIME_BYTES];
    const Lianxin__BundleReply *last = sum->last;
    clock_format_time(last->asked_ms, cmd->ui.zone_s, at);
    ui_print(&cmd->ui, _("bundle of %s %s, %s, exported %s\n"), last->school_name ? last->school_name : _("district"),
             last->school_code ? last->school_code : "", last->person, at);
    say_numbers(cmd, sum);
    ui_print(&cmd->ui, _("answer written to %s (%zu KiB); back on that computer: lianxin sync --import FILE\n"), path,
             (sum->bytes + 1023) / 1024);
}

static enum status print_table(struct cmd *cmd, const struct taken *sum, const char *path, struct err *err)
{
    struct table *t = table_new(&cmd->arena, "bundle", NULL, NULL);
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {{"taken", sum->taken},         {"known", sum->known}, {"refused", sum->refused},
                   {"conflicts", sum->conflicts}, {"left", sum->left},   {"rows", sum->rows}};
    const size_t n = sizeof numbers / sizeof numbers[0];
    table_add_column(t, "school", TABLE_TEXT, "school", NULL, 0);
    table_add_column(t, "person", TABLE_TEXT, "person", NULL, 0);
    table_add_column(t, "asked_ms", TABLE_INSTANT_MS, "exported", NULL, 0);
    for (size_t i = 0; i < n; i++)
        table_add_column(t, numbers[i].key, TABLE_INT, numbers[i].key, NULL, 0);
    table_add_column(t, "revoked", TABLE_BOOL, "revoked", NULL, 0);
    table_add_column(t, "restored", TABLE_BOOL, "restored", NULL, 0);
    table_add_column(t, "answer", TABLE_TEXT, "answer", NULL, 0);
    table_add_row(t);
    table_put_text(t, sum->last->school_code);
    table_put_text(t, sum->last->person);
    table_put_int(t, sum->last->asked_ms);
    for (size_t i = 0; i < n; i++)
        table_put_int(t, (int64_t)numbers[i].value);
    table_put_bool(t, sum->last->revoked);
    table_put_bool(t, sum->last->restored);
    table_put_text(t, path);
    return ui_table(&cmd->ui, t, err);
}

static enum status run(struct cmd *cmd, struct err *err)
{
    struct taken sum = {0};
    struct buf file;
    const char *named = cmd_option(cmd, "output"), *path = named ? named : cmd->ui.output_path;
    cmd->ui.output_path = NULL; /* the answer's, not a list's */
    if (!path)
        path = arena_printf(&cmd->arena, "%s.answer", cmd->args[0]);
    buf_init(&file, 0);
    enum status st = file_read(cmd->args[0], BUNDLE_QUESTION_FILE_BYTES, &file, err);
    if (st == STATUS_OK)
        st = ask_all(cmd, &file, &sum, err);
    if (st == STATUS_OK)
        st = write_answer(&sum, &file, path, err);
    buf_done(&file);
    if (st)
        return st;
    if (cmd->ui.json)
        return print_table(cmd, &sum, path, err);
    say_text(cmd, &sum, path);
    return STATUS_OK;
}

static const struct option options[] = {
    {"output", "ANSWER", N_("where the answer goes; FILE.answer unless given"), 'o'},
    {"accept-revoked", NULL, N_("take in the changes of a device that was revoked; they are marked, and it is told nothing new"),
     0},
};
const struct verb verb_bundle = {
    .name = "bundle",
    .arguments = "FILE",
    .summary = N_("take in what a school without a network exported, and write the answer for it"),
    .examples = "  lianxind bundle /media/usb/SY01.lxb      # the answer: /media/usb/SY01.lxb.answer\n"
                "  lianxind bundle SY01.lxb -o SY01.answer",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};
