/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and certificates of the district that is measured. */
#ifndef BENCH_KIT_DISTRICT_IDENTITY_H
#define BENCH_KIT_DISTRICT_IDENTITY_H

#include "bench/kit/district.h"

/* Writes the authority, the server, the district's `device` and one device for each of the first schools where the district's paths
 * name them, and fills in its pin and the hashes of the devices' keys. */
void district_identity_make(struct district *district, const struct uuid *device);

#endif
