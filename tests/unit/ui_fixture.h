/* SPDX-License-Identifier: Apache-2.0
 *
 * A terminal made of memory: what the person types, what they see. */
#ifndef TESTS_UNIT_UI_FIXTURE_H
#define TESTS_UNIT_UI_FIXTURE_H

#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/ui/lang.h"
#include "client/ui/ui.h"
#include "tests/harness/test.h"

struct fixture {
    struct ui ui;
    char *out, *log;
    size_t out_bytes, log_bytes;
    struct arena arena;
    struct err err;
};

static inline int set_up(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    *f = (struct fixture){.ui = {.zone_s = 28800, .width = 80}};
    f->ui.out = open_memstream(&f->out, &f->out_bytes);
    f->ui.log = open_memstream(&f->log, &f->log_bytes);
    arena_init(&f->arena, 0);
    lang_init("en");
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    fclose(f->ui.out);
    fclose(f->ui.log);
    if (f->ui.in)
        fclose(f->ui.in);
    free(f->out);
    free(f->log);
    arena_done(&f->arena);
    return 0;
}

static inline void type(struct fixture *f, const char *keys)
{
    if (f->ui.in)
        fclose(f->ui.in);
    f->ui.in = tmpfile();
    assert_non_null(f->ui.in);
    fputs(keys, f->ui.in);
    rewind(f->ui.in);
    f->ui.in_is_tty = true;
}

static const char *log_text(struct fixture *f)
{
    fflush(f->ui.log);
    return f->log;
}

#endif
