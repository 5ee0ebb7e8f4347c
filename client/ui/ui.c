/* SPDX-License-Identifier: Apache-2.0 */
#include "client/ui/ui.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "client/ui/lang.h"
#include "common/base/utf8.h"

#define WIDTH_MIN 20
#define WIDTH_MAX 1000
#define PAIR_COLUMN 26

static size_t terminal_width(int fd)
{
    struct winsize size;
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_MIN)
        return size.ws_col;
    const char *columns = getenv("COLUMNS");
    long n = columns ? strtol(columns, NULL, 10) : 0;
    return n >= WIDTH_MIN && n <= WIDTH_MAX ? (size_t)n : isatty(fd) ? 80 : 0;
}

void ui_init(struct ui *ui, bool chinese, int32_t zone_s)
{
    const char *no_colour = getenv("NO_COLOR"), *wide = getenv("LIANXIN_WIDE");
    *ui = (struct ui){
        .in = stdin,
        .out = stdout,
        .log = stderr,
        .in_is_tty = isatty(STDIN_FILENO),
        .out_is_tty = isatty(STDOUT_FILENO),
        .log_is_tty = isatty(STDERR_FILENO),
        .chinese = chinese,
        .ambiguous_wide = wide && strcmp(wide, "1") == 0,
        .width = terminal_width(STDOUT_FILENO),
        .zone_s = zone_s,
    };
    ui->colour = ui->out_is_tty && !(no_colour && *no_colour);
}

__attribute__((format(printf, 3, 0))) static void print_safe(FILE *to, const char *before, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    struct buf text, safe;
    buf_init(&text, 0);
    buf_init(&safe, 0);
    if (n > 0 && buf_reserve(&text, (size_t)n)) {
        vsnprintf(text.data, (size_t)n + 1, format, again);
        buf_puts(&safe, before);
        utf8_put_safe(&safe, text.data, (size_t)n, true);
        fwrite(buf_text(&safe), 1, safe.len_bytes, to);
    }
    buf_done(&safe);
    buf_done(&text);
    va_end(again);
}

void ui_print(struct ui *ui, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    print_safe(ui->json ? ui->log : ui->out, "", format, ap);
    va_end(ap);
}

void ui_print_pair(struct ui *ui, const char *typed, const char *does)
{
    size_t width = utf8_width(typed, strlen(typed), false);
    ui_print(ui, "  %s%*s%s\n", typed, width < PAIR_COLUMN ? (int)(PAIR_COLUMN - width) : 2, "", does);
}

void ui_warn(struct ui *ui, const char *format, ...)
{
    va_list ap;
    fflush(ui->out); /* in order, also where both go into one file */
    va_start(ap, format);
    print_safe(ui->log, _("warning: "), format, ap);
    va_end(ap);
    fputc('\n', ui->log);
}

/* What the operator can do about a failure of this kind, whatever it was about; NULL when only the message itself can tell. */
static const char *operator_step(enum status status)
{
    if (status == STATUS_USAGE)
        return _("see `lianxind --help`, and --help behind a verb for examples");
    if (status == STATUS_CORRUPT)
        return _("do not delete anything; stop the server, keep a copy of the data folder, then run `lianxind check`");
    return NULL;
}

/* The same for an officer. */
static const char *officer_step(const struct ui *ui, enum status status, enum reason reason)
{
    switch (status) {
    case STATUS_USAGE:
        return ui->verb ? _("`lianxin %s --help` shows examples") : _("`lianxin help` lists the commands");
    case STATUS_CONFLICT:
        return _("see `lianxin conflicts` and choose which value is to stay");
    case STATUS_DENIED: /* the others say themselves what to do: join, ask for an invitation … */
        return reason == REASON_ROLE || reason == REASON_STREAM || reason == REASON_FIELD_WRITER
                   ? _("ask the district who may do this; `lianxin status` says who you are here")
                   : NULL;
    case STATUS_UNAVAILABLE:
        if (reason == REASON_DISK_FULL_HERE) /* then it is not kept */
            return NULL;
        return _("your work is kept on this computer; try `lianxin sync` again later");
    case STATUS_PROTOCOL:
    case STATUS_BEHIND:
        return _("your work is kept on this computer; try `lianxin sync` again later");
    case STATUS_LOCKED:
        return _("wait until the other `lianxin` has finished, then try again");
    case STATUS_CORRUPT:
        return _("do not delete anything; keep a copy of the data folder and ask the operator");
    case STATUS_CLONED:
        return _("this folder was copied or put back from an older state; nothing is lost, run `lianxin sync` once more");
    case STATUS_OK:
    case STATUS_FAILED:
    case STATUS_NOT_FOUND:
    case STATUS_NOT_UNDERSTOOD:
    case STATUS_INVALID:
    case STATUS_EXISTS:
    case STATUS_TOO_LARGE:
    case STATUS_NO_MEMORY:
    case STATUS_GAP:
    case STATUS_REFUSED:
        return NULL;
    }
    return NULL;
}

__attribute__((format(printf, 3, 4))) static void log_line(struct ui *ui, const char *before, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    print_safe(ui->log, before, format, ap);
    va_end(ap);
    fputc('\n', ui->log);
}

/* An error that travelled is worded in the reader's language; what callers put before it stays before it. */
const char *ui_error_text(const struct ui *ui, const struct err *err, char *out, size_t size)
{
    const char *arguments[ERR_ARGUMENTS];
    char english[ERR_TEXT_BYTES], own[ERR_TEXT_BYTES];
    for (size_t i = 0; i < ERR_ARGUMENTS; i++)
        arguments[i] = err->arguments[i];
    const char *text = *err->text ? err->text : status_text(err->status, ui->chinese);
    snprintf(out, size, "%s", text);
    if (!ui->chinese || !err_format(err->reason, arguments, ERR_ARGUMENTS, false, english, sizeof english) ||
        !err_format(err->reason, arguments, ERR_ARGUMENTS, true, own, sizeof own))
        return out;
    size_t all = strlen(text), tail = strlen(english);
    if (all >= tail && strcmp(text + all - tail, english) == 0)
        snprintf(out, size, "%.*s%s", (int)(all - tail), text, own);
    else
        snprintf(out, size, "%s", own);
    return out;
}

/* A hint may name the command that ran. */
static void say_next(struct ui *ui, const char *next)
{
    const char *place = strstr(next, "%s");
    if (place)
        log_line(ui, _("next: "), "%.*s%s%s", (int)(place - next), next, ui->verb, place + 2);
    else
        log_line(ui, _("next: "), "%s", next);
}

static void say_error(struct ui *ui, const struct err *err, enum reason reason)
{
    char text[2 * ERR_TEXT_BYTES];
    const char *next = ui->is_operator ? operator_step(err->status) : officer_step(ui, err->status, reason);
    fflush(ui->out);
    (void)ui_error_text(ui, err, text, sizeof text);
    log_line(ui, _("error: "), "%s", text);
    if (next)
        say_next(ui, next);
}

void ui_error(struct ui *ui, const struct err *err)
{
    say_error(ui, err, err->reason);
}

int ui_fail(struct ui *ui, const struct err *err, enum reason reason)
{
    say_error(ui, err, reason);
    return status_exit_code(err->status);
}
