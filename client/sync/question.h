/* SPDX-License-Identifier: Apache-2.0
 *
 * What a client that cannot reach the server would ask it, written into a file: a bundle that somebody carries to the district
 * (common/wire/bundle.h). Making it changes nothing: what waits goes on waiting, and may be sent over the network meanwhile. */
#ifndef CLIENT_SYNC_QUESTION_H
#define CLIENT_SYNC_QUESTION_H

#include "client/sync/sync.h"
#include "common/wire/bundle.h"

/* The device's key, as an argument. */
struct signer {
    /* Appends the public key (SubjectPublicKeyInfo, DER), and the signature of the bytes by it. */
    enum status (*sign)(void *context, const void *data, size_t bytes, struct buf *key, struct buf *signature, struct err *err);
    void *context;
};

struct question {
    uint64_t changes; /* in it */
    uint64_t left;    /* wait for the next one: they do not fit */
    uint64_t held;    /* streams with changes that the server does not know the fields of yet */
    uint64_t offered; /* journal rows for a server that was restored */
};

/* Of sync the transport is not used. Appends the file. NOT_FOUND with a next step when the district's key for bundles is not known
 * yet; TOO_LARGE when what has to be offered to a restored server does not fit. */
enum status question_write(struct sync *sync, const struct signer *signer, struct question *made, struct buf *out,
                           struct err *err) MUST_CHECK;

/* The pair that answers are sealed for; made at the first call. */
enum status question_answer_key(struct cache *cache, const struct random *random, struct box_key *out, struct err *err) MUST_CHECK;
/* What the district's bundles are sealed for. NOT_FOUND. */
enum status question_district_key(struct cache *cache, struct box_public *out, struct err *err) MUST_CHECK;

#endif
