/* SPDX-License-Identifier: Apache-2.0
 *
 * Is the simulator able to fail? Each mistake of planted.def is made on purpose, by functions of the product that the linker
 * replaces in this program alone (--wrap), and must be found within some seeds. Without one the same seeds must be clean. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/handlers/handler.h"
#include "server/service/heads.h"
#include "tests/sim/planted.h"
#include "tests/sim/world.h"
#include "tests/harness/test_random.h"

#define SEEDS_MAX 3000

static const struct {
    const char *name, *what;
} bugs[PLANTED_COUNT] = {
    {"none", "nothing"},
#define PLANTED(name, what) {#name, what},
#include "tests/sim/planted.def"
#undef PLANTED
};

struct planted planted;

bool planted_now_and_then(unsigned one_in)
{
    return test_random_below(&planted.random, one_in) == 0;
}

struct sha256 planted_known_key(void)
{
    return planted.world->devices[0].peer.key_hash;
}

REAL(void, world_open, struct world *world, uint64_t seed)
{
    planted.world = world;
    planted.random = seed;
    planted.push_in_group = false;
    memset(planted.readmitted, 0, sizeof planted.readmitted);
    planted.server_must_die = planted.commit_must_lie = false;
    __real_world_open(world, seed);
}

REAL(bool, lanes_step, struct lanes *lanes)
{
    planted.in_server = true;
    planted.push_in_group = false;
    bool worked = __real_lanes_step(lanes);
    planted.in_server = false;
    if (planted.server_must_die)
        world_server_dies(planted.world);
    planted.server_must_die = false;
    return worked;
}

/* ---- the lane ---- */

REAL(bool, sql_in_transaction, struct sql *db)
{
    return (is(PLANTED_goes_on_after_full) && planted.in_server) || __real_sql_in_transaction(db);
}

REAL(enum status, handler_run, struct work *work, const struct message *message, const struct proof *proof,
     const ProtobufCMessage *request, ProtobufCMessage **reply, struct err *err)
{
    enum status status = __real_handler_run(work, message, proof, request, reply, err);
    if (is(PLANTED_goes_on_after_full) && status != STATUS_OK)
        work->wrote = false;
    return status;
}

/* At the end nothing dies any more. */
static bool is_calm(void)
{
    return planted.world->weather.delay_max_ms <= WORLD_CALM_DELAY_MS;
}

static enum status lie_about_commit(struct sql *db)
{
    sql_rollback(db);
    return STATUS_OK;
}

REAL(enum status, sql_commit, struct sql *db, struct err *err)
{
    bool server = planted.in_server && db == planted.world->server.core->writer.sql;
    if (is(PLANTED_goes_on_after_full) && server && !__real_sql_in_transaction(db))
        return STATUS_OK;
    if (is(PLANTED_reply_before_commit) && server && planted.push_in_group && !is_calm() && planted_now_and_then(10)) {
        planted.server_must_die = true;
        return lie_about_commit(db);
    }
    if (is(PLANTED_saved_not_durable) && !planted.in_server && planted.commit_must_lie)
        return planted.commit_must_lie = false, lie_about_commit(db);
    return __real_sql_commit(db, err);
}

REAL(void, heads_undo, struct heads *heads)
{
    if (is(PLANTED_cache_before_commit))
        heads_commit(heads);
    else
        __real_heads_undo(heads);
}

/* ---- the proof ---- */

static void run_until_found(enum planted_bug bug, uint64_t seeds, struct run *out)
{
    planted.bug = bug;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        run_seed(seed, 0, false, out);
        if (!out->right)
            return;
    }
}

/* In a process of its own, for a mistake may also end it. */
static bool prove(enum planted_bug bug, uint64_t seeds, struct run *run)
{
    *run = (struct run){.right = true};
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(2);
        run_until_found(bug, seeds, run);
        _exit(0);
    }
    int status = 0;
    bool ended = pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status);
    if (ended)
        snprintf(run->text, sizeof run->text, "the program ended");
    return !ended && (bug == PLANTED_none) == run->right;
}

int main(int argc, char **argv)
{
    unsigned missed = 0;
    struct run *run = mmap(NULL, sizeof *run, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (run == MAP_FAILED)
        return 2;
    printf("1..%d\n", PLANTED_COUNT);
    for (int bug = 0; bug < PLANTED_COUNT; bug++) {
        if (argc > 1 && strcmp(argv[1], bugs[bug].name) != 0)
            continue;
        bool proven = prove((enum planted_bug)bug, bug ? SEEDS_MAX : 30, run);
        missed += !proven;
        printf("%s %d - %s: %s\n", proven ? "ok" : "not ok", bug + 1, bugs[bug].name, bugs[bug].what);
        if (run->right)
            printf("# %s\n", run->text[0] ? run->text : "nothing found");
        else
            printf("# seed %" PRIu64 ": %s\n", run->seed, run->text);
        fflush(stdout);
    }
    return missed ? 1 : 0;
}
