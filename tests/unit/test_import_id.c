/* SPDX-License-Identifier: Apache-2.0
 *
 * The ids of imported records: the same on every machine, as proto/PROTOCOL.md says. The values were computed by another program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/cmd/import_id.h"

static struct import_id example(void)
{
    struct import_id id = {.stream = 0x01020304, .plan = 1};
    for (int i = 0; i < SHA256_BYTES; i++)
        id.digest.bytes[i] = (uint8_t)i;
    return id;
}

static void assert_id(const struct uuid *id, const char *expected)
{
    char text[UUID_TEXT_BYTES];
    uuid_format(id, text);
    assert_string_equal(text, expected);
}

static void numbers_are_hashed_in_one_byte_order(void **state)
{
    (void)state;
    struct import_id of = example();
    struct uuid plan = import_id_make(&of, "plan", "", 0, 0);
    assert_id(&plan, "759e2f65-70ba-85a4-8152-edb53da57bf9");
    of.generation = 2;
    struct uuid activity = import_id_make(&of, "activity", "三月份：", 5, 1);
    assert_id(&activity, "65a83449-5c25-8ccd-9acf-185f5df31b4a");
}

static void every_part_makes_another_id(void **state)
{
    (void)state;
    const struct import_id of = example();
    struct import_id others[] = {of, of, of, of};
    others[0].stream++;
    others[1].digest.bytes[31]++;
    others[2].plan++;
    others[3].generation++;
    struct uuid id = import_id_make(&of, "activity", "三月份：", 1, 0);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct uuid other = import_id_make(&others[i], "activity", "三月份：", 1, 0);
        assert_false(uuid_equal(&id, &other));
    }
    const struct uuid places[] = {
        import_id_make(&of, "section", "三月份：", 1, 0), import_id_make(&of, "activity", "四月份：", 1, 0),
        import_id_make(&of, "activity", "三月份：", 0, 1), import_id_make(&of, "activity", "三月份：", 1, 1)};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        assert_false(uuid_equal(&id, &places[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_hashed_in_one_byte_order),
        cmocka_unit_test(every_part_makes_another_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
