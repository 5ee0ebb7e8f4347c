/* SPDX-License-Identifier: Apache-2.0
 *
 * After the crashes: what the server's folder holds joins what the witness heard, and the checker of the simulator, which knows no
 * product code, says whether the promise was kept. The server must not run. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/db/store.h"
#include "server/service/journal.h"
#include "tests/crash/witness.h"
#include "tests/sim/check.h"
#include "tests/sim/world.h"

#define SCHOOLS_MAX 32u /* of a test's district */

static const char usage[] =
    "usage: judge history WITNESS DATABASE    is the history one that the promise allows?\n"
    "       judge tokens WITNESS DATABASE [CLIENT…]\n"
    "                                         does every change that was saved stand there, and none twice? Those of the\n"
    "                                         clients named may be missing\n"
    "       judge dump DATABASE               every record that lives or died, a line each; of a server or a client\n"
    "\n"
    "Ends with 0 when all is right, 1 when the promise was broken, 2 when it cannot be told.\n";

struct judge {
    struct world world;
    struct sql *db;
    struct store *store;
    uint64_t rows;
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(2);
}

static void open_judge(struct judge *judge, const char *path)
{
    struct world *world = &judge->world;
    struct err err;
    arena_init(&world->arena, 0);
    arena_init(&world->scratch, 0);
    if (schema_new(&world->arena, schema_source_current(), &world->now, &err) != STATUS_OK ||
        sql_open(path, SQL_READER, NULL, &judge->db, &err) != STATUS_OK ||
        store_open(judge->db, world->now, false, &judge->store, &err) != STATUS_OK)
        fail(path, err.text);
    world->next = world->now;
}

static void close_judge(struct judge *judge)
{
    store_close(judge->store);
    sql_close(judge->db);
    history_done(&judge->world.history);
    arena_done(&judge->world.scratch);
    arena_done(&judge->world.arena);
    free(judge);
}

/* ---- history ---- */

static uint64_t add_journal(struct judge *judge, uint32_t stream)
{
    struct world *world = &judge->world;
    struct journal_page page;
    struct err err;
    uint64_t rev = 0;
    do {
        arena_reset(&world->scratch);
        if (journal_list(judge->db, &world->scratch, stream, rev, 1 << 20, true, &page, &err) != STATUS_OK)
            fail("the journal", err.text);
        for (size_t i = 0; i < page.n; i++)
            rev = watch_row(world, &page.rows[i].row, stream);
        judge->rows += page.n;
    } while (page.n && !world->wrong[0]);
    return rev;
}

static void count_activities(struct judge *judge, uint32_t stream)
{
    const struct kind *kind = schema_find_kind_by_name(judge->world.now, "activity");
    struct record_list list;
    struct err err;
    arena_reset(&judge->world.scratch);
    if (store_list(judge->store, &judge->world.scratch, kind, stream, NULL, (struct value){0}, &list, &err) != STATUS_OK)
        fail("the activities", err.text);
    history_add(
        &judge->world.history,
        &(struct history_entry){.event = HISTORY_TOTAL, .client = -1, .stream = stream, .kind = kind->number, .value = list.n});
}

/* Everybody's, and those of schools with a client that has a witness. */
static bool is_witnessed(const struct judge *judge, uint32_t stream)
{
    const struct history *history = &judge->world.history;
    for (size_t i = 0; i < history->n; i++)
        if (history->entries[i].event == HISTORY_JOINED && history->entries[i].stream == stream)
            return true;
    return stream == STREAM_PUBLIC;
}

/* The next stream to be judged; false after the last. */
static bool next_stream(struct judge *judge, uint32_t *stream)
{
    struct err err;
    do {
        if (journal_next_stream(judge->db, *stream, stream, &err) != STATUS_OK)
            fail("the journal", err.text);
    } while (*stream && !is_witnessed(judge, *stream));
    return *stream && !judge->world.wrong[0];
}

static int tell_outcome(const struct judge *judge, size_t heard)
{
    if (judge->world.wrong[0])
        fprintf(stderr, "%s\n", judge->world.wrong);
    else
        printf("%" PRIu64 " changes, %zu things heard, %" PRIu64 " journal rows: right\n", judge->world.history.tokens, heard,
               judge->rows);
    return judge->world.wrong[0] != 0;
}

