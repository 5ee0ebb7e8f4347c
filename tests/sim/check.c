/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/check_home.h"
#include "tests/sim/check_lost.h"
#include "tests/sim/check_row.h"

#define CLIENTS_MAX 64
#define STREAMS_MAX 32
#define PUBLIC_STREAM 1u

struct token {
    const struct history_entry *invoked, *saved, *failed, *answered;
    size_t made_at; /* entry number */
    bool forgotten; /* its folder was put back to before it */
    unsigned rows, accepted;
};

struct client {
    uint64_t device;
    bool gone;
    size_t copied_at;
    uint64_t rev[STREAMS_MAX], epoch[STREAMS_MAX], promised[STREAMS_MAX];
};

struct check {
    const struct history *history;
    char *text;
    struct token *tokens;
    struct client clients[CLIENTS_MAX];
    uint32_t streams[STREAMS_MAX];
    size_t n_streams;
    struct state state, abouts, homes;
    struct check_marks marks;
    const struct history_entry *restore; /* the last one; NULL: there was none */

    size_t alive[HISTORY_CONFLICT_KIND + 8], hidden[HISTORY_CONFLICT_KIND + 8]; /* by kind; hidden: below dead ones */
};

static bool broken(struct check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool broken(struct check *c, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(c->text, CHECK_TEXT_BYTES, format, ap);
    va_end(ap);
    return false;
}

static size_t stream_index(struct check *c, uint32_t stream)
{
    for (size_t i = 0; i < c->n_streams; i++)
        if (c->streams[i] == stream)
            return i;
    if (c->n_streams == STREAMS_MAX)
        abort();
    c->streams[c->n_streams] = stream;
    return c->n_streams++;
}

/* ---- what clients heard and saw, in the order it happened ---- */

static bool check_shown(struct check *c, const struct history_entry *e)
{
    const struct history_entry *made = c->tokens[e->token].invoked;
    const struct history_op *wanted = c->history->ops + made->first_op, *shown = c->history->ops + e->first_op;
    for (size_t i = 0; i < made->n_ops; i++)
        if (wanted[i].field && !wanted[i].remove && (i >= e->n_ops || shown[i].after != wanted[i].after))
            return broken(c, "reads: client %d does not show its own change %" PRIu64, e->client, e->token);
    return true;
}

static bool check_synced(struct check *c, const struct history_entry *e)
{
    struct client *client = &c->clients[e->client];
    size_t s = stream_index(c, e->stream);
    if (e->epoch != client->epoch[s])
        client->rev[s] = 0;
    client->epoch[s] = e->epoch;
    if (e->rev < client->rev[s])
        return broken(c, "reads: client %d went back from %" PRIu64 " to %" PRIu64 " in stream %u", e->client, client->rev[s],
                      e->rev, e->stream);
    if (e->rev < client->promised[s])
        return broken(c, "reads: client %d is at %" PRIu64 " of stream %u after a sync, but its push was accepted as %" PRIu64,
                      e->client, e->rev, e->stream, client->promised[s]);
    client->rev[s] = e->rev;
    return true;
}

/* What was made after the copy is gone with the folder; what the client was promised is promised no more, but stands. */
static void forget(struct check *c, const struct history_entry *e)
{
    struct client *client = &c->clients[e->client];
    for (uint64_t t = 1; t <= c->history->tokens; t++)
        if (c->tokens[t].invoked && c->tokens[t].invoked->client == e->client && c->tokens[t].made_at > client->copied_at)
            c->tokens[t].forgotten = true;
    memset(client->rev, 0, sizeof client->rev);
    memset(client->promised, 0, sizeof client->promised);
}

static void note_answer(struct check *c, const struct history_entry *e)
{
    struct client *client = &c->clients[e->client];
    size_t s = stream_index(c, e->stream);
    if (!c->tokens[e->token].answered)
        c->tokens[e->token].answered = e;
    if (e->rev > client->promised[s])
        client->promised[s] = e->rev;
}

/* What was promised before is counted anew in another life of the server. */
static void note_restore(struct check *c)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        memset(c->clients[i].promised, 0, sizeof c->clients[i].promised);
}

