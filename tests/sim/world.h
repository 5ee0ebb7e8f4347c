/* SPDX-License-Identifier: Apache-2.0
 *
 * A district in one process and one seed: the real server core on a disk in memory, real client engines on theirs, each sync a
 * coroutine that waits in a network of our own. Time passes only when nothing else is left to do. */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include <ucontext.h>

#include "client/sync/sync.h"
#include "tests/harness/test_server.h"
#include "tests/sim/history.h"

#define WORLD_DEVICES_MAX 12
#define WORLD_BACKUPS_MAX 3
#define WORLD_SCHOOLS 3
#define WORLD_CALM_DELAY_MS 5
#define WORLD_STICKS 4
#define WORLD_TRACE_LINES 400
#define WORLD_TRACE_BYTES 160

struct flight;

struct device {
    struct world *world;
    int number;
    bool used, joined, revoked, left;
    bool unknown;       /* it joined after the backup the server was restored from: refused until it is readmitted */
    unsigned backups;   /* that were made before it joined: they do not know it */
    bool doubtful;      /* nobody knows whether it is revoked */
    const char *school; /* NULL: of the district */
    struct peer peer;
    struct test_disk *disk;
    struct cache *cache;
    const struct schema *schema;
    uint32_t stream; /* its own, once it has joined */
    uint64_t id;
    char device_text[UUID_TEXT_BYTES];
    struct transport transport;
    struct clock clock;
    struct random random;
    uint64_t seed;
    int64_t skew_ms;
    bool has_copy;
    struct {
        ucontext_t context;
        void *stack;
        bool running;
        uint32_t only;         /* a stream to be pulled; 0: a whole sync */
        struct flight *flight; /* what it waits for */
        bool cut;              /* the process is being killed: nothing arrives any more */
        enum status status;
        struct sync_report report;
        struct err err;
    } task;
};

/* A file under way: a device's question and, once the district has taken it in, the answer. */
struct stick {
    bool used, answered;
    bool strange; /* signed by a key that the district does not know */
    uint64_t device;
    struct buf question, answer;
};

/* In percent; all 0: a good network. */
struct weather {
    unsigned lose_request, lose_reply, twice;
    int64_t delay_max_ms;
};

struct world {
    uint64_t seed, random;
    struct arena arena, scratch; /* of the world; of one act */
    struct test_server server;
    const struct schema *now, *next;
    bool server_down, upgraded;
    bool little_memory; /* the server's pages spill into its log before the commit */
    struct {
        unsigned number;
        uint64_t epoch;           /* the life it is of */
    } backups[WORLD_BACKUPS_MAX]; /* kept, oldest first */
    unsigned n_backups;
    unsigned gather_ms; /* how long requests come together before the lanes look */
    struct device devices[WORLD_DEVICES_MAX];
    struct stick sticks[WORLD_STICKS];
    struct weather weather;
    struct flight *flights; /* by time, then order */
    uint64_t n_flights;
    bool step_planned;
    int64_t began_ms;
    ucontext_t main;
    struct history history;
    char trace[WORLD_TRACE_LINES][WORLD_TRACE_BYTES];
    uint64_t n_trace, trace_hash;
    char wrong[512]; /* "" until something cannot be right */
};

/* ---- world.c ---- */
void world_open(struct world *world, uint64_t seed);
void world_close(struct world *world);
uint64_t world_random(struct world *world);
unsigned world_pick(struct world *world, unsigned n); /* 0 … n - 1 */
bool world_chance(struct world *world, unsigned percent);
void world_say(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Keeps the first. */
void world_complain(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t world_digest(const void *data, size_t bytes);
const char *world_school_code(unsigned i);
/* Asks the server at once, past the network. */
enum status world_ask(struct world *world, const struct peer *peer, enum message_number number, const ProtobufCMessage *request,
                      ProtobufCMessage **reply, struct err *err);
/* Closes it in good order and opens it again. */
void world_server_reopen(struct world *world);
void world_server_dies(struct world *world);
/* By a power cut or a kill, as the seed has it. */
void world_server_returns(struct world *world);
void world_server_backup(struct world *world);
/* It is lost, and goes on from a backup. */
void world_server_restore(struct world *world, unsigned at);

/* ---- network.c ---- */
void network_connect(struct device *device);
/* Lets virtual time pass; work that is due is done. */
void network_run(struct world *world, int64_t ms);
void network_run_dry(struct world *world);
/* No answer that is under way arrives. */
void network_cut(struct world *world);
void network_close(struct world *world);
/* only: see struct device. */
void task_start(struct device *device, uint32_t only);
/* What the process was doing stops where it stands. */
void task_kill(struct device *device);

/* ---- device.c ---- */
/* NULL when all places are taken. */
struct device *device_join(struct world *world, const char *school);
struct device *device_clone(struct device *device);
void device_close(struct device *device);
void device_open_cache(struct device *device);
void device_kill(struct device *device, bool power_cut);
void device_copy(struct device *device);
void device_restore(struct device *device);
/* By the operator, after a restore: it is known again, and its copies with it. */
void device_let_back(struct device *device);
/* By the operator: from now on it is refused, and its copies with it. */
void device_shut_out(struct device *device);
/* After a task has ended. */
void device_synced(struct device *device);
/* Nothing is running and the folder can be used. */
bool device_is_free(const struct device *device);
uint64_t device_outbox(struct device *device, enum outbox_state state);

/* ---- stick.c: syncing by files ---- */
void stick_export(struct device *device);
void stick_take(struct world *world);
void stick_import(struct world *world);

/* ---- watch.c: the product's values as history ---- */
void watch_edits(struct world *world, const struct edit *edits, size_t n);
uint64_t watch_token(const char *note);
void watch_shown(struct device *device, uint32_t stream, uint64_t token, const struct edit *edits, size_t n);
void watch_answer(struct device *device, const Lianxin__PushRequest *push, const Lianxin__PushReply *reply);
void watch_view(struct device *device, uint32_t stream);
/* All it holds at the end, and what still waits. */
void watch_device(struct device *device);
/* The records of a stream become the ops of the next entry; false when they cannot be read. */
bool watch_store(struct world *world, struct store *store, uint32_t stream);
/* A journal row; its revision, 0 when it cannot be read. */
uint64_t watch_row(struct world *world, const struct row *row, uint32_t stream);
struct history_entry watch_row_entry(enum history_event event, const struct commit *commit, const struct row *row);
void watch_journal(struct world *world, uint32_t stream);
void watch_tables(struct world *world, uint32_t stream);
void watch_totals(struct world *world, uint32_t stream);

/* ---- watch_lost.c ---- */
void watch_devices(struct world *world);
void watch_missed(struct world *world);

/* ---- act.c ---- */
/* One random thing that somebody does or that happens, out of those of set (bit i: the i-th of act.def). */
void act_once(struct world *world, uint64_t set);
uint64_t act_choose_set(struct world *world);

/* ---- run.c ---- */
struct run {
    uint64_t seed, hash;
    bool right;
    int64_t virtual_ms;
    char text[512];
};
/* steps 0: as many as the seed says. tell: the end of the trace goes to stderr, as it does on failure. */
void run_seed(uint64_t seed, unsigned steps, bool tell, struct run *out);

#endif
