/* SPDX-License-Identifier: Apache-2.0
 *
 * What clients heard and saw, in the order it happened. */
#include <inttypes.h>
#include <string.h>

#include "tests/sim/check_internal.h"

static bool check_shown(struct check *c, const struct history_entry *e)
{
    const struct history_entry *made = c->tokens[e->token].invoked;
    const struct history_op *wanted = c->history->ops + made->first_op, *shown = c->history->ops + e->first_op;
    for (size_t i = 0; i < made->n_ops; i++)
        if (wanted[i].field && !wanted[i].remove && (i >= e->n_ops || shown[i].after != wanted[i].after))
            return check_broken(c, "reads: client %d does not show its own change %" PRIu64, e->client, e->token);
    return true;
}

static bool check_synced(struct check *c, const struct history_entry *e)
{
    struct client *client = &c->clients[e->client];
    size_t s = check_stream_index(c, e->stream);
    if (e->epoch != client->epoch[s])
        client->rev[s] = 0;
    client->epoch[s] = e->epoch;
    if (e->rev < client->rev[s])
        return check_broken(c, "reads: client %d went back from %" PRIu64 " to %" PRIu64 " in stream %u", e->client, client->rev[s],
                            e->rev, e->stream);
    if (e->rev < client->promised[s])
        return check_broken(c,
                            "reads: client %d is at %" PRIu64 " of stream %u after a sync, but its push was accepted as %" PRIu64,
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
    size_t s = check_stream_index(c, e->stream);
    if (!c->tokens[e->token].answered)
        c->tokens[e->token].answered = e;
    if (e->rev > client->promised[s])
        client->promised[s] = e->rev;
}

/* What was promised before is counted anew in another life of the server. */
static void note_restore(struct check *c)
{
    for (size_t i = 0; i < CHECK_CLIENTS_MAX; i++)
        memset(c->clients[i].promised, 0, sizeof c->clients[i].promised);
}

bool check_client_event(struct check *c, const struct history_entry *e, size_t at)
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
        return check_broken(c, "convergence: client %d found another hash in stream %u", e->client, e->stream);
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
        return e->refused || check_broken(c, "isolation: client %d could read stream %u", e->client, e->stream);
    case HISTORY_BASE:
        note_restore(c);
        return true;
    case HISTORY_ROW:
        (void)check_stream_index(c, e->stream);
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
