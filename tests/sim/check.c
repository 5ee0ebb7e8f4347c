/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/check_internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUBLIC_STREAM 1u

bool check_broken(struct check *c, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(c->text, CHECK_TEXT_BYTES, format, ap);
    va_end(ap);
    return false;
}

size_t check_stream_index(struct check *c, uint32_t stream)
{
    for (size_t i = 0; i < c->n_streams; i++)
        if (c->streams[i] == stream)
            return i;
    if (c->n_streams == CHECK_STREAMS_MAX)
        abort();
    c->streams[c->n_streams] = stream;
    return c->n_streams++;
}

/* ---- the journal ---- */

static bool check_author(struct check *c, const struct history_entry *row)
{
    if (!row->token)
        return row->stream == PUBLIC_STREAM ||
               check_broken(c, "no phantom: revision %" PRIu64 " of stream %u is nobody's change", row->rev, row->stream);
    struct token *token = row->token <= c->history->tokens ? &c->tokens[row->token] : NULL;
    if (!token || !token->invoked)
        return check_broken(c, "no phantom: revision %" PRIu64 " of stream %u was never wanted", row->rev, row->stream);
    if (token->invoked->stream != row->stream)
        return check_broken(c, "isolation: change %" PRIu64 " of stream %u stands in stream %u", row->token, token->invoked->stream,
                            row->stream);
    if (token->failed)
        return check_broken(c, "no phantom: change %" PRIu64 " stands there, but its author was told that it failed", row->token);
    if (c->clients[token->invoked->client].device != row->device)
        return check_broken(c, "no phantom: change %" PRIu64 " came from another device", row->token);
    token->rows++;
    token->accepted += !row->refused;
    /* A refusal changes nothing: copies of a folder may hear the same one each, and what was accepted in a life that was lost comes
     * back beside the refusal it met when it was sent again. */
    if (token->accepted > 1)
        return check_broken(c, "at most once: change %" PRIu64 " stands in stream %u again as %" PRIu64, row->token, row->stream,
                            row->rev);
    return true;
}

static bool check_place(struct check *c, const struct history_entry *row, const struct history_entry *before)
{
    uint64_t last = 0;
    if (row->rev != (before ? before->rev + 1 : 1))
        return check_broken(c, "whole commits: stream %u has %" PRIu64 " after %" PRIu64, row->stream, row->rev,
                            before ? before->rev : 0);
    if (row->previous != (before ? before->digest : 0))
        return check_broken(c, "whole commits: revision %" PRIu64 " of stream %u does not name the row before", row->rev,
                            row->stream);
    if (c->restore) /* rows come back in any order, some never */
        return true;
    for (const struct history_entry *e = c->history->entries; e < row; e++)
        if (e->event == HISTORY_ROW && e->stream == row->stream && e->instance == row->instance)
            last = e->sequence;
    return row->sequence == last + 1 ||
           check_broken(c, "order: sequence %" PRIu64 " stands after %" PRIu64 " in stream %u", row->sequence, last, row->stream);
}

static void assign(struct check *c, const struct history_op *op)
{
    uint64_t life = state_get(&c->state, op->record, 0);
    check_home_note(&c->homes, op);
    if (op->field) {
        state_put(&c->state, op->record, op->field, op->after);
        return;
    }
    if (op->remove)
        for (uint32_t f = 1; f < HISTORY_FIELD_MAX; f++)
            if (state_get(&c->state, op->record, f))
                state_put(&c->state, op->record, f, 0);
    c->alive[op->kind] += !op->remove && life != HISTORY_ALIVE;
    c->alive[op->kind] -= op->remove && life == HISTORY_ALIVE;
    state_put(&c->state, op->record, 0, op->remove ? HISTORY_DEAD : HISTORY_ALIVE);
}

