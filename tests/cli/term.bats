#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A term of a district: eighty schools, September to January. What everybody reads on the way is tests/data/term/transcript.txt;
# TERM_KEEP=1 writes it anew, to be read before it is committed.

setup() {
    load world
    load term
    [ -e "$preload" ] || skip "the clock is not built here"
    ! ldd "$(command -v lianxin)" | grep -qE 'lib[at]san' || skip "a sanitizer must be loaded first"
    export LANGUAGE=zh_CN
    mkdir -p "$world/clients"
}

teardown() {
    world_done
    [ -z "${TERM_KEEP-}" ] || cp "$transcript" "$repository/tests/data/term/transcript.txt"
}

found_district() {
    day 2026-09-01 建立本区，邀请各校
    port=$(world_port)
    other=$(world_port)
    operator init --public "127.0.0.1:$port" --listen "127.0.0.1:$port" --name 示范区教育工会
    world_set backup_keep 0 # no backup beside the test when its nights come
    make_schools >"$BATS_TEST_TMPDIR/单位.csv"
    operator school import "$BATS_TEST_TMPDIR/单位.csv"
    serve
    operator invite --district --role lead --person 周主任 --phone 13900000001
    officer 周主任 join "$(last_invitation)"
    officer 周主任 invite --school S01 --person 王芳 --phone 13900000011
    officer 王芳 join "$(last_invitation)"
    officer 周主任 invite --all -o "$BATS_TEST_TMPDIR/邀请.csv"
    note "其余各校都用发给自己的邀请码加入；S05 在山里，没有网络，电脑是到区里加入的。"
    local i
    for ((i = 2; i <= schools; i++)); do
        quiet "$(code "$i")" join "$(invitation_of "$(code "$i")")"
    done
    officer 周主任 due add 计划 --month 9 --to 1 --day 9-15 --title 上学期工会工作计划
    officer 周主任 due add 月报 --month 10 --day 11-5
    officer 王芳 sync
    for ((i = 2; i <= schools; i++)); do
        quiet "$(code "$i")" sync
    done
}

hand_in_plans() {
    local i
    day 2026-09-07 各校导入计划并提交
    for ((i = 1; i <= schools; i++)); do
        make_plan "$i" >"$BATS_TEST_TMPDIR/计划$i.txt"
    done
    officer 王芳 import "$BATS_TEST_TMPDIR/计划1.txt" --yes
    officer 王芳 plan submit
    officer 王芳 list
    note "S02 忘了；S05 只能在没有网络的电脑上办。其余各校都已提交。"
    for ((i = 3; i <= schools; i++)); do
        [ "$i" != 5 ] || continue
        quiet "$(code "$i")" import "$BATS_TEST_TMPDIR/计划$i.txt" --yes
        quiet "$(code "$i")" plan submit
    done
    officer S05 import "$BATS_TEST_TMPDIR/计划5.txt" --yes --offline
    officer S05 plan submit --offline
    officer S05 plan list
    officer 周主任 plan list --missing
    day 2026-09-16 截止日已过
    officer 周主任 plan list --missing
    officer S05 log 9.2 --people 12 --offline
    officer S02 import "$BATS_TEST_TMPDIR/计划2.txt" --yes
    officer S02 plan submit
    officer 周主任 plan return --school S01 --reason 请补充经费预算
    officer 王芳 plan submit
    officer 王芳 edit 10.1 预算=1500 --offline
    officer 王芳 plan submit
    officer 周主任 plan file --school S01
    officer 王芳 plan withdraw
    officer 王芳 history plan
}

change_people() {
    day 2026-10-12 S03 换了经办人，S04 重装了电脑
    officer S03 done 9.2 --people 30 --money 600
    officer 周主任 invite --replace "$(device_of 周主任 S03)" --person 李芳 --phone 13900000033
    officer 李芳 join "$(last_invitation)"
    officer S03 sync
    officer 李芳 list
    officer 李芳 done 10.1 --people 41 --money 800 --day 10-9
    officer 李芳 history 9.2
    rm -rf "$world/clients/S04"
    note "S04 的硬盘换了，数据文件夹没有了。"
    officer S04 list
    officer 周主任 invite --replace "$(device_of 周主任 S04)"
    officer S04 join "$(last_invitation)"
    officer S04 plan list
    officer 周主任 device list --school S04
}