static bool check_event(struct check *c, const struct history_entry *e, size_t at)
{
    switch (e->event) {
    case HISTORY_JOINED:
        c->clients[e->client].device = e->device;
        return true;
    case HISTORY_INVOKED:
        c->tokens[e->token].invoked = e;
        c->tokens[e->token].made_at = at;
        return true;
    case HISTORY_SAVED:
        c->tokens[e->token].saved = e;
        return true;
    case HISTORY_FAILED:
        c->tokens[e->token].failed = e;
        return true;
    case HISTORY_SHOWN:
        return check_shown(c, e);
    case HISTORY_ANSWERED:
        note_answer(c, e);
        return true;
    case HISTORY_SYNCED:
        return check_synced(c, e);
    case HISTORY_COMPARED:
        return broken(c, "convergence: client %d found another hash in stream %u", e->client, e->stream);
    case HISTORY_COPIED:
        c->clients[e->client].copied_at = at;
        return true;
    case HISTORY_RESTORED:
        forget(c, e);
        return true;
    case HISTORY_CLONED:
        c->clients[e->other].device = c->clients[e->client].device;
        c->clients[e->other].gone = c->clients[e->client].gone;
        return true;
    case HISTORY_REVOKED:
    case HISTORY_LEFT:
        c->clients[e->client].gone = true;
        return true;
    case HISTORY_READ_OTHER:
        return e->refused || broken(c, "isolation: client %d could read stream %u", e->client, e->stream);
    case HISTORY_BASE:
        note_restore(c);
        return true;
    case HISTORY_ROW:
        (void)stream_index(c, e->stream);
        return true;
    case HISTORY_KNEW:
    case HISTORY_HELD:
    case HISTORY_MISSED:
    case HISTORY_VIEW:
    case HISTORY_TABLES:
    case HISTORY_TOTAL:
    case HISTORY_ENDED:
    case HISTORY_UNWELL:
        return true;
    }
    return true;
}

/* ---- the journal ---- */

static bool check_author(struct check *c, const struct history_entry *row)
{
    if (!row->token)
        return row->stream == PUBLIC_STREAM ||
               broken(c, "no phantom: revision %" PRIu64 " of stream %u is nobody's change", row->rev, row->stream);
    struct token *token = row->token <= c->history->tokens ? &c->tokens[row->token] : NULL;
    if (!token || !token->invoked)
        return broken(c, "no phantom: revision %" PRIu64 " of stream %u was never wanted", row->rev, row->stream);
    if (token->invoked->stream != row->stream)
        return broken(c, "isolation: change %" PRIu64 " of stream %u stands in stream %u", row->token, token->invoked->stream,
                      row->stream);
    if (token->failed)
        return broken(c, "no phantom: change %" PRIu64 " stands there, but its author was told that it failed", row->token);
    if (c->clients[token->invoked->client].device != row->device)
        return broken(c, "no phantom: change %" PRIu64 " came from another device", row->token);
    token->rows++;
    token->accepted += !row->refused;
    /* A refusal changes nothing: copies of a folder may hear the same one each, and what was accepted in a life that was lost comes
     * back beside the refusal it met when it was sent again. */
    if (token->accepted > 1)
        return broken(c, "at most once: change %" PRIu64 " stands in stream %u again as %" PRIu64, row->token, row->stream,
                      row->rev);
    return true;
}