static bool check_effects(struct check *c, const struct history_entry *row)
{
    const struct history_op *ops = c->history->ops;
    if (row->refused && row->n_ops)
        return check_broken(c, "whole commits: revision %" PRIu64 " of stream %u was refused, yet changes records", row->rev,
                            row->stream);
    for (size_t i = 0; i < row->n_ops; i++)
        if (ops[row->first_op + i].about || ops[row->first_op + i].about_fields)
            check_row_note_about(&c->abouts, &ops[row->first_op + i]);
    if (row->origin_epoch) {
        const struct check_recovered check = {
            .history = c->history, .row = row, .state = &c->state, .abouts = &c->abouts, .marks = &c->marks};
        const char *wrong = check_recovered(&check);
        if (wrong)
            return check_broken(c, "%s: change %" PRIu64 ", revision %" PRIu64 " of stream %u", wrong, row->token, row->rev,
                                row->stream);
    } else if (row->token && !row->refused) {
        const struct history_entry *made = c->tokens[row->token].invoked;
        const struct check_row check = {.state = &c->state,
                                        .abouts = &c->abouts,
                                        .wanted = ops + made->first_op,
                                        .n_wanted = made->n_ops,
                                        .effects = ops + row->first_op,
                                        .n_effects = row->n_ops};
        const char *wrong = check_row(&check);
        if (wrong)
            return check_broken(c, "%s: change %" PRIu64 ", revision %" PRIu64 " of stream %u", wrong, row->token, row->rev,
                                row->stream);
    }
    check_marks_note(&c->marks, c->history, row);
    for (size_t i = 0; i < row->n_ops; i++)
        assign(c, &ops[row->first_op + i]);
    return true;
}

static bool check_image(struct check *c, const struct history_entry *e)
{
    const struct history_op *ops = c->history->ops + e->first_op;
    const char *whose = e->event == HISTORY_TABLES ? "the server's tables" : "a view";
    for (size_t i = 0; i < e->n_ops; i++)
        if (state_get(&c->state, ops[i].record, ops[i].field) != ops[i].after)
            return check_broken(c, "convergence: %s of stream %u at %" PRIu64 " (client %d) differs in field %u of kind %u", whose,
                                e->stream, e->rev, e->client, ops[i].field, ops[i].kind);
    return e->n_ops == c->state.present ||
           check_broken(c, "convergence: %s of stream %u at %" PRIu64 " (client %d) has %zu values, the journal %zu", whose,
                        e->stream, e->rev, e->client, e->n_ops, c->state.present);
}

static bool check_images(struct check *c, uint32_t stream, uint64_t rev)
{
    for (const struct history_entry *e = c->history->entries; e < c->history->entries + c->history->n; e++)
        if ((e->event == HISTORY_VIEW || e->event == HISTORY_TABLES) && e->stream == stream && e->rev == rev &&
            !(e->event == HISTORY_VIEW && c->restore && check_is_cut_off(c->history, stream, e->epoch, rev)) && !check_image(c, e))
            return false;
    return true;
}

static bool check_end(struct check *c, const struct history_entry *e, uint64_t head)
{
    if (e->event == HISTORY_TOTAL && e->value != c->alive[e->kind] - c->hidden[e->kind])
        return check_broken(
            c, "totals: the server counts %" PRIu64 " of kind %u in stream %u, the journal has %zu, %zu of them below dead ones",
            e->value, e->kind, e->stream, c->alive[e->kind], c->hidden[e->kind]);
    if ((e->event == HISTORY_ENDED || e->event == HISTORY_TABLES) && e->rev != head)
        return check_broken(c, "convergence: client %d ends at %" PRIu64 " of stream %u, the journal at %" PRIu64, e->client,
                            e->rev, e->stream, head);
    if (e->event == HISTORY_ENDED && e->waiting)
        return check_broken(c, "convergence: client %d ends with %" PRIu64 " changes not sent", e->client, e->waiting);
    return true;
}

