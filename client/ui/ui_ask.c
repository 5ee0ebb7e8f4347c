/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client/ui/lang.h"
#include "client/ui/ui.h"
#include "common/base/utf8.h"

#define ANSWER_BYTES 4096
#define TRIES 3

static void put_question(struct ui *ui, const char *question, const char *after)
{
    struct buf line;
    buf_init(&line, 0);
    utf8_put_safe(&line, question, strlen(question), true);
    buf_puts(&line, after);
    fflush(ui->out);
    fwrite(buf_text(&line), 1, line.len_bytes, ui->log);
    fflush(ui->log);
    buf_done(&line);
}

static char *trim(char *text)
{
    char *start = text + strspn(text, " \t\r\n");
    size_t n = strlen(start);
    while (n > 0 && strchr(" \t\r\n", start[n - 1]))
        start[--n] = '\0';
    return start;
}

static enum status not_understood(const char *question, struct err *err)
{
    return err_set(err, STATUS_NOT_UNDERSTOOD, _("no usable answer to the question \"%s\""), question);
}

/* Reads one answer into line; the rest of a line that is too long is thrown away. */
static enum status read_answer(struct ui *ui, const char *question, char line[ANSWER_BYTES], struct err *err)
{
    if (!ui->in_is_tty)
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("nobody is at the terminal to answer \"%s\": give the answer as an option of the command"), question);
    if (!fgets(line, ANSWER_BYTES, ui->in)) {
        fputc('\n', ui->log);
        return not_understood(question, err);
    }
    if (!strchr(line, '\n'))
        for (int c = 0; c != '\n' && c != EOF;)
            c = fgetc(ui->in);
    return STATUS_OK;
}

/* The answer folded for matching: full width to half width. NULL when it is no text. */
static char *fold(struct arena *arena, const char *line)
{
    char *folded = utf8_nfkc(arena, line);
    return folded ? trim(folded) : NULL;
}

static bool is_one_of(const char *answer, const char *const *words)
{
    for (; *words; words++)
        if (strcasecmp(answer, *words) == 0)
            return true;
    return false;
}

int ui_parse_yes(struct arena *arena, const char *text, bool preset)
{
    static const char *const yes[] = {"y", "yes", "是", "是的", "好", "好的", "对", "要", "确定", NULL};
    static const char *const no[] = {"n", "no", "否", "不", "不是", "不要", "不对", "取消", NULL};
    const char *answer = fold(arena, text);
    if (!answer)
        return -1;
    if (!*answer)
        return preset;
    return is_one_of(answer, yes) ? 1 : is_one_of(answer, no) ? 0 : -1;
}

static bool parse_int(const char *answer, int64_t least, int64_t most, int64_t *out)
{
    if (!answer || !*answer)
        return false;
    char *end;
    errno = 0;
    long long value = strtoll(answer, &end, 10);
    if (*end || errno || value < least || value > most)
        return false;
    *out = value;
    return true;
}

enum status ui_ask_int(struct ui *ui, const char *question, int64_t least, int64_t most, int64_t *answer, struct err *err)
{
    struct arena arena;
    char line[ANSWER_BYTES], range[64], again[ERR_TEXT_BYTES];
    enum status s = STATUS_OK;
    bool parsed = false;
    snprintf(range, sizeof range, " [%" PRId64 "-%" PRId64 "] ", least, most);
    snprintf(again, sizeof again, _("Please type a number from %lld to %lld.\n"), (long long)least, (long long)most);
    arena_init(&arena, 0);
    for (int i = 0; i < TRIES && !parsed && s == STATUS_OK; i++) {
        if (ui->in_is_tty)
            put_question(ui, question, range);
        s = read_answer(ui, question, line, err);
        parsed = s == STATUS_OK && parse_int(fold(&arena, line), least, most, answer);
        if (s == STATUS_OK && !parsed)
            put_question(ui, again, "");
    }
    arena_done(&arena);
    if (s == STATUS_OK && !parsed)
        s = not_understood(question, err);
    return s;
}

enum status ui_ask_choice(struct ui *ui, const char *question, const char *const *choices, size_t n, size_t *chosen,
                          struct err *err)
{
    int64_t number = 0;
    for (size_t i = 0; i < n && ui->in_is_tty; i++) {
        char before[32];
        snprintf(before, sizeof before, "%3zu  ", i + 1);
        put_question(ui, before, "");
        put_question(ui, choices[i], "\n");
    }
    enum status s = ui_ask_int(ui, question, 1, (int64_t)n, &number, err);
    if (s == STATUS_OK)
        *chosen = (size_t)(number - 1);
    return s;
}

enum status ui_ask_text(struct ui *ui, const char *question, struct arena *arena, const char **answer, struct err *err)
{
    char line[ANSWER_BYTES];
    if (ui->in_is_tty)
        put_question(ui, question, " ");
    enum status s = read_answer(ui, question, line, err);
    if (s != STATUS_OK)
        return s;
    char *text = utf8_nfc(arena, trim(line));
    if (!text)
        return not_understood(question, err);
    *answer = text;
    return STATUS_OK;
}
