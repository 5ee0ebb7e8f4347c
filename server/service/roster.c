/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/roster.h"

#include <stdlib.h>
#include <string.h>

#include "proto/records.pb-c.h"
#include "server/service/core.h"
#include "server/service/journal.h"

struct loading {
    struct arena *arena;
    struct roster roster;
    size_t room;
};

static const char *copy(struct arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : "";
}

static bool add_school(void *context, const struct record *record)
{
    struct loading *l = context;
    const Lianxin__School *s = (const Lianxin__School *)record->message;

    if (record->dead)
        return true;
    if (l->roster.n == l->room) {
        struct roster_school *more = ARENA_ARRAY(l->arena, l->room > 0 ? l->room * 2 : 64, struct roster_school);

        if (l->roster.n > 0)
            memcpy(more, l->roster.schools, l->roster.n * sizeof *more);
        l->room = l->room > 0 ? l->room * 2 : 64;
        l->roster.schools = more;
    }
    l->roster.schools[l->roster.n++] = (struct roster_school){
        .number = s->number,
        .code = copy(l->arena, s->code),
        .name = copy(l->arena, s->name),
        .area = copy(l->arena, s->area),
        .stage = s->has_stage ? (int)s->stage : 0,
        .opened = s->has_opened ? s->opened : 0,
        .closed = s->has_closed ? s->closed : 0,
    };
    return true;
}

static int by_code(const void *a, const void *b)
{
    const struct roster_school *x = a, *y = b;
    int order = strcmp(x->code, y->code);

    return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

static int by_number(const void *a, const void *b)
{
    const struct roster_school *x = *(const struct roster_school *const *)a, *y = *(const struct roster_school *const *)b;

    return (x->number > y->number) - (x->number < y->number);
}

enum status roster_load(struct store *store, struct arena *arena, struct roster *out, struct err *err)
{
    struct loading l = {.arena = arena};
    const struct kind *kind = schema_find_kind_by_name(store_schema(store), "school");
    enum status st = store_walk(store, kind, STREAM_PUBLIC, NULL, 0, add_school, &l, err);

    if (st != STATUS_OK)
        return st;
    if (l.roster.n > 1)
        qsort(l.roster.schools, l.roster.n, sizeof *l.roster.schools, by_code);
    l.roster.numbered = ARENA_ARRAY(arena, l.roster.n, const struct roster_school *);
    for (size_t i = 0; i < l.roster.n; i++)
        l.roster.numbered[i] = &l.roster.schools[i];
    if (l.roster.n > 1)
        qsort(l.roster.numbered, l.roster.n, sizeof *l.roster.numbered, by_number);
    *out = l.roster;
    return STATUS_OK;
}

struct roster_kept {
    uint64_t rev; /* of the public stream; 0: nothing is kept */
    struct roster roster;
    struct arena arena;
};

enum status roster_get(struct desk *desk, const struct roster **out, struct err *err)
{
    struct roster_kept *kept = desk->roster;
    uint64_t rev;
    enum status st = journal_head_rev(desk->sql, STREAM_PUBLIC, &rev, err);

    if (st != STATUS_OK)
        return st;
    if (!kept && !(kept = desk->roster = calloc(1, sizeof *kept)))
        return err_set(err, STATUS_NO_MEMORY, "no memory for the list of schools");
    /* The writer may see a revision that is undone and then taken by another commit. */
    if (!rev || desk->heads || kept->rev != rev) {
        kept->rev = 0;
        arena_done(&kept->arena);
        arena_init(&kept->arena, 0);
        st = roster_load(desk->store, &kept->arena, &kept->roster, err);
    }
    if (st != STATUS_OK)
        return st;
    kept->rev = rev;
    *out = &kept->roster;
    return STATUS_OK;
}

void roster_kept_free(struct roster_kept *kept)
{
    if (kept)
        arena_done(&kept->arena);
    free(kept);
}

const struct roster_school *roster_find(const struct roster *roster, uint32_t number)
{
    size_t low = 0, high = roster->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (roster->numbered[middle]->number == number)
            return roster->numbered[middle];
        if (roster->numbered[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool roster_is_open(const struct roster_school *school, int32_t month)
{
    return (school->opened == 0 || school->opened <= month) && (school->closed == 0 || month < school->closed);
}

static size_t character_bytes(const char *text)
{
    size_t n = 1;

    while (((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Keeps the last star only: a later one makes trying the earlier again useless. */
bool roster_match(const char *pattern, const char *text)
{
    const char *star = NULL, *from = NULL;

    while (*text) {
        if (*pattern == '*') {
            star = ++pattern;
            from = text;
        } else if (*pattern == '?') {
            pattern++;
            text += character_bytes(text);
        } else if (lower(*pattern) == lower(*text)) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star;
            from += character_bytes(from);
            text = from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == 0;
}
