/* SPDX-License-Identifier: Apache-2.0
 *
 * The core of a server: everything its lanes work with, without sockets, threads, clocks or randomness of its own. Several cores
 * can live in one process. A core is made of what all lanes share (struct core: fixed after opening, apart from settings and
 * presence, which are safe from any thread) and of desks: a desk is one database connection and belongs to one lane. */
#ifndef SERVER_SERVICE_CORE_H
#define SERVER_SERVICE_CORE_H

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/sha256.h"
#include "common/db/store.h"
#include "common/record/schema.h"
#include "server/service/host.h"
#include "server/service/settings.h"

struct caller;
struct digests;
struct heads;
struct news;
struct presence;
struct roster_kept;

/* The certificate authority, as an argument. */
struct issued {
    const uint8_t *certificate; /* X.509, DER */
    size_t certificate_bytes;
    const uint8_t *ca; /* DER */
    size_t ca_bytes;
    struct sha256 key_hash; /* SHA-256 of the SubjectPublicKeyInfo */
    struct uuid device;     /* whom the certificate names */
};
struct issuer {
    /* Checks a PKCS #10 request's own signature and issues a client certificate for its key, that names device (NULL: the one of
     * this key, device_of_key()). The result lives in arena. INVALID when the request is none. */
    enum status (*issue)(void *context, struct arena *arena, const void *csr, size_t csr_bytes, const struct uuid *device,
                         struct issued *out, struct err *err);
    struct sha256 (*ca_pin)(void *context); /* SHA-256 of the CA certificate (DER), for invitations */
    /* Did this key (SubjectPublicKeyInfo, DER) sign these bytes? INVALID when not. *key_hash: SHA-256 of the key. */
    enum status (*check_signature)(void *context, const void *key, size_t key_bytes, const void *data, size_t bytes,
                                   const void *signature, size_t signature_bytes, struct sha256 *key_hash, struct err *err);
    void *context;
};

struct core_config {
    const char *path; /* of the database file */
    const char *vfs;  /* NULL: the system's */
    const struct schema *schema;
    struct clock clock;
    struct random random;
    const struct log *log;
    struct issuer issuer;
    struct host host;
    uint8_t journal_key[SHA256_BYTES];
    struct settings settings; /* copied */
};

struct desk {
    struct core *core;
    struct sql *sql;
    struct store *store;
    struct heads *heads;        /* the writer's; NULL at a reader's desk */
    struct roster_kept *roster; /* server/service/roster.h */
    struct digests *digests;    /* server/service/digests.h */
    uint64_t begun;             /* a reader's snapshot: news_begin() */
    int64_t flushed_ms;         /* the writer's, by the monotonic clock: when it last wrote what is kept lazily, or tried */
};

struct core {
    struct core_config config;
    uint64_t epoch;
    bool restored;        /* once or more: then sequences below an instance's last may be missing */
    struct uuid instance; /* the server's own: what it commits itself carries it as instance and as device */
    struct presence *presence;
    struct news *news;
    struct desk writer;
    struct settings_kept *_Atomic settings; /* read by core_settings() */
};

/* The settings of now: valid until the core is closed. */
const struct settings *core_settings(struct core *core);
void core_change_settings(struct core *core, const struct settings *settings);
/* DISK_LOW when less is free than settings.min_free_bytes: asked before anything that grows is written. */
enum status core_check_space(struct core *core, struct err *err) MUST_CHECK;

/* One request being worked on: what every handler and service gets. */
struct work {
    struct desk *desk;
    struct arena *arena; /* lives until the reply was made */
    const struct caller *caller;
    int64_t now_ms;
    bool wrote; /* this request has written: set by work_write() */
    bool keep;  /* the request is refused, yet what it wrote stands (a counted try) */
};

/* Must be called before the first write of a request: a request is decided before. A failure after it undoes the whole group, and
 * each request of the group is tried again alone. The transaction itself is the lane's. */
void work_write(struct work *work);

#endif