static bool check_place(struct check *c, const struct history_entry *row, const struct history_entry *before)
{
    uint64_t last = 0;
    if (row->rev != (before ? before->rev + 1 : 1))
        return broken(c, "whole commits: stream %u has %" PRIu64 " after %" PRIu64, row->stream, row->rev,
                      before ? before->rev : 0);
    if (row->previous != (before ? before->digest : 0))
        return broken(c, "whole commits: revision %" PRIu64 " of stream %u does not name the row before", row->rev, row->stream);
    if (c->restore) /* rows come back in any order, some never */
        return true;
    for (const struct history_entry *e = c->history->entries; e < row; e++)
        if (e->event == HISTORY_ROW && e->stream == row->stream && e->instance == row->instance)
            last = e->sequence;
    return row->sequence == last + 1 ||
           broken(c, "order: sequence %" PRIu64 " stands after %" PRIu64 " in stream %u", row->sequence, last, row->stream);
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
        return broken(c, "whole commits: revision %" PRIu64 " of stream %u was refused, yet changes records", row->rev,
                      row->stream);
    for (size_t i = 0; i < row->n_ops; i++)
        if (ops[row->first_op + i].about || ops[row->first_op + i].about_fields)
            check_row_note_about(&c->abouts, &ops[row->first_op + i]);
    if (row->origin_epoch) {
        const struct check_recovered check = {
            .history = c->history, .row = row, .state = &c->state, .abouts = &c->abouts, .marks = &c->marks};
        const char *wrong = check_recovered(&check);
        if (wrong)
            return broken(c, "%s: change %" PRIu64 ", revision %" PRIu64 " of stream %u", wrong, row->token, row->rev, row->stream);
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
            return broken(c, "%s: change %" PRIu64 ", revision %" PRIu64 " of stream %u", wrong, row->token, row->rev, row->stream);
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
            return broken(c, "convergence: %s of stream %u at %" PRIu64 " (client %d) differs in field %u of kind %u", whose,
                          e->stream, e->rev, e->client, ops[i].field, ops[i].kind);
    return e->n_ops == c->state.present ||
           broken(c, "convergence: %s of stream %u at %" PRIu64 " (client %d) has %zu values, the journal %zu", whose, e->stream,
                  e->rev, e->client, e->n_ops, c->state.present);
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
        return broken(
            c, "totals: the server counts %" PRIu64 " of kind %u in stream %u, the journal has %zu, %zu of them below dead ones",
            e->value, e->kind, e->stream, c->alive[e->kind], c->hidden[e->kind]);
    if ((e->event == HISTORY_ENDED || e->event == HISTORY_TABLES) && e->rev != head)
        return broken(c, "convergence: client %d ends at %" PRIu64 " of stream %u, the journal at %" PRIu64, e->client, e->rev,
                      e->stream, head);
    if (e->event == HISTORY_ENDED && e->waiting)
        return broken(c, "convergence: client %d ends with %" PRIu64 " changes not sent", e->client, e->waiting);
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
        return broken(c, "visible: %zu records of stream %u live below dead ones, and nobody was told", untold, stream);
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
            return broken(c, "nothing lost: change %" PRIu64 " was accepted as %" PRIu64 " of stream %u, where it does not stand",
                          number, token->answered->rev, token->answered->stream);
    }
    /* What was refused waits for its person, who was told; the row that said so may be lost with a life of the server. */
    bool told = c->restore && token->answered && token->answered->refused;
    bool may_lack = !token->saved || token->forgotten || told || c->clients[token->invoked->client].gone;
    return may_lack || token->rows ||
           broken(c, "nothing lost: change %" PRIu64 " of client %d was saved and is nowhere", number, token->invoked->client);
}

static bool check_revoked(struct check *c, const struct history_entry *revoked)
{
    for (size_t i = 0; i < c->history->n; i++) {
        const struct history_entry *row = &c->history->entries[i];
        if (row->event == HISTORY_ROW && row->stream == revoked->stream && row->device == revoked->device && !row->origin_epoch &&
            row->rev > revoked->rev)
            return broken(c, "isolation: a revoked device wrote revision %" PRIu64 " of stream %u", row->rev, row->stream);
    }
    return true;
}

static bool check_all(struct check *c)
{
    const struct history *history = c->history;
    for (size_t i = 0; i < history->n; i++)
        if (!check_event(c, &history->entries[i], i))
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
        return broken(c, "%s: revision %" PRIu64 " of stream %u (epoch %" PRIu64 ", client %d)", wrong, entry->rev, entry->stream,
                      entry->epoch, entry->client);
    for (size_t i = 0; i < history->n; i++)
        if (history->entries[i].event == HISTORY_UNWELL)
            return broken(c, "the server's own check finds its data damaged");
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