work_a_month() {
    local i
    day 2026-10-30 十月的活动
    officer 王芳 'done' 10.1 --people 52 --money 1480 --day 10-16
    officer 王芳 defer 10.2 11 与教代会一并安排
    officer 王芳 report new --month 10
    officer 王芳 report submit 10
    for ((i = 2; i <= schools; i++)); do
        case $i in 3 | 5) continue ;; esac
        quiet "$(code "$i")" 'done' 10.1 --people $((20 + i)) --money $((10 * i)) --day 10-20
        [ $((i % 20)) != 0 ] || continue
        quiet "$(code "$i")" report new --month 10
        quiet "$(code "$i")" report submit 10
    done
    day 2026-11-06 月报截止日的第二天
    officer 周主任 report list --missing
    officer 周主任 query --month 10 --category care --area 城关片
    officer 周主任 query --month 10 --group-by area
    officer 周主任 report accept 10 --school S01
    officer 周主任 report return 10 --school S02 --reason 支出与台账不符
    officer S02 sync
    officer S02 report new --month 10 --set 支出=35
    officer S02 report submit 10
    note "S05 没有网络，区里按电话代录。"
    officer 周主任 report new --month 10 --school S05
    officer 周主任 report submit 10 --school S05
}

without_network() {
    day 2026-11-20 S05 用 U 盘把改动带到区里，再把答复带回去
    officer S05 status
    officer S05 sync --export "$BATS_TEST_TMPDIR/S05.lxb"
    operator bundle "$BATS_TEST_TMPDIR/S05.lxb"
    officer S05 sync --import "$BATS_TEST_TMPDIR/S05.lxb.answer"
    officer S05 history plan
    officer S05 status
    officer S05 report list
    officer S05 history report 10
    officer 周主任 plan list --school S05
}

full_disk() {
    day 2026-12-10 服务器磁盘快满了
    world_set min_free 1000G
    reload
    officer 王芳 'done' 12.1 --people 3 --day 12-9
    officer 周主任 query --month 12 --group-by stage
    shown 管理员 "lianxind status | grep -A 4 磁盘" bash -c \
        "LIANXIND_DATA=$data SHIFT_CLOCK=$clock LD_PRELOAD=$preload lianxind status 2>/dev/null | grep -A 4 磁盘：可用"
    note "管理员清理了磁盘。"
    world_set min_free 1M
    reload
    officer 王芳 sync
}

move_server() {
    local i old=$data
    day 2027-01-08 服务器要搬到另一台机器
    note "先把新地址告诉各校：它们下次同步时就知道了。"
    world_set public "127.0.0.1:$port,127.0.0.1:$other"
    reload
    for ((i = 2; i <= schools; i++)); do
        [ "$i" = 3 ] || quiet "$(code "$i")" sync
    done
    quiet 李芳 sync
    quiet 周主任 sync
    officer 王芳 sync
    operator backup "$BATS_TEST_TMPDIR/搬家.zip"
    note "备份之后，王芳还交了一项。然后旧服务器停机。"
    officer 王芳 'done' 12.2 --people 60 --day 2026-12-31
    world_stop
    data=$world/moved
    operator restore "$BATS_TEST_TMPDIR/搬家.zip"
    world_set listen "127.0.0.1:$other"
    world_set public "127.0.0.1:$other"
    operator device confirm --all
    serve
    officer 王芳 sync
    officer 王芳 doctor
    officer 周主任 list --school S01 --month 12
    for ((i = 2; i <= schools; i++)); do
        [ "$i" = 3 ] || quiet "$(code "$i")" sync
    done
    [ "$old" != "$data" ]
}

end_term() {
    day 2027-01-20 学期结束
    officer 王芳 'done' 1.1 --day 1-18
    officer 王芳 drop 1.2 与行政合办，重复
    officer 王芳 list --all
    printf '本学期工会工作总结\n\n一、主要工作\n开展活动多次，教职工满意。\n' >"$BATS_TEST_TMPDIR/总结.txt"
    officer 王芳 report new --summary --from 2026-09 --to 2027-01 --from-file "$BATS_TEST_TMPDIR/总结.txt"
    officer 王芳 report submit 总结
    officer 王芳 plan export -o "$BATS_TEST_TMPDIR/计划.docx"
    officer 周主任 query --from 2026-09 --to 2027-01 --group-by month
    operator aggregate --date 2027-01-20
    officer 周主任 brief -o "$BATS_TEST_TMPDIR/简报.xlsx"
    officer 周主任 brief -o "$BATS_TEST_TMPDIR/简报.html"
    officer 周主任 schools -o "$BATS_TEST_TMPDIR/单位.xlsx"
    operator check
}

@test "a term of eighty schools, as everybody reads it" {
    : >"$transcript"
    found_district
    hand_in_plans
    change_people
    work_a_month
    without_network
    full_disk
    move_server
    end_term
    [ -n "${TERM_KEEP-}" ] || diff -u "$repository/tests/data/term/transcript.txt" "$transcript"
}
