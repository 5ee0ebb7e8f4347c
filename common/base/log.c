/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/utf8.h"

#define LINE_BYTES ((size_t)8 << 10)

static const char *const level_names[] = {"debug", "info", "warn", "error"};

int log_level_parse(const char *name)
{
    for (int i = 0; i < (int)(sizeof level_names / sizeof level_names[0]); i++)
        if (strcmp(name, level_names[i]) == 0)
            return i;
    return -1;
}

static void write_fd(void *context, const char *line, size_t bytes)
{
    ssize_t n = write((int)(intptr_t)context, line, bytes);
    (void)n; /* a log that cannot be written must not stop the work */
}

struct log log_to_fd(int fd, enum log_level level, struct clock clock)
{
    return (struct log){.write = write_fd, .context = (void *)(intptr_t)fd, .level = level, .clock = clock};
}

static void put_time(struct buf *line, const struct clock *clock)
{
    int64_t now = clock_now_ms(clock);
    char text[CLOCK_TIME_BYTES];
    clock_format_time(now, clock->zone_s, text);
    text[10] = 'T';
    int32_t zone = clock->zone_s / 60;
    buf_printf(line, "%s.%03d%c%02d:%02d", text, (int)((now % 1000 + 1000) % 1000), zone < 0 ? '-' : '+', abs(zone) / 60,
               abs(zone) % 60);
}

static bool is_plain(const char *value)
{
    return *value && strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/+-") == strlen(value);
}

static void put_value(struct buf *line, const char *value)
{
    if (is_plain(value)) {
        buf_puts(line, value);
        return;
    }
    struct buf safe;
    buf_init(&safe, LINE_BYTES);
    utf8_put_safe(&safe, value, strlen(value), false);
    buf_putc(line, '"');
    for (const char *p = buf_text(&safe); *p; p++) {
        if (*p == '"' || *p == '\\')
            buf_putc(line, '\\');
        buf_putc(line, *p);
    }
    buf_putc(line, '"');
    buf_done(&safe);
}

void log_event(const struct log *log, enum log_level level, const char *event, ...)
{
    if (!log || level < atomic_load_explicit(&log->level, memory_order_relaxed))
        return;
    struct buf line;
    buf_init(&line, 0);
    put_time(&line, &log->clock);
    buf_printf(&line, " %s %s", level_names[level], event);
    va_list ap;
    va_start(ap, event);
    for (const char *key = va_arg(ap, const char *); key; key = va_arg(ap, const char *)) {
        const char *value = va_arg(ap, const char *);
        buf_printf(&line, " %s=", key);
        put_value(&line, value ? value : "");
    }
    va_end(ap);
    buf_putc(&line, '\n');
    if (!line.failed)
        log->write(log->context, line.data, line.len_bytes);
    buf_done(&line);
}

void log_limit_tick(struct log_limit *limit, const struct log *log)
{
    char number[24];
    if (!limit->since_ms || clock_mono_ms(&log->clock) - limit->since_ms < LOG_LIMIT_WINDOW_MS)
        return;
    snprintf(number, sizeof number, "%u", limit->dropped);
    if (limit->dropped)
        log_event(log, LOG_WARN, "log.dropped", "lines", number, NULL);
    *limit = (struct log_limit){0};
}

bool log_limit_admit(struct log_limit *limit, const struct log *log)
{
    log_limit_tick(limit, log);
    if (!limit->since_ms)
        limit->since_ms = clock_mono_ms(&log->clock);
    if (limit->lines == LOG_LIMIT_LINES) {
        limit->dropped++;
        return false;
    }
    limit->lines++;
    return true;
}