static bool check_stream(struct check *c, uint32_t stream)
{
    const struct history_entry *before = NULL, *end = c->history->entries + c->history->n;
    state_done(&c->state);
    state_done(&c->homes);
    check_marks_done(&c->marks);
    memset(c->alive, 0, sizeof c->alive);
    memset(c->hidden, 0, sizeof c->hidden);
    if (!check_images(c, stream, 0))
        return false;
    for (const struct history_entry *row = c->history->entries; row < end; row++) {
        if (row->event != HISTORY_ROW || row->stream != stream)
            continue;
        if (!check_place(c, row, before) || !check_author(c, row) || !check_effects(c, row) || !check_images(c, stream, row->rev))
            return false;
        before = row;
    }
    size_t untold = check_home_count(&c->homes, &c->state, c->hidden);
    if (untold)
        return check_broken(c, "visible: %zu records of stream %u live below dead ones, and nobody was told", untold, stream);
    for (const struct history_entry *e = c->history->entries; e < end; e++)
        if (e->stream == stream && !check_end(c, e, before ? before->rev : 0))
            return false;
    return true;
}

/* ---- what must stand there ---- */

static const struct history_entry *find_row(const struct history *history, uint32_t stream, uint64_t rev)
{
    for (size_t i = 0; i < history->n; i++)
        if (history->entries[i].event == HISTORY_ROW && history->entries[i].stream == stream && history->entries[i].rev == rev)
            return &history->entries[i];
    return NULL;
}

static bool check_token(struct check *c, uint64_t number)
{
    const struct token *token = &c->tokens[number];
    if (!token->invoked)
        return true;
    if (token->answered && token->answered > c->restore) {
        const struct history_entry *row = find_row(c->history, token->answered->stream, token->answered->rev);
        if (!row || row->token != number || row->refused != token->answered->refused)
            return check_broken(
                c, "nothing lost: change %" PRIu64 " was accepted as %" PRIu64 " of stream %u, where it does not stand", number,
                token->answered->rev, token->answered->stream);
    }
    /* What was refused waits for its person, who was told; the row that said so may be lost with a life of the server. */
    bool told = c->restore && token->answered && token->answered->refused;
    bool may_lack = !token->saved || token->forgotten || told || c->clients[token->invoked->client].gone;
    return may_lack || token->rows ||
           check_broken(c, "nothing lost: change %" PRIu64 " of client %d was saved and is nowhere", number,
                        token->invoked->client);
}

static bool check_revoked(struct check *c, const struct history_entry *revoked)
{
    for (size_t i = 0; i < c->history->n; i++) {
        const struct history_entry *row = &c->history->entries[i];
        if (row->event == HISTORY_ROW && row->stream == revoked->stream && row->device == revoked->device && !row->origin_epoch &&
            row->rev > revoked->rev)
            return check_broken(c, "isolation: a revoked device wrote revision %" PRIu64 " of stream %u", row->rev, row->stream);
    }
    return true;
}

static bool check_all(struct check *c)
{
    const struct history *history = c->history;
    for (size_t i = 0; i < history->n; i++)
        if (!check_client_event(c, &history->entries[i], i))
            return false;
    for (size_t i = 0; i < c->n_streams; i++)
        if (!check_stream(c, c->streams[i]))
            return false;
    for (uint64_t t = 1; t <= history->tokens; t++)
        if (!check_token(c, t))
            return false;
    for (size_t i = 0; i < history->n; i++)
        if (history->entries[i].event == HISTORY_REVOKED && &history->entries[i] > c->restore &&
            !check_revoked(c, &history->entries[i]))
            return false;
    const struct history_entry *entry = NULL;
    const char *wrong = check_losses(history, &entry);
    if (wrong)
        return check_broken(c, "%s: revision %" PRIu64 " of stream %u (epoch %" PRIu64 ", client %d)", wrong, entry->rev,
                            entry->stream, entry->epoch, entry->client);
    for (size_t i = 0; i < history->n; i++)
        if (history->entries[i].event == HISTORY_UNWELL)
            return check_broken(c, "the server's own check finds its data damaged");
    return true;
}

bool check_history(const struct history *history, char text[CHECK_TEXT_BYTES])
{
    struct check *c = calloc(1, sizeof *c);
    if (!c || !(c->tokens = calloc(history->tokens + 1, sizeof *c->tokens)))
        abort();
    c->history = history;
    c->text = text;
    c->restore = check_last_restore(history);
    bool right = check_all(c);
    state_done(&c->state);
    state_done(&c->abouts);
    state_done(&c->homes);
    check_marks_done(&c->marks);
    free(c->tokens);
    free(c);
    return right;
}
