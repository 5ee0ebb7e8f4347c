/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/report.h"

#include <string.h>

#include "common/base/encoding.h"
#include "common/base/file.h"
#include "common/base/utf8.h"

/* How the files of word processors and scanners begin. */
static bool is_other_format(const struct buf *file)
{
    static const char *const starts[] = {"PK\x03\x04", "\xD0\xCF\x11\xE0", "%PDF", "{\\rtf", "\xFF\xD8\xFF", "\x89PNG"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (file->len_bytes >= strlen(starts[i]) && memcmp(file->data, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/* Line ends become \n, blank lines and blanks at both ends go. */
static char *tidy(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, strlen(text) + 1);
    size_t n = 0;
    while (*text == '\r' || *text == '\n')
        text++;
    for (; *text; text++)
        if (*text != '\r')
            out[n++] = *text;
        else if (text[1] != '\n')
            out[n++] = '\n';
    while (n && strchr(" \t\n", out[n - 1]))
        n--;
    out[n] = '\0';
    return out;
}

static enum status decode(struct cmd *cmd, const struct buf *file, const char *path, char **out, struct err *err)
{
    const char *text;
    size_t bytes;
    if (is_other_format(file))
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("\"%s\" is no plain text; open it, save it as plain text (.txt) and give that file"), path);
    enum status s = encoding_to_utf8(&cmd->arena, buf_text(file), file->len_bytes, &text, &bytes, err);
    if (s != STATUS_OK)
        return err_prefix(err, "%s: ", path);
    char *nfc = utf8_nfc(&cmd->arena, text);
    nfc = nfc ? tidy(&cmd->arena, nfc) : NULL;
    if (!nfc || !*nfc)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("there is no text in \"%s\""), path);
    if (strlen(nfc) > LIMIT_NOTE_BYTES)
        return err_set(err, STATUS_TOO_LARGE, _("the text of \"%s\" is too long: %zu bytes, a report holds %zu"), path, strlen(nfc),
                       LIMIT_NOTE_BYTES);
    *out = nfc;
    return STATUS_OK;
}

enum status report_read_text(struct cmd *cmd, const char *path, char **out, struct err *err)
{
    struct buf file;
    buf_init(&file, 0);
    enum status s = file_read(path, ENCODING_TEXT_BYTES_MAX, &file, err);
    if (s == STATUS_OK)
        s = decode(cmd, &file, path, out, err);
    buf_done(&file);
    return s;
}
