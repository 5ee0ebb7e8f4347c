/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/check.h"

#include <string.h>

#include "common/base/map.h"
#include "server/service/journal.h"
#include "server/service/loss.h"

#define PAGE_BYTES ((size_t)4 << 20)

struct checking {
    struct work *work;
    struct table *table;
    bool ok;
};

static void add_line(struct checking *c, const char *check, uint32_t stream, const char *problem)
{
    table_add_row(c->table);
    table_put_text(c->table, check);
    if (stream)
        table_put_int(c->table, stream);
    else
        table_put_null(c->table);
    table_put_bool(c->table, !problem);
    table_put_text(c->table, problem);
    c->ok = c->ok && !problem;
}

static void say_problem(void *context, const char *problem)
{
    add_line(context, "database", 0, problem);
}

/* ---- replaying one stream ---- */

struct replayed_key {
    uint32_t kind;
    struct uuid id;
};
struct taken_key {
    struct uuid instance;
    uint8_t sequence[8];
};
struct replay {
    struct arena arena;
    uint32_t stream;
    uint64_t rev;
    struct sha256 digest;
    struct stream_hash hash;
    struct map records;   /* struct replayed_key → struct record * */
    struct map sequences; /* struct uuid → uint64_t, the highest */
    struct map taken;     /* struct taken_key → bool */
    const char *problem;  /* the first; NULL: none */
};

static void replay_effects(struct replay *r, const struct commit *commit)
{
    for (size_t i = 0; i < commit->n_effects; i++) {
        const struct edit *effect = &commit->effects[i];
        if (!effect->kind)
            continue;
        struct replayed_key key = {.kind = effect->kind->number, .id = effect->id};
        const struct record **held = map_put(&r->records, &key);
        const struct record *after = edit_assign(&r->arena, *held, r->stream, effect, commit->rev);
        stream_hash_change(&r->hash, *held, after);
        *held = after;
    }
    commit_hash_foreign(commit, &r->hash);
}

static const char *check_link(const struct replay *r, const struct journal_row *row, const struct commit *commit,
                              const uint8_t key[SHA256_BYTES])
{
    if (row->rev != r->rev + 1 || commit->rev != row->rev || commit->stream != r->stream)
        return "a row is missing or out of order";
    if (!row_sealed_by(&row->row, key))
        return "a row is not sealed by this district's key";
    if (!sha256_equal(&commit->previous, &r->digest))
        return "a row does not follow from the one before";
    if (!uuid_equal(&commit->instance, &row->instance) || commit->sequence != row->sequence)
        return "a row's columns differ from its body";
    return NULL;
}

/* Only a recovered row may leave sequences out, and only then a later row may be one of those. */
static const char *check_sequence(struct replay *r, const struct commit *commit)
{
    struct taken_key key = {.instance = commit->instance};
    uint64_t *last = map_put(&r->sequences, &commit->instance);
    memcpy(key.sequence, &commit->sequence, sizeof key.sequence);
    bool *taken = map_put(&r->taken, &key);
    bool next = commit->sequence == *last + 1, hole = commit->sequence <= *last && !*taken;
    if (!commit->recovered_epoch && !next && !hole)
        return "a sequence was taken twice or left out";
    *taken = true;
    *last = commit->sequence > *last ? commit->sequence : *last;
    return NULL;
}

static void replay_row(struct checking *c, struct replay *r, const struct journal_row *row)
{
    const struct core_config *config = &c->work->desk->core->config;
    struct commit commit;
    struct err err;
    const char *problem = NULL;
    if (commit_decode(&r->arena, config->schema, row->row.body, row->row.body_bytes, &commit, &err))
        problem = "a row cannot be read";
    if (!problem)
        problem = check_link(r, row, &commit, config->journal_key);
    if (!problem)
        problem = check_sequence(r, &commit);
    if (!problem) {
        replay_effects(r, &commit);
        if (!stream_hash_equal(&r->hash, &commit.hash))
            problem = "the hash in a row is not that of the records";
    }
    if (problem)
        r->problem = arena_printf(c->work->arena, "revision %llu: %s", (unsigned long long)row->rev, problem);
    r->rev = row->rev;
    r->digest = row->row.digest;
}

static enum status replay_stream(struct checking *c, struct replay *r, struct err *err)
{
    struct journal_page page = {.n = 1};
    enum status st = STATUS_OK;
    while (st == STATUS_OK && page.n && !r->problem) {
        st = journal_list(c->work->desk->sql, &r->arena, r->stream, r->rev, PAGE_BYTES, true, &page, err);
        for (size_t i = 0; st == STATUS_OK && i < page.n && !r->problem; i++)
            replay_row(c, r, &page.rows[i]);
    }
    return st;
}

/* ---- against the tables ---- */

struct comparing {
    struct replay *replay;
    size_t n;
    bool differs;
};

