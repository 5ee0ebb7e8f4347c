/* SPDX-License-Identifier: Apache-2.0
 *
 * The district's answer to a bundle, as a transport: the engine asks as it would ask the server, and is answered from the file.
 * What is not in it fails with BUNDLE_ENDS (see struct sync, partial). The same answer may be taken twice, late, or after a newer
 * one: what it says is compared with what is held, like any answer. */
#ifndef CLIENT_SYNC_ANSWER_H
#define CLIENT_SYNC_ANSWER_H

#include "client/sync/sync.h"
#include "common/wire/bundle.h"

struct answer {
    struct arena arena;
    const Lianxin__BundleExchange **exchanges;
    size_t n;
    int64_t asked_ms; /* when its question was written, by the client's clock */
    bool cut;         /* the server had more to say than fits */
    uint64_t calls;   /* so far; a file that goes round in circles is left at last */
};

/* data is a file's content and may go away afterwards. Besides the reasons of bundle_read(): BUNDLE_OTHERS for another device's,
 * BUNDLE_SEALED when it was damaged. Nothing is changed; answer_close() also after a failure. */
enum status answer_open(struct cache *cache, const struct random *random, const void *data, size_t bytes, struct answer *out,
                        struct err *err) MUST_CHECK;
void answer_close(struct answer *answer);
/* Takes it all in: sync_run() over it, in place of sync's transport. A snapshot that was begun over the network is begun anew. */
enum status answer_take(struct answer *answer, const struct sync *sync, struct sync_report *report, struct err *err) MUST_CHECK;

#endif
