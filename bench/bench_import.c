/* SPDX-License-Identifier: Apache-2.0
 *
 * How fast plans are read: 1,000 documents of 100 lines, imported one by one, beside only decoding them and counting their lines,
 * words and characters (iconv | wc), which no importer can undercut. In processor time: what else the machine does stays out. */
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/kit/result.h"
#include "client/import/import.h"
#include "common/base/buf.h"

#define DOCUMENTS 1000u
#define ITEMS 9u /* under each of ten months: with headers and sections 100 lines */

struct corpus {
    struct buf documents[DOCUMENTS]; /* in GB18030 */
    size_t bytes;                    /* of all */
};

static void write_document(struct buf *out, unsigned number)
{
    static const char *const items[] = {"召开工会委员会会议，讨论本月工作。", "组织教职工参加趣味运动会，预算3000元，约120人。",
                                        "慰问困难教职工和退休教师。", "开展师徒结对活动（负责人：李明）",
                                        "“三八”妇女节系列活动（女工委负责）"};
    static const char *const months[] = {"九月份：",     "十月份：", "十一月份：", "十二月份：", "一月份：",
                                         "二、三月份：", "四月份：", "五月份：",   "六月份：",   "七月份："};
    buf_printf(out, "第%u小学2024—2025学年工会工作计划\n一、指导思想\n以服务教职工为宗旨，紧紧围绕学校中心工作。\n二、活动安排\n",
               number);
    for (size_t m = 0; m < sizeof months / sizeof months[0]; m++) {
        buf_printf(out, "%s\n", months[m]);
        for (unsigned i = 1; i < ITEMS; i++)
            buf_printf(out, "%u、%s\n", i, items[(i + m + number) % (sizeof items / sizeof items[0])]);
    }
    buf_printf(out, "三、保障措施\n1、加强领导。\n2、落实经费。\n3、做好宣传。\n第%u小学工会\n2024年9月1日\n", number);
}

/* Converts between encodings; exits when it cannot. */
static void convert(const char *to, const char *from, const struct buf *in, struct buf *out)
{
    iconv_t cd = iconv_open(to, from);
    char *in_at = in->data;
    size_t in_left = in->len_bytes, room = in->len_bytes * 2 + 16;
    buf_reset(out);
    if (cd == (iconv_t)-1 || !buf_reserve(out, room))
        exit(EXIT_FAILURE);
    char *out_at = out->data;
    size_t out_left = room;
    if (iconv(cd, &in_at, &in_left, &out_at, &out_left) == (size_t)-1)
        exit(EXIT_FAILURE);
    out->len_bytes = room - out_left;
    iconv_close(cd);
}

static void make_corpus(struct corpus *corpus)
{
    struct buf text;
    buf_init(&text, 0);
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        buf_reset(&text);
        write_document(&text, i);
        buf_init(&corpus->documents[i], 0);
        convert("GB18030", "UTF-8", &text, &corpus->documents[i]);
        corpus->bytes += corpus->documents[i].len_bytes;
    }
    buf_done(&text);
}

/* iconv | wc */
static size_t count(const struct buf *text)
{
    size_t lines = 0, words = 0, characters = 0;
    bool in_word = false;
    for (size_t i = 0; i < text->len_bytes; i++) {
        char c = text->data[i];
        lines += c == '\n';
        bool space = c == ' ' || c == '\n' || c == '\t';
        words += !space && !in_word;
        in_word = !space;
        characters += ((unsigned char)c & 0xC0) != 0x80;
    }
    return lines + words + characters;
}

static void run_limit(const struct corpus *corpus, struct samples *per_s, size_t *sum)
{
    struct buf utf8;
    buf_init(&utf8, 0);
    double began = self_cpu_s();
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        convert("UTF-8", "GB18030", &corpus->documents[i], &utf8);
        *sum += count(&utf8);
    }
    samples_add(per_s, DOCUMENTS / (self_cpu_s() - began));
    buf_done(&utf8);
}

struct imported {
    struct samples per_s;
    size_t activities, arena_bytes; /* of one round; the most of one document */
};

static void run_import(const struct corpus *corpus, struct imported *imported)
{
    struct arena arena;
    arena_init(&arena, IMPORT_ARENA_BYTES);
    imported->activities = 0;
    double began = self_cpu_s();
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        struct import_source source = {"plan.txt", corpus->documents[i].data, corpus->documents[i].len_bytes};
        struct import_result result;
        struct err err = {0};
        must(import_read(&source, &arena, &result, &err), &err);
        imported->activities += result.plans[0].activity_count;
        imported->arena_bytes = arena.used_bytes > imported->arena_bytes ? arena.used_bytes : imported->arena_bytes;
        arena_reset(&arena);
    }
    samples_add(&imported->per_s, DOCUMENTS / (self_cpu_s() - began));
    arena_done(&arena);
}

static void print(const struct corpus *corpus, const struct imported *imported, const struct samples *limit)
{
    struct rusage usage;
    double megabytes = (double)corpus->bytes / 1e6, ours = samples_median(&imported->per_s), theirs = samples_median(limit);
    getrusage(RUSAGE_SELF, &usage);
    printf("%u documents, %.1f MB in GB18030, %zu activities\n", DOCUMENTS, megabytes, imported->activities);
    printf("decode and count  %8.0f documents/s  %6.1f MB/s\n", theirs, megabytes / DOCUMENTS * theirs);
    printf("import            %8.0f documents/s  %6.1f MB/s  %.1f times the limit's time\n", ours, megabytes / DOCUMENTS * ours,
           theirs / ours);
    printf("memory            %8zu KiB in a result's arena, %ld KiB peak of the process with the corpus\n",
           imported->arena_bytes / 1024, usage.ru_maxrss);
    result_print(
        &(struct result){"import of 100 lines, CPU", "/s", "iconv, count", &imported->per_s, limit, AGAINST_LIMIT, AIM_NONE, 0});
}

int main(void)
{
    struct plan plan = plan_read();
    struct corpus *corpus = calloc(1, sizeof *corpus);
    struct imported imported = {0};
    struct samples limit = {0};
    size_t sum = 0;
    must_be(corpus != NULL, "no memory for the corpus");
    make_corpus(corpus);
    for (unsigned r = 0; r < plan.rounds; r++) {
        run_limit(corpus, &limit, &sum);
        run_import(corpus, &imported);
    }
    print(corpus, &imported, &limit);
    for (unsigned i = 0; i < DOCUMENTS; i++)
        buf_done(&corpus->documents[i]);
    free(corpus);
    return sum ? EXIT_SUCCESS : EXIT_FAILURE;
}