static bool compare_record(void *context, const struct record *stored)
{
    struct comparing *c = context;
    struct replayed_key key = {.kind = stored->kind->number, .id = stored->id};
    const struct record *const *held = map_find(&c->replay->records, &key);
    c->n++;
    c->differs = !held || (*held)->rev != stored->rev || (*held)->dead != stored->dead ||
                 record_diff(stored->kind, (*held)->message, stored->message) ||
                 !record_unknown_equal((*held)->message, stored->message);
    return !c->differs;
}

static enum status compare_tables(struct checking *c, struct replay *r, struct err *err)
{
    const struct schema *schema = c->work->desk->core->config.schema;
    struct comparing comparing = {.replay = r};
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < schema->n_kinds && !comparing.differs; i++)
        st = store_walk(c->work->desk->store, &schema->kinds[i], r->stream, NULL, 0, compare_record, &comparing, err);
    if (st)
        return st;
    add_line(c, "records", r->stream,
             comparing.differs || comparing.n != r->records.n ? "the record tables differ from the replayed journal" : NULL);
    return STATUS_OK;
}

/* The table is behind where it was not written lately, never ahead and never wrong. */
static enum status compare_sequences(struct checking *c, struct replay *r, struct err *err)
{
    struct sql_statement *s;
    bool row = true, differs = false;
    enum status st = sql_prepare(c->work->desk->sql, "SELECT instance, sequence FROM instance WHERE stream = $stream", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", r->stream);
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        struct uuid instance;
        size_t bytes;
        const void *id = sql_blob(s, 0, &bytes);
        const uint64_t *last = uuid_from_bytes(id, bytes, &instance) ? map_find(&r->sequences, &instance) : NULL;
        differs = differs || !last || (uint64_t)sql_int(s, 1) > *last;
    }
    sql_reset(s);
    if (st == STATUS_OK)
        add_line(c, "sequences", r->stream, differs ? "the derived last sequences differ from the journal" : NULL);
    return st;
}

static enum status check_stream(struct checking *c, uint32_t stream, struct err *err)
{
    struct replay r = {.stream = stream};
    uint8_t seed[MAP_SEED_BYTES];
    random_fill(&c->work->desk->core->config.random, seed, sizeof seed);
    arena_init(&r.arena, 0);
    map_init(&r.records, &r.arena, sizeof(struct replayed_key), sizeof(struct record *), seed);
    map_init(&r.sequences, &r.arena, sizeof(struct uuid), sizeof(uint64_t), seed);
    map_init(&r.taken, &r.arena, sizeof(struct taken_key), sizeof(bool), seed);
    enum status st = replay_stream(c, &r, err);
    if (st == STATUS_OK)
        add_line(c, "journal", stream, r.problem);
    if (st == STATUS_OK && !r.problem)
        st = compare_tables(c, &r, err);
    if (st == STATUS_OK && !r.problem)
        st = compare_sequences(c, &r, err);
    if (st == STATUS_OK)
        log_event(c->work->desk->core->config.log, LOG_INFO, "check.stream", "stream", arena_printf(c->work->arena, "%u", stream),
                  "rows", arena_printf(c->work->arena, "%llu", (unsigned long long)r.rev), "ok", c->ok ? "yes" : "no", NULL);
    arena_done(&r.arena);
    return st;
}

/* Not damage: the data here agree. What a restore lost may still come back. */
static void say_loss(void *context, uint32_t stream, uint64_t epoch, uint64_t missing, const char *ranges)
{
    struct checking *c = context;
    table_add_row(c->table);
    table_put_text(c->table, "losses");
    table_put_int(c->table, stream);
    table_put_bool(c->table, true);
    table_put_text(c->table, arena_printf(c->work->arena,
                                          "%llu revision(s) of before a restore that nobody has brought back yet: %s (epoch %llu)",
                                          (unsigned long long)missing, ranges, (unsigned long long)epoch));
}

enum status check_all(struct work *work, struct table **out, bool *ok, struct err *err)
{
    struct checking c = {.work = work, .table = table_new(work->arena, "check", "Check", "检查"), .ok = true};
    uint32_t stream = 0;
    table_add_column(c.table, "check", TABLE_TEXT, "Check", "检查项", TABLE_FIXED);
    table_add_column(c.table, "stream", TABLE_INT, "Stream", "流", 0);
    table_add_column(c.table, "ok", TABLE_BOOL, "Ok", "正常", 0);
    table_add_column(c.table, "problem", TABLE_TEXT, "Problem", "问题", TABLE_WRAP);
    enum status st = sql_integrity_check(work->desk->sql, say_problem, &c, err);
    if (st == STATUS_OK)
        add_line(&c, "database", 0, NULL);
    if (st == STATUS_CORRUPT) /* the lines are there; the streams are looked at all the same */
        st = STATUS_OK;
    while (st == STATUS_OK) {
        st = journal_next_stream(work->desk->sql, stream, &stream, err);
        if (st || !stream)
            break;
        st = check_stream(&c, stream, err);
    }
    if (st == STATUS_OK)
        st = loss_list(work, say_loss, &c, err);
    if (st)
        return st;
    *out = c.table;
    *ok = c.ok;
    return STATUS_OK;
}
