/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/report_count.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/domain/body.h"
#include "common/domain/day.h"
#include "common/domain/month.h"

static const struct report_figure_row figures[] = {
#define FIGURE(key, type, label, label_zh) {#key, TABLE_##type, label, label_zh},
#include "client/cmd/report_figure.def"
#undef FIGURE
};

const struct report_figure_row *report_figure_at(enum report_figure figure)
{
    return &figures[figure];
}

bool report_figure_find(const char *name, enum report_figure *out)
{
    for (size_t i = 0; i < REPORT_FIGURES; i++) {
        if (strcmp(name, figures[i].key) != 0 && strcmp(name, figures[i].label) != 0 && strcmp(name, figures[i].label_zh) != 0)
            continue;
        *out = (enum report_figure)i;
        return true;
    }
    return false;
}

/* --- what was held --- */

static const struct record *find_record(const struct record_list *list, const ProtobufCBinaryData *id)
{
    for (size_t i = 0; id->len == UUID_BYTES && i < list->n; i++)
        if (memcmp(id->data, list->items[i]->id.bytes, UUID_BYTES) == 0)
            return list->items[i];
    return NULL;
}

static bool counts(const struct report_source *source, const struct record *activity)
{
    const Lianxin__Activity *a = (const Lianxin__Activity *)activity->message;
    const struct record *plan = find_record(source->plans, &a->plan);
    return plan && body_is_union((int)((const Lianxin__Plan *)plan->message)->body) &&
           a->state != LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED;
}

/* The month of a day; false when the record holds none that exists. */
static bool month_of_day(const char *text, int32_t *month, int *day)
{
    int year, of_year;
    if (!text || !day_parse(text, &year, &of_year, day))
        return false;
    *month = month_make(year, of_year);
    return true;
}

struct holding {
    const Lianxin__Occurrence *occurrence;
    const struct record *activity;
    int32_t month;
    int day;
};

static int compare_holdings(const void *left, const void *right)
{
    const struct holding *a = left, *b = right;
    const Lianxin__Activity *x = (const Lianxin__Activity *)a->activity->message,
                            *y = (const Lianxin__Activity *)b->activity->message;
    if (a->month != b->month)
        return a->month < b->month ? -1 : 1;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return memcmp(a->activity->id.bytes, b->activity->id.bytes, UUID_BYTES);
}

static size_t list_holdings(const struct report_source *source, int32_t first, int32_t last, struct holding *out)
{
    size_t n = 0;
    for (size_t i = 0; i < source->occurrences->n; i++) {
        struct holding h = {.occurrence = (const Lianxin__Occurrence *)source->occurrences->items[i]->message};
        h.activity = find_record(source->activities, &h.occurrence->activity);
        if (h.activity && counts(source, h.activity) && month_of_day(h.occurrence->day, &h.month, &h.day) && h.month >= first &&
            h.month <= last)
            out[n++] = h;
    }
    qsort(out, n, sizeof *out, compare_holdings);
    return n;
}

/* The month in which a finished activity was finished; false when nothing tells. */
static bool finished_in(const struct report_source *source, const struct record *activity, int32_t *month)
{
    const Lianxin__Activity *a = (const Lianxin__Activity *)activity->message;
    bool found = false;
    for (size_t i = 0; i < source->occurrences->n; i++) {
        const Lianxin__Occurrence *o = (const Lianxin__Occurrence *)source->occurrences->items[i]->message;
        int32_t held;
        int day;
        if (o->activity.len != UUID_BYTES || memcmp(o->activity.data, activity->id.bytes, UUID_BYTES) != 0 ||
            !month_of_day(o->day, &held, &day))
            continue;
        *month = found && *month > held ? *month : held;
        found = true;
    }
    if (!found && a->months)
        *month = month_set_last(a->months);
    return found || a->months;
}

static int64_t count_finished(const struct report_source *source, int32_t first, int32_t last)
{
    int64_t n = 0;
    for (size_t i = 0; i < source->activities->n; i++) {
        const struct record *activity = source->activities->items[i];
        const Lianxin__Activity *a = (const Lianxin__Activity *)activity->message;
        int32_t month = 0;
        n += a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE && counts(source, activity) &&
             finished_in(source, activity, &month) && month >= first && month <= last;
    }
    return n;
}

/* --- the list --- */

/* A line of a list ends without 。 or ； */
static int text_bytes(const char *text)
{
    size_t n = text ? strlen(text) : 0;
    while (n >= 3 && (memcmp(text + n - 3, "。", 3) == 0 || memcmp(text + n - 3, "；", 3) == 0))
        n -= 3;
    return (int)n;
}

