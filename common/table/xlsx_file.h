/* SPDX-License-Identifier: Apache-2.0
 *
 * A workbook of libxlsxwriter in memory. */
#ifndef COMMON_TABLE_XLSX_FILE_H
#define COMMON_TABLE_XLSX_FILE_H

#include "common/base/buf.h"
#include "common/base/err.h"

struct lxw_workbook;

struct xlsx_file {
    struct lxw_workbook *workbook; /* to be filled */
    int fd;
};

enum status xlsx_file_open(struct xlsx_file *file, struct err *err) MUST_CHECK;
/* Appends the workbook to out when filled is OK; else only lets go of it. Returns filled, or why the writing failed. */
enum status xlsx_file_close(struct xlsx_file *file, enum status filled, struct buf *out, struct err *err) MUST_CHECK;

#endif
