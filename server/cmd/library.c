/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/library.h"

#include <stdlib.h>
#include <string.h>

#include "common/db/sql.h"
#include "common/wire/message.h"
#include "common/wire/tls.h"
#include "server/net/net.h"

struct library {
    const char *key, *name;
    const char *(*version)(void);
};
struct known {
    const char *key, *first, *mended;
    enum health_state state;
    struct health_advice advice;
};

static const struct library libraries[] = {
#define LIBRARY(key_, name_, version_) {#key_, name_, version_},
#define KNOWN(key_, first_, mended_, state_, text_, text_zh_)
#include "server/cmd/library.def"
#undef LIBRARY
#undef KNOWN
};
static const struct known known[] = {
#define LIBRARY(key_, name_, version_)
#define KNOWN(key_, first_, mended_, state_, text_, text_zh_)                                                                      \
    {#key_, first_, mended_, HEALTH_##state_, {"library", text_, text_zh_}},
#include "server/cmd/library.def"
#undef LIBRARY
#undef KNOWN
};

int library_compare(const char *a, const char *b)
{
    for (;;) {
        char *end_a, *end_b;
        unsigned long left = strtoul(a, &end_a, 10), right = strtoul(b, &end_b, 10);
        if (left != right)
            return left < right ? -1 : 1;
        if (*end_a != '.' && *end_b != '.')
            return 0;
        a = *end_a == '.' ? end_a + 1 : "0";
        b = *end_b == '.' ? end_b + 1 : "0";
    }
}

static const struct known *find_known(const struct library *library)
{
    const char *version = library->version();
    const struct known *worst = NULL;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].key, library->key) == 0 && library_compare(version, known[i].first) >= 0 &&
            library_compare(version, known[i].mended) < 0 && (!worst || known[i].state > worst->state))
            worst = &known[i];
    return worst;
}

void library_tell(struct health *health)
{
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        const struct library *library = &libraries[i];
        const struct known *bad = find_known(library);
        health_add(health, library->key, library->name, library->name, library->version(), bad ? bad->state : HEALTH_WELL,
                   bad ? &bad->advice : NULL);
    }
}
