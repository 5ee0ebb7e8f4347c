/* SPDX-License-Identifier: Apache-2.0
 *
 * Bundles in the test's own process: a file is a struct buf that goes from a client's engine to a server's lanes and back. */
#ifndef TESTS_HARNESS_TEST_BUNDLE_H
#define TESTS_HARNESS_TEST_BUNDLE_H

#include "client/sync/answer.h"
#include "client/sync/question.h"
#include "tests/harness/test_server.h"

/* Signs as the device of peer. Appends the file. */
enum status test_bundle_export(struct sync *sync, const struct peer *peer, struct question *made, struct buf *out, struct err *err);

/* What the operator is told, all parts together. */
struct test_bundle_taken {
    uint32_t taken, known, refused, conflicts, left, rows, parts;
    bool revoked, restored;
};
/* Asks the server part by part, and appends the answer's file. */
enum status test_bundle_take(struct test_server *server, const struct buf *question, bool accept_revoked,
                             struct test_bundle_taken *out, struct buf *answer, struct err *err);

enum status test_bundle_import(struct sync *sync, const struct buf *answer, struct sync_report *report, struct err *err);

#endif
