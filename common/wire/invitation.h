/* SPDX-License-Identifier: Apache-2.0
 *
 * An invitation: one string that a person pastes, which holds where the district's server is, whose certificate to trust and a
 * secret that works once. Its form is `lx1-` and Crockford base32 (no I, L, O, U; any case) of count of addresses u8 | each: length
 * u8, text | pin 32 | id 8 | secret 16 | first 4 bytes of SHA-256 over all before. */
#ifndef COMMON_WIRE_INVITATION_H
#define COMMON_WIRE_INVITATION_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/sha256.h"

#define INVITATION_ID_BYTES 8u
#define INVITATION_SECRET_BYTES 16u /* 128 bits */
#define INVITATION_ADDRESSES_MAX 8u
#define INVITATION_ADDRESS_BYTES_MAX 255u

struct invitation {
    const char *const *addresses; /* "host:port", in the order to try */
    size_t n_addresses;
    struct sha256 pin; /* SHA-256 of the authority's certificate */
    uint8_t id[INVITATION_ID_BYTES];
    uint8_t secret[INVITATION_SECRET_BYTES];
};

/* In arena. INVALID when there is no address, one too many or one too long. */
enum status invitation_format(struct arena *arena, const struct invitation *invitation, const char **out,
                              struct err *err) MUST_CHECK;
/* Takes what people paste: white space and line breaks anywhere, quotes and punctuation around it, full-width characters, O for 0,
 * I or L for
 * 1. USAGE with a text that says whether it is no invitation, cut short or mistyped. Strings in arena. */
enum status invitation_parse(struct arena *arena, const char *text, struct invitation *out, struct err *err) MUST_CHECK;

#endif
