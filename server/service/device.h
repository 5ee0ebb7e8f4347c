/* SPDX-License-Identifier: Apache-2.0
 *
 * The devices that were enrolled. */
#ifndef SERVER_SERVICE_DEVICE_H
#define SERVER_SERVICE_DEVICE_H

#include "common/table/table.h"
#include "server/service/caller.h"

/* The device of a key: the same whoever asks, so that one who is enrolled or readmitted after a restore goes on under the name that
 * its rows carry, and a change of it that comes back is known for the one it sends again. */
struct uuid device_of_key(const struct sha256 *key_hash);

/* school: a code, or NULL for all. In work->arena. */
enum status device_list(struct work *work, const char *school, struct table **out, struct err *err) MUST_CHECK;
struct device_found {
    struct uuid device;
    uint32_t stream;
    enum role role;
    const char *person, *phone;
    int64_t synced_ms; /* when it last held everything; 0: never */
};
/* start: as below. In work->arena. */
enum status device_get(struct work *work, const char *start, struct device_found *out, struct err *err) MUST_CHECK;
/* start: the first digits of an id, as device_list() shows it, dashes or not. From the next request on the device is refused;
 * revoking again changes nothing. DEVICE_UNKNOWN, DEVICE_AMBIGUOUS. */
enum status device_revoke(struct work *work, const char *start, struct uuid *device, const char **person,
                          struct err *err) MUST_CHECK;
/* The same for a device another one takes the place of; person: who has that. */
enum status device_end(struct work *work, uint32_t stream, const struct uuid *device, const char *person,
                       struct err *err) MUST_CHECK;
/* After a restore devices wait until the operator has confirmed them, since some may have been revoked after the backup was made.
 * start as above; NULL: all that wait. *n: how many stopped waiting. */
enum status device_confirm(struct work *work, const char *start, uint32_t *n, struct err *err) MUST_CHECK;

struct readmit_wish {
    const char *key;    /* SHA-256 of its public key, in hex, as REASON_READMIT shows it */
    const char *school; /* code; NULL: of the district */
    const char *person, *phone;
    enum role role; /* ROLE_ANYONE: what a device of the school, or of the district, has */
};
/* A device that joined after the backup this server was restored from, and still has its certificate, is known again. ARGUMENT for
 * a key that is none, that is known, or without a name. */
enum status device_readmit(struct work *work, const struct readmit_wish *wish, struct uuid *device, struct err *err) MUST_CHECK;

#endif