static void put_line(struct buf *out, const struct holding *h)
{
    const Lianxin__Activity *a = (const Lianxin__Activity *)h->activity->message;
    buf_printf(out, "%d月%d日　%.*s", month_of_year(h->month), h->day, text_bytes(a->text), a->text ? a->text : "");
    if (h->occurrence->has_people)
        buf_printf(out, "　%" PRIu32 "人次", h->occurrence->people);
    if (h->occurrence->has_money_fen) {
        int64_t fen = h->occurrence->money_fen;
        buf_printf(out, "　%" PRId64, fen / 100);
        if (fen % 100)
            buf_printf(out, ".%02d", (int)llabs(fen % 100));
        buf_puts(out, "元");
    }
    buf_putc(out, '\n');
}

/* What does not fit into the field is counted instead of listed. */
static char *list_text(struct arena *arena, const struct holding *holdings, size_t n)
{
    struct buf text;
    size_t shown = 0, fits = 0;
    buf_init(&text, 0);
    for (; shown < n; shown++) {
        put_line(&text, &holdings[shown]);
        if (text.len_bytes > LIMIT_NOTE_BYTES - 64)
            break;
        fits = text.len_bytes;
    }
    char *out = shown < n ? arena_printf(arena, "%.*s（另有%zu场未列出）", (int)fits, buf_text(&text), n - shown)
                          : arena_strndup(arena, buf_text(&text), fits ? fits - 1 : 0);
    buf_done(&text);
    return n ? out : arena_strdup(arena, "（没有开展活动的记录）");
}

void report_count(struct arena *arena, const struct report_source *source, int32_t first, int32_t last, struct report_counted *out)
{
    struct holding *holdings = ARENA_ARRAY(arena, source->occurrences->n + 1, struct holding);
    size_t n = list_holdings(source, first, last, holdings);
    *out = (struct report_counted){.figures = {[REPORT_FIGURE_occurrences] = (int64_t)n}, .text = list_text(arena, holdings, n)};
    for (size_t i = 0; i < n; i++) {
        out->figures[REPORT_FIGURE_people] += holdings[i].occurrence->people;
        out->figures[REPORT_FIGURE_money_fen] += holdings[i].occurrence->money_fen;
    }
    out->figures[REPORT_FIGURE_done] = count_finished(source, first, last);
}

/* --- the record --- */

struct uuid report_id(uint32_t stream, Lianxin__ReportKind kind, int32_t first, int32_t last)
{
    const uint32_t numbers[] = {stream, (uint32_t)kind, (uint32_t)first, (uint32_t)last};
    uint8_t bytes[sizeof numbers];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(numbers[i / 4] >> (8 * (3 - i % 4)));
    const struct uuid_part parts[] = {{"report", strlen("report")}, {bytes, sizeof bytes}};
    return uuid_hash(parts, sizeof parts / sizeof parts[0]);
}

static Lianxin__Figure *find_figure(const Lianxin__Report *report, enum report_figure figure)
{
    for (size_t i = 0; i < report->n_figures; i++)
        if (report->figures[i]->key && strcmp(report->figures[i]->key, figures[figure].key) == 0)
            return report->figures[i];
    return NULL;
}

const Lianxin__Figure *report_find_figure(const Lianxin__Report *report, enum report_figure figure)
{
    return find_figure(report, figure);
}

int64_t report_figure_value(const Lianxin__Figure *figure)
{
    return figure->has_stated ? figure->stated : figure->counted;
}

static Lianxin__Figure *add_figure(struct arena *arena, Lianxin__Report *report, enum report_figure figure)
{
    Lianxin__Figure *added = ARENA_NEW(arena, Lianxin__Figure);
    lianxin__figure__init(added);
    added->key = arena_strdup(arena, figures[figure].key);
    report->figures[report->n_figures++] = added;
    return added;
}

void report_put_counted(struct arena *arena, Lianxin__Report *report, const struct report_counted *counted)
{
    Lianxin__Figure **copies = ARENA_ARRAY(arena, report->n_figures + REPORT_FIGURES, Lianxin__Figure *);
    for (size_t i = 0; i < report->n_figures; i++)
        copies[i] = arena_copy(arena, report->figures[i], sizeof **copies);
    report->figures = copies;
    for (enum report_figure i = 0; i < REPORT_FIGURES; i++) {
        Lianxin__Figure *figure = find_figure(report, i);
        figure = figure ? figure : add_figure(arena, report, i);
        figure->has_counted = 1;
        figure->counted = counted->figures[i];
    }
}

void report_state_figure(Lianxin__Report *report, enum report_figure figure, const int64_t *stated)
{
    Lianxin__Figure *f = find_figure(report, figure);
    f->has_stated = stated && *stated != f->counted;
    f->stated = f->has_stated ? *stated : 0;
}