static int judge_history(struct judge *judge, const char *witness)
{
    struct world *world = &judge->world;
    char text[CHECK_TEXT_BYTES];
    uint32_t stream = 0;
    witness_read(witness, &world->history);
    size_t heard = world->history.n;
    while (next_stream(judge, &stream)) {
        uint64_t rev = add_journal(judge, stream);
        if (watch_store(world, judge->store, stream))
            history_add(&world->history,
                        &(struct history_entry){.event = HISTORY_TABLES, .client = -1, .stream = stream, .rev = rev});
        count_activities(judge, stream);
    }
    if (!world->wrong[0] && !check_history(&world->history, text))
        world_complain(world, "%s", text);
    return tell_outcome(judge, heard);
}

/* ---- tokens ---- */

struct token {
    bool wanted, saved, excused;
    unsigned rows;
};

static void note_token(struct judge *judge, struct token *tokens, const struct history_entry *entry, char **excused, int n_excused)
{
    struct token *token = &tokens[entry->token <= judge->world.history.tokens ? entry->token : 0];
    if (!entry->token)
        return;
    if (token == tokens)
        world_complain(&judge->world, "change %" PRIu64 " was never made", entry->token);
    token->wanted |= entry->event == HISTORY_INVOKED;
    token->saved |= entry->event == HISTORY_SAVED || entry->event == HISTORY_ANSWERED;
    token->rows += entry->event == HISTORY_ROW;
    for (int i = 0; i < n_excused; i++)
        token->excused |= entry->event == HISTORY_INVOKED && strtol(excused[i], NULL, 10) == entry->client;
}

static int judge_tokens(struct judge *judge, const char *witness, char **excused, int n_excused)
{
    struct world *world = &judge->world;
    uint32_t stream = 0;
    witness_read(witness, &world->history);
    size_t heard = world->history.n;
    struct token *tokens = calloc(world->history.tokens + 1, sizeof *tokens);
    if (!tokens)
        abort();
    while (next_stream(judge, &stream))
        (void)add_journal(judge, stream);
    for (size_t i = 0; i < world->history.n; i++)
        note_token(judge, tokens, &world->history.entries[i], excused, n_excused);
    for (uint64_t t = 1; t <= world->history.tokens; t++) {
        if (tokens[t].rows > 1)
            world_complain(world, "change %" PRIu64 " stands there %u times", t, tokens[t].rows);
        if (tokens[t].rows && !tokens[t].wanted)
            world_complain(world, "change %" PRIu64 " stands there, and nobody wanted it", t);
        if (tokens[t].saved && !tokens[t].rows && !tokens[t].excused)
            world_complain(world, "change %" PRIu64 " was saved and is nowhere", t);
    }
    free(tokens);
    return tell_outcome(judge, heard);
}

/* ---- dump ---- */

static bool dump_record(void *context, const struct record *record)
{
    struct judge *judge = context;
    char id[UUID_TEXT_BYTES];
    uuid_format(&record->id, id);
    printf("%u %s %s %s", record->stream, record->kind->name, id, record->dead ? "dead" : "lives");
    for (size_t i = 0; i < record->kind->n_fields; i++) {
        const struct field *field = &record->kind->fields[i];
        struct buf bytes;
        buf_init(&bytes, 0);
        record_encode_field(&bytes, record->message, field);
        if (record_has(record->message, field))
            printf(" %s=%016" PRIx64, field->name, world_digest(bytes.data, bytes.len_bytes));
        buf_done(&bytes);
    }
    putchar('\n');
    judge->rows++;
    return true;
}

static int dump(struct judge *judge)
{
    const struct schema *schema = judge->world.now;
    struct err err;
    for (uint32_t stream = STREAM_PUBLIC; stream < STREAM_FIRST_SCHOOL + SCHOOLS_MAX;
         stream = stream == STREAM_DISTRICT ? STREAM_FIRST_SCHOOL : stream + 1)
        for (size_t i = 0; i < schema->n_kinds; i++)
            if (store_walk(judge->store, &schema->kinds[i], stream, NULL, 0, dump_record, judge, &err) != STATUS_OK)
                fail("the records", err.text);
    return 0;
}

int main(int argc, char **argv)
{
    struct judge *judge = calloc(1, sizeof *judge);
    bool history = argc == 4 && strcmp(argv[1], "history") == 0, tokens = argc >= 4 && strcmp(argv[1], "tokens") == 0;
    if (!judge || (!history && !tokens && !(argc == 3 && strcmp(argv[1], "dump") == 0))) {
        fputs(usage, stderr);
        return 2;
    }
    open_judge(judge, argv[history || tokens ? 3 : 2]);
    int code = history ? judge_history(judge, argv[2]) : tokens ? judge_tokens(judge, argv[2], argv + 4, argc - 4) : dump(judge);
    close_judge(judge);
    return code;
}
