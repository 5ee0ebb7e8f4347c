/* SPDX-License-Identifier: Apache-2.0
 *
 * Structured log lines, one event each:
 *   2024-09-01T08:30:00.123+08:00 warn conn.refused peer=127.0.0.1:40112 reason="frame of 104857600 bytes"
 * Event names are noun.verb. Values pass utf8_put_safe and are quoted when they hold anything but [A-Za-z0-9._:/+-]. */
#ifndef COMMON_BASE_LOG_H
#define COMMON_BASE_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/base/clock.h"
#include "common/base/status.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Where lines go. write gets one whole line with its newline and may be called from several threads at once. */
struct log {
    void (*write)(void *context, const char *line, size_t bytes);
    void *context;
    _Atomic(enum log_level) level; /* lines below it are dropped; may change while others write */
    struct clock clock;
};

/* One (2) write(2) per line to a file descriptor; context is (void *)(intptr_t)fd. */
struct log log_to_fd(int fd, enum log_level level, struct clock clock);

/* Pairs of key and value, all const char *, ended by NULL: log_event(log, LOG_INFO, "sync.done", "school", "SY01", NULL). */
void log_event(const struct log *log, enum log_level level, const char *event, ...) __attribute__((sentinel));

/* For lines that strangers can cause: so many a minute are written, and how many more there were is one line at its end. Belongs to
 * one thread. */
#define LOG_LIMIT_LINES 200u
#define LOG_LIMIT_WINDOW_MS 60000
struct log_limit {
    int64_t since_ms; /* monotonic; 0: no line yet */
    unsigned lines, dropped;
};
/* May another line be written? */
bool log_limit_admit(struct log_limit *limit, const struct log *log);
/* To be called now and then: ends a window that is over. */
void log_limit_tick(struct log_limit *limit, const struct log *log);

/* The level named "debug", "info", "warn" or "error"; -1 when none. */
int log_level_parse(const char *name);

#endif
