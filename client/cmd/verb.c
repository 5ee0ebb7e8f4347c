/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/verb.h"

#include <stdint.h>
#include <string.h>

static const struct verb *const verbs[] = {
#define VERB(name) &verb_##name,
#include "client/cmd/verb.def"
#undef VERB
};

#define VERBS (sizeof verbs / sizeof verbs[0])
#define NAME_MAX_BYTES 40
#define NEAR 2
#define NEAR_ZH 3 /* bytes: one character of two */

const struct verb *verb_at(size_t i)
{
    return i < VERBS ? verbs[i] : NULL;
}

const struct verb *verb_find(const char *name)
{
    for (size_t i = 0; i < VERBS; i++)
        if (strcmp(name, verbs[i]->name) == 0 || strcmp(name, verbs[i]->name_zh) == 0)
            return verbs[i];
    return NULL;
}

const struct verb_part *verb_find_part(const struct verb *verb, const char *name)
{
    for (size_t i = 0; i < verb->n_parts; i++)
        if (strcmp(name, verb->parts[i].name) == 0 || strcmp(name, verb->parts[i].name_zh) == 0)
            return &verb->parts[i];
    return NULL;
}

/* The edit distance (Levenshtein) of two short names. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(b), row[NAME_MAX_BYTES + 1];
    if (strlen(a) > NAME_MAX_BYTES || n > NAME_MAX_BYTES)
        return SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= n; j++) {
            size_t least = diagonal + (a[i] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < least)
                least = row[j] + 1;
            if (row[j - 1] + 1 < least)
                least = row[j - 1] + 1;
            row[j] = least;
        }
    }
    return row[n];
}

const struct verb *verb_nearest(const char *name)
{
    const struct verb *best = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < VERBS; i++) {
        size_t latin = distance(name, verbs[i]->name), chinese = distance(name, verbs[i]->name_zh);
        size_t d = latin <= NEAR && latin < strlen(verbs[i]->name) ? latin : SIZE_MAX;
        if (chinese <= NEAR_ZH && chinese < d)
            d = chinese;
        if (d < least) {
            least = d;
            best = verbs[i];
        }
    }
    return best;
}
