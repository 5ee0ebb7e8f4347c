/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/news.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/base/map.h"

/* What was noted holds as long as its generation is that of now; 0: never noted. */
struct known_caller {
    uint64_t generation;
    enum role role;
    uint32_t stream;
    struct uuid device;
};
struct known_stream {
    uint64_t head;
    struct sha256 digest;
    uint64_t generation, safe_rev;
};

struct news {
    pthread_mutex_t mutex; /* over all below; held for a few instructions, never over SQL */
    struct arena arena;
    struct map callers; /* struct sha256 → struct known_caller; as many as there are devices */
    struct map streams; /* uint32_t → struct known_stream */
    uint64_t generation;
};

struct news *news_new(const struct random *random)
{
    uint8_t seed[MAP_SEED_BYTES];
    struct news *news = calloc(1, sizeof *news);
    if (!news)
        return NULL;
    random_fill(random, seed, sizeof seed);
    pthread_mutex_init(&news->mutex, NULL);
    arena_init(&news->arena, 0);
    map_init(&news->callers, &news->arena, sizeof(struct sha256), sizeof(struct known_caller), seed);
    map_init(&news->streams, &news->arena, sizeof(uint32_t), sizeof(struct known_stream), seed);
    news->generation = 1;
    return news;
}

void news_free(struct news *news)
{
    if (!news)
        return;
    pthread_mutex_destroy(&news->mutex);
    arena_done(&news->arena);
    free(news);
}

void news_set_head(struct news *news, uint32_t stream, uint64_t rev, const struct sha256 *digest)
{
    pthread_mutex_lock(&news->mutex);
    struct known_stream *known = map_put(&news->streams, &stream);
    known->head = rev;
    known->digest = *digest;
    pthread_mutex_unlock(&news->mutex);
}

void news_forget(struct news *news)
{
    pthread_mutex_lock(&news->mutex);
    news->generation++;
    pthread_mutex_unlock(&news->mutex);
}

uint64_t news_begin(struct news *news)
{
    pthread_mutex_lock(&news->mutex);
    uint64_t generation = news->generation;
    pthread_mutex_unlock(&news->mutex);
    return generation;
}

void news_note(struct news *news, uint64_t begun, const struct caller *caller, uint32_t stream, uint64_t safe_rev)
{
    pthread_mutex_lock(&news->mutex);
    if (news->generation == begun && caller->key_hash) {
        struct known_stream *known = map_put(&news->streams, &stream);
        known->generation = begun;
        known->safe_rev = safe_rev;
        *(struct known_caller *)map_put(&news->callers, caller->key_hash) =
            (struct known_caller){.generation = begun, .role = caller->role, .stream = caller->stream, .device = caller->device};
    }
    pthread_mutex_unlock(&news->mutex);
}

bool news_find(struct news *news, const struct sha256 *key_hash, uint32_t stream, struct news_found *out)
{
    pthread_mutex_lock(&news->mutex);
    const struct known_caller *caller = map_find(&news->callers, key_hash);
    const struct known_stream *known = map_find(&news->streams, &stream);
    bool found = caller && known && caller->generation == news->generation && known->generation == news->generation;
    if (found)
        *out = (struct news_found){
            .caller = {.role = caller->role, .stream = caller->stream, .device = caller->device, .person = "", .phone = ""},
            .head = known->head,
            .digest = known->digest,
            .safe_rev = known->safe_rev,
        };
    pthread_mutex_unlock(&news->mutex);
    return found;
}
