/* SPDX-License-Identifier: Apache-2.0
 *
 * The core of a server: everything its lanes work with, without sockets, threads, clocks or randomness of its own. Several cores
 * can live in one process. A core is made of what all lanes share (struct core: fixed after opening, apart from settings and
 * presence, which are safe from any thread) and of desks: a desk is one database connection and belongs to one lane. */
#ifndef SERVER_SERVICE_CORE_H
#define SERVER_SERVICE_CORE_H

#include <stdatomic.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/sha256.h"
#include "common/db/store.h"
#include "common/record/schema.h"
#include "server/service/host.h"

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

/* What an operator may change while the server runs. */
struct settings {
    const char *district;         /* its name */
    const char *const *addresses; /* HOST:PORT, what clients are told */
    size_t n_addresses;
    uint32_t invitation_days;
    uint32_t snapshot_rows;     /* a client further behind takes a snapshot */
    uint32_t page_bytes;        /* of a pull or snapshot reply, about */
    uint32_t checkpoint_frames; /* the log is moved into the database when it has grown past this, even if there is work */
    int32_t nightly_minutes;    /* when the nightly aggregation runs, minutes after midnight; negative: never */
    int32_t backup_minutes;     /* when the nightly backup is made; negative: never */
    uint64_t min_free_bytes;    /* with less room on the disk what grows is refused; 0: never */
    uint32_t log_days;          /* how long records of what the server did are kept */
};
struct settings settings_default(void);

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
    struct settings_copy *_Atomic settings; /* read by core_settings() */
};

/* Makes the database: tables, district row with a new epoch. EXISTS when there is one. */
enum status core_create(const struct core_config *config, struct err *err) MUST_CHECK;
/* Would core_open() change the database's tables? NOT_FOUND when there is no database. */
enum status core_find_upgrade(const struct core_config *config, bool *needed, struct err *err) MUST_CHECK;
/* Opens the database, brings its tables up to date and loads the heads of all streams. config is copied; what it points to must
 * outlive the core. NOT_FOUND when there is no district in it. */
enum status core_open(const struct core_config *config, struct core **out, struct err *err) MUST_CHECK;
/* Writes what is kept lazily, checkpoints and closes. Reader desks must have been closed. */
void core_close(struct core *core);
/* The settings of now: valid until the core is closed. */
const struct settings *core_settings(struct core *core);
void core_change_settings(struct core *core, const struct settings *settings);

enum status desk_open_reader(struct core *core, struct desk **out, struct err *err) MUST_CHECK;
void desk_close_reader(struct desk *desk);
/* Begins a reader's snapshot; sql_rollback() ends it. */
enum status desk_begin(struct desk *desk, struct err *err) MUST_CHECK;
/* The writer's transaction was committed, or undone: what it keeps in memory follows. */
void desk_committed(struct desk *desk);
void desk_undone(struct desk *desk);
/* Writes the derived tables and presence: CORE_FLUSH_MS after it last did, or once a start would have much to read again. And
 * checkpoints: when idle once there is something worth it, when busy, or resting after that (pulls
 * alone leave something to write, too), only if the log has grown past settings.checkpoint_frames. On closing both. Outside a
 * transaction. */
#define CORE_FLUSH_MS 10000
enum tidy { TIDY_BUSY, TIDY_IDLE, TIDY_REST, TIDY_CLOSE };
enum status desk_tidy(struct desk *desk, enum tidy when, struct err *err) MUST_CHECK;

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
