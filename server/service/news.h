/* SPDX-License-Identifier: Apache-2.0
 *
 * Is there anything new? Most pulls hear that there is not, and that needs no database: here are the heads of all streams, whose
 * keys are whose, and what is safe.
 *
 * The writer changes it after a commit and before that commit's answers leave, so nobody finds less here than was acknowledged, nor
 * a device that was revoked. Heads are always there. The rest readers have looked up, each in a snapshot begun after news_begin();
 * whatever else than pushes a group or a job commits makes it unknown again. Safe from any thread. */
#ifndef SERVER_SERVICE_NEWS_H
#define SERVER_SERVICE_NEWS_H

#include "server/service/caller.h"

struct news;

/* What is known of a caller and a stream. */
struct news_found {
    struct caller caller; /* without person and phone */
    uint64_t head;
    struct sha256 digest; /* of the head's row */
    uint64_t safe_rev;
};

/* NULL without memory. */
struct news *news_new(const struct random *random);
void news_free(struct news *news);

/* The writer's. */
void news_set_head(struct news *news, uint32_t stream, uint64_t rev, const struct sha256 *digest);
void news_forget(struct news *news);

/* The readers': news_note() does nothing when something was forgotten since news_begin(). */
uint64_t news_begin(struct news *news);
void news_note(struct news *news, uint64_t begun, const struct caller *caller, uint32_t stream, uint64_t safe_rev);

/* False when not all of it is known. */
bool news_find(struct news *news, const struct sha256 *key_hash, uint32_t stream, struct news_found *out);

#endif
