/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the program sim_planted share. */
#ifndef TESTS_SIM_PLANTED_H
#define TESTS_SIM_PLANTED_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/sha256.h"
#include "common/base/uuid.h"

struct world;

enum planted_bug {
    PLANTED_none,
#define PLANTED(name, what) PLANTED_##name,
#include "tests/sim/planted.def"
#undef PLANTED
    PLANTED_COUNT
};

/* Of the one world that lives in a process at a time. */
struct planted {
    enum planted_bug bug;
    struct world *world;
    bool in_server, push_in_group, server_must_die, commit_must_lie;
    uint64_t random;
    struct uuid readmitted[8]; /* the last devices that were */
    unsigned n_readmitted;
};
extern struct planted planted;

static inline bool is(enum planted_bug bug)
{
    return planted.bug == bug;
}

bool planted_now_and_then(unsigned one_in);
/* Of a device that is enrolled. */
struct sha256 planted_known_key(void);

/* REAL(type, name, parameters): begins the function that stands for the product's; __real_name() is that one. */
#define REAL(type, name, ...)                                                                                                      \
    type __real_##name(__VA_ARGS__);                                                                                               \
    type __wrap_##name(__VA_ARGS__);                                                                                               \
    type __wrap_##name(__VA_ARGS__)

#endif
