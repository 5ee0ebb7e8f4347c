/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/rules.h"
#include "common/record/wording.h"
#include "tests/unit/record_fixture.h"

static void a_broken_rule_is_told_with_the_labels_of_the_reader(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *a = new_activity(f);
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED;
    assert_int_equal(record_validate(f->activity, &a->base, NULL, false, &f->err), STATUS_INVALID);
    struct err chinese = f->err;
    wording_apply(f->schema, true, &chinese);
    assert_string_equal(chinese.text, "活动：“取消”必须填写“原因”");
    assert_int_equal(chinese.status, STATUS_INVALID);
    wording_apply(f->schema, false, &f->err);
    assert_string_equal(f->err.text, "activity: cancelled needs reason");
}

static void what_callers_put_before_a_reason_stays_before_it(void **state)
{
    struct fixture *f = *state;
    (void)err_reason(&f->err, REASON_TYPED_MONEY, "budget_fen", "many", NULL);
    (void)err_prefix(&f->err, "line 3");
    wording_apply(f->schema, true, &f->err);
    assert_string_equal(f->err.text, "line 3: “预算”：“many”不是金额；请写成 500 或 500.50");
}

static void an_error_that_is_only_text_stays_as_it_is(void **state)
{
    struct fixture *f = *state;
    (void)err_set(&f->err, STATUS_FAILED, "something went wrong");
    wording_apply(f->schema, true, &f->err);
    assert_string_equal(f->err.text, "something went wrong");
}

static void states_and_writers_are_named_too(void **state)
{
    struct fixture *f = *state;
    (void)err_reason(&f->err, REASON_STATE_STEP, "plan", "filed", "draft", NULL);
    wording_apply(f->schema, true, &f->err);
    assert_string_equal(f->err.text, "计划 不能从“已备案”变为“草稿”");
    (void)err_reason(&f->err, REASON_FIELD_WRITER, "school", "code", "the district", NULL);
    wording_apply(f->schema, true, &f->err);
    assert_string_equal(f->err.text, "单位 的“代码”只能由 区工会 填写");
    (void)err_reason(&f->err, REASON_ROLE, "due_put", "lead", NULL);
    wording_apply(f->schema, true, &f->err);
    assert_string_equal(f->err.text, "due_put 需要“区级负责人”权限");
    (void)err_reason(&f->err, REASON_ARGUMENT, "01", "several begin like this; give more of it", NULL);
    wording_apply(f->schema, true, &f->err);
    assert_string_equal(f->err.text, "01：有多项以此开头，请多写几位");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_broken_rule_is_told_with_the_labels_of_the_reader),
        FIXTURE_TEST(what_callers_put_before_a_reason_stays_before_it),
        FIXTURE_TEST(an_error_that_is_only_text_stays_as_it_is),
        FIXTURE_TEST(states_and_writers_are_named_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
