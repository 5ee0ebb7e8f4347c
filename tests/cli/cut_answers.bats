#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A line that breaks in the middle of an answer, wherever: the next sync goes on, and nothing is missing at the end.

load world

setup() {
    world_init SY01
    proxy_port=$(world_port)
    world_set public "127.0.0.1:$proxy_port"
    world_set listen "127.0.0.1:$port"
    cut=$world/cut
    echo -1 >"$cut"
    world_serve
    python3 "$BATS_TEST_DIRNAME/cutting_proxy.py" "$proxy_port" "$port" "$cut" 3>&- &
    proxy_pid=$!
    for _ in {1..100}; do
        (: <"/dev/tcp/127.0.0.1/$proxy_port") 2>/dev/null && break
        sleep 0.05
    done
}

teardown() {
    kill "$proxy_pid" 2>/dev/null || true
    world_done
}

# plan YEAR: a document of 1,200 activities.
plan() {
    printf '实验小学工会%s年工作计划\n\n月份\t主要活动\t责任部门\n' "$1"
    awk -v year="$1" 'BEGIN {
        for (i = 1; i <= 1200; i++)
            printf "%d月\t第%d项：组织教职工参加%d年度第%d次学习交流活动\t工会\n", i % 12 + 1, i, year, i
    }'
}

# all HOME: what a client shows, as one line.
all() {
    as "$1" list --all --json | md5sum
}

@test "a first pull of several pages that is cut at every byte offset goes on and misses nothing" {
    join first --school SY01 --person 王芳
    join second --school SY01 --person 李明
    for year in 2024 2025 2026; do
        plan "$year" >"$world/$year.tsv"
        as first import "$world/$year.tsv" --yes >"$world/import.log" 2>&1 || { cat "$world/import.log"; false; }
    done
    as first sync
    cuts=0
    # Finely where the handshake and the first frames are, then in steps that share no divisor with frames or records.
    for bytes in $(seq 1 97 6000) $(seq 6000 40009 2000000); do
        echo "$bytes" >"$cut"
        run as second sync --wait 0
        [ "$status" -eq 6 ] || [ "$status" -eq 0 ]
        [ "$status" -eq 0 ] && break
        cuts=$((cuts + 1))
    done
    echo "cut $cuts times, up to $bytes bytes"
    [ "$cuts" -ge 60 ]
    echo -1 >"$cut"
    as second sync
    [ "$(all first)" = "$(all second)" ]
    as second doctor
    run as second sync --json
    [[ $output == *'"repaired": 0'* ]]
    [ "$(as second list --all --json | grep -c '"months"')" -ge 1200 ]
}

@test "a push whose answer is cut at every byte offset is carried out once" {
    join first --school SY01 --person 王芳
    plan 2025 >"$world/2025.tsv"
    as first import "$world/2025.tsv" --yes >/dev/null 2>&1
    as first sync
    for bytes in $(seq 1 211 6000); do
        echo "$bytes" >"$cut"
        run as first edit 1.1 "person=第$bytes次"
        echo -1 >"$cut"
        as first sync
    done
    # Sent twice, it would be there twice; the answer that was lost is no reason to.
    [ "$(as first history 1.1 --json | grep -c '"note": "edit 1.1"')" -eq "$(seq 1 211 6000 | wc -l)" ]
    join second --school SY01 --person 李明
    as second sync
    [ "$(all first)" = "$(all second)" ]
    [ "$(as first conflicts --json | grep -c '"id"')" -eq 0 ]
    lianxind check --data "$data"
}
