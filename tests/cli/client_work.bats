# SPDX-License-Identifier: Apache-2.0
# The work of a school's officer, on the real binaries over real sockets.

setup() {
    load world
    world_init SY01 YZ01
    world_serve
    join wang --school SY01 --person 王芳
}

teardown() {
    world_done
}

# field HOME NUMBER KEY: of an activity, as JSON tells it.
field() {
    as "$1" list --all --json | python3 -c '
import json, sys
number, key = sys.argv[1:]
print(*[r[key] for r in json.load(sys.stdin)["rows"] if r["number"] == number])' "$2" "$3"
}

@test "a plan imported on one device is on the other after a sync" {
    run as wang import "$documents/01-calendar-year.txt" --yes
    [ "$status" -eq 0 ]
    [[ $output == *"delivered"* ]]
    join li --school SY01 --person 李强
    [[ $(field li 3.1 text) == *"妇女节"* ]]
    as wang list --all --json >"$world/wang.json"
    as li list --all --json >"$world/li.json"
    cmp "$world/wang.json" "$world/li.json"
}

@test "without a network work goes on, and a sync sends it once" {
    as wang import "$documents/01-calendar-year.txt" --yes
    world_stop
    run as wang done 3.1 --day 2026-03-08 --people 45
    [ "$status" -eq 0 ]
    [[ $output == *"not sent yet: 1 change"* ]]
    run as wang sync
    [ "$status" -eq 6 ]
    world_serve
    run as wang sync
    [ "$status" -eq 0 ]
    [[ $output == *"1 sent"* ]]
    run as wang sync
    [[ $output == *"0 sent"* ]]
    join li --school SY01 --person 李强
    [ "$(field li 3.1 state)" = done ]
    [ "$(field li 3.1 people)" = 45 ]
}

@test "two devices edit different fields offline: both survive" {
    as wang import "$documents/01-calendar-year.txt" --yes
    join li --school SY01 --person 李强
    as wang edit 3.2 person=王芳 --offline
    as li edit 3.2 lead=教导处 --offline
    as wang sync
    as li sync
    as wang sync
    [ "$(field wang 3.2 lead)" = 教导处 ]
    as li show 3.2 --json | grep -q 王芳
    run as li conflicts --json
    [[ $output != *'"number"'* ]]
}

@test "two devices edit the same field offline: one conflict, both values readable, a person decides" {
    as wang import "$documents/01-calendar-year.txt" --yes
    join li --school SY01 --person 李强
    as wang edit 3.2 person=王芳 --offline
    as li edit 3.2 person=李强 --offline
    as wang sync
    run as li sync
    [ "$status" -eq 3 ]
    as wang sync || [ $? -eq 3 ]
    for who in wang li; do
        run as $who conflicts
        [[ $output == *王芳* ]]
        [[ $output == *李强* ]]
        [[ $output == *"$(date +%Y)-"* ]] # and when
        as $who status | grep -q 'conflicts: 1'
    done
    run as li resolve 1
    [ "$status" -eq 2 ]
    run as li resolve 1 --mine --theirs
    [ "$status" -eq 2 ]
    as li resolve 1 --mine
    as wang sync
    as wang show 3.2 --json | grep -q 李强
    run as wang conflicts --json
    [[ $output != *'"number"'* ]]
    run as wang history 3.2
    [[ $output == *"not taken: "*李强* ]]
    [[ $output == *"decided: "*李强* ]]
    as wang --lang zh history 3.2 | grep -q 未采用
    as wang status | grep -q 'conflicts: 0'
}

@test "a conflict is decided by a third value, and the district counts what it looked at" {
    as wang import "$documents/01-calendar-year.txt" --yes
    join li --school SY01 --person 李强
    join boss --district --person 周主任
    as wang edit 3.2 person=王芳 --offline
    as li edit 3.2 person=李强 --offline
    as wang sync
    run as li sync
    [ "$status" -eq 3 ]
    run as boss conflicts --school SY01
    [[ $output == *王芳* && $output == *李强* ]]
    as boss status | grep -q 'conflicts: 1'
    as boss resolve 1 --value 赵敏 --school SY01
    as boss status | grep -q 'conflicts: 0'
    as wang sync
    as wang show 3.2 --json | grep -q 赵敏
    as wang history 3.2 | grep -q 'decided: a third value'
}

@test "a merge group stays whole" {
    as wang import "$documents/01-calendar-year.txt" --yes
    join li --school SY01 --person 李强
    as wang defer 3.2 2026-05 场地维修 --offline
    as li cancel 3.2 不再举办 --offline
    as wang sync
    run as li sync
    [ "$status" -eq 3 ]
    [ "$(field li 3.2 state)" = deferred ]
    [ "$(field li 3.2 deferred_to)" = 2026-05 ]
}

@test "the same file imported on a second device changes nothing" {
    as wang import "$documents/01-calendar-year.txt" --yes
    join li --school SY01 --person 李强
    run as li import "$documents/01-calendar-year.txt" --yes
    [ "$status" -eq 0 ]
    [[ $output == *"already here"* ]]
}

@test "a number used on two devices is given to one of them" {
    as wang import "$documents/01-calendar-year.txt" --yes
    join li --school SY01 --person 李强
    as wang add 春季徒步 --month 2026-03 --offline
    as li add 书法比赛 --month 2026-03 --offline
    [ "$(field li 3.4 text)" = 书法比赛 ]
    as wang sync
    run as li sync
    [ "$status" -eq 0 ]
    [[ $output == *"3.4 is now 3.5"* ]]
    as wang sync
    [ "$(field wang 3.4 text) $(field wang 3.5 text)" = "$(field li 3.4 text) $(field li 3.5 text)" ]
}

@test "what was taken back is taken back everywhere" {
    as wang import "$documents/01-calendar-year.txt" --yes
    as wang done 3.1 --people 45
    join li --school SY01 --person 李强
    [ "$(field li 3.1 state)" = done ]
    run as wang undo
    [ "$status" -eq 0 ]
    as li sync
    [ "$(field li 3.1 state)" = planned ]
    [ "$(field li 3.1 people)" = 0 ]
}

@test "kill -9 of the server in the middle of a sync: nothing is lost and nothing is there twice" {
    as wang import "$documents/01-calendar-year.txt" --yes
    join li --school SY01 --person 李强
    for n in 1 2 3 4 5 6 7 8 9 10; do
        as wang add "活动$n" --month 2026-03 --offline >/dev/null
    done
    (sleep 0.05; kill -9 "$server_pid") &
    as wang sync || true
    world_stop KILL
    world_serve
    as wang sync
    as li sync
    as wang list --all --json >"$world/wang.json"
    as li list --all --json >"$world/li.json"
    cmp "$world/wang.json" "$world/li.json"
    [ "$(grep -c '"text": "活动' "$world/li.json")" -eq 10 ]
}

@test "a school does not see another school, the district sees both" {
    as wang import "$documents/01-calendar-year.txt" --yes
    join zhao --school YZ01 --person 赵敏
    run as zhao list --all --json
    [[ $output != *"妇女节"* ]]
    run as zhao list --school SY01
    [ "$status" -eq 4 ]
    join boss --district --person 周主任
    run as boss list --school SY01 --month 2026-03
    [ "$status" -eq 0 ]
    [[ $output == *"妇女节"* ]]
    run as boss plan show --school SY01
    [[ $output == *"指导思想"* ]]
    run as boss list
    [ "$status" -eq 2 ]
}

@test "the district acts for a school that cannot, and the school sees it" {
    join boss --district --person 周主任
    as boss import "$documents/01-calendar-year.txt" --yes --school SY01
    as boss done 3.1 --school SY01 --people 12
    as wang sync
    [ "$(field wang 3.1 people)" = 12 ]
    run as wang history 3.1
    [[ $output == *周主任* ]]
    as boss undo
    as wang sync
    [ "$(field wang 3.1 people)" = 0 ]
}

@test "a data folder copied while it had unsent work goes on under a new name" {
    as wang import "$documents/01-calendar-year.txt" --yes
    cp -r "$world/clients/wang" "$world/clients/copy"
    as wang edit 3.1 person=王芳
    as copy edit 3.2 person=李强 --offline
    run as copy sync
    [ "$status" -eq 0 ]
    [[ $output == *"was copied, or put back"* ]]
    as wang sync
    as wang show 3.2 --json | grep -q 李强
}

@test "a folder joins once, and a wrong invitation is explained" {
    run as wang join "$(invitation --school SY01 --person 王芳)"
    [ "$status" -eq 1 ]
    [[ $output == *"already belongs"* ]]
    run as other join lx1-0000
    [ "$status" -eq 2 ]
    run as other list
    [ "$status" -eq 4 ]
}

@test "bare lianxin on a terminal is a menu over the same verbs" {
    as wang import "$documents/01-calendar-year.txt" --yes
    printf '4\n3.1\n2026-03-08\n45\n\n\n17\n' >"$world/answers"
    LIANXIN_HOME=$world/clients/wang script -qec lianxin /dev/null <"$world/answers" >"$world/screen"
    grep -q 'lianxin done 3.1 --day=2026-03-08 --people=45' "$world/screen"
    [ "$(field wang 3.1 state)" = done ]
}

@test "eight commands at once each wait for their turn" {
    as wang import "$documents/01-calendar-year.txt" --yes
    local pids=()
    for n in 1 2 3 4 5 6 7 8; do
        as wang add "同时$n" --month 2026-03 --offline >/dev/null &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid"
    done
    as wang list --all --json >"$world/list.json"
    [ "$(grep -c '"text": "同时' "$world/list.json")" -eq 8 ]
    [ "$(grep '"number": "3\.' "$world/list.json" | sort -u | wc -l)" -eq 11 ]
}

@test "a client that was revoked keeps its work and says why" {
    as wang import "$documents/01-calendar-year.txt" --yes
    local device
    device=$(lianxind device list --json --data "$data" | grep -o '[0-9a-f-]\{36\}' | head -1)
    lianxind device revoke "$device" --data "$data"
    run as wang done 3.1
    [ "$status" -eq 0 ]
    [[ $output == *"not sent yet: 1 change"* ]]
    [[ $output == *"revoked"* ]]
    run as wang sync
    [ "$status" -eq 4 ]
    run as wang list --all
    [ "$status" -eq 0 ]
}

@test "a join that was cut off is taken up again with the same invitation" {
    local ticket
    ticket=$(invitation --school SY01 --person 李强)
    as li join "$ticket"
    rm "$world"/clients/li/cache.db*
    run as li join "$ticket"
    [ "$status" -eq 0 ]
    run as zhao join "$ticket"
    [ "$status" -eq 4 ]
    [[ $output == *"invitation"* ]]
}

@test "reading goes on while another command writes" {
    as wang import "$documents/01-calendar-year.txt" --yes
    flock "$world/clients/wang/lock" sleep 2 3>&- &
    local holder=$!
    sleep 0.2
    run as wang list --month 2026-03
    [ "$status" -eq 0 ]
    [[ $output == *妇女节* ]]
    run as wang plan show
    [ "$status" -eq 0 ]
    run as wang done 3.1 --offline
    [ "$status" -eq 0 ]
    wait "$holder"
}

@test "a number that another activity has cannot be given away" {
    as wang import "$documents/01-calendar-year.txt" --yes
    run as wang edit 6.1 编号=3.1
    [ "$status" -eq 1 ]
    [[ $output == *"3.1 is taken"* ]]
    run as wang edit 6.1 编号=6.9
    [ "$status" -eq 0 ]
}

@test "spaces are no text, wide ones neither" {
    as wang import "$documents/01-calendar-year.txt" --yes
    run as wang add " 　 "
    [ "$status" -eq 1 ]
    [[ $output == *"must have a value"* ]]
    run as wang cancel 6.1 " "
    [ "$status" -eq 1 ]
}

@test "what is submitted already answers in JSON as well" {
    as wang import "$documents/01-calendar-year.txt" --yes
    as wang plan submit
    as wang plan submit --json | python3 -c 'import json, sys; json.load(sys.stdin)'
    as wang report new --month 2026-03
    as wang report submit 2026-03
    as wang report submit 2026-03 --json | python3 -c 'import json, sys; json.load(sys.stdin)'
}

@test "who has not joined is told to join, and nothing else" {
    run as nobody list
    [ "$status" -eq 4 ]
    [[ $output == *"join with an invitation first"* ]]
    [[ $output != *"next:"* ]]
}

@test "a file for the list of a command that has none is refused before anything is done" {
    as wang import "$documents/01-calendar-year.txt" --yes
    for command in 'done 3.1' 'plan submit' 'sync' 'undo' 'show 3.1' 'plan show'; do
        # shellcheck disable=SC2086
        run as wang $command -o "$world/list.csv"
        [ "$status" -eq 2 ]
        [ ! -e "$world/list.csv" ]
    done
    [ "$(field wang 3.1 state)" = planned ]
}

@test "a language that is not there is refused with those that are" {
    run as wang --lang fr list
    [ "$status" -eq 2 ]
    [[ $output == *zh*en* ]]
    run lianxind --lang fr status --data "$data"
    [ "$status" -eq 2 ]
}

@test "a step is taken from the state the district has seen" {
    join qu --district --person 赵主任
    as wang import "$documents/01-calendar-year.txt" --yes
    as wang plan submit
    as qu plan accept --school SY01
    run as wang plan withdraw
    [ "$status" -eq 1 ]
    [[ $output == *"cannot become"* ]]
    as qu plan return --school SY01 --reason 缺少预算
    run as wang plan submit
    [ "$status" -eq 1 ]
    [[ $output == *"was returned just now: 缺少预算"* ]]
    run as wang plan submit
    [ "$status" -eq 0 ]
    [[ $output == *delivered* ]]
    run as wang --lang zh history plan
    [[ $output == *"计划 退回"*"计划 提交"* ]]
}

@test "who asks for what is the district's hears whom to ask" {
    run as wang query --month 3
    [ "$status" -eq 4 ]
    [[ $output == *"ask the district who may do this"* ]]
}

@test "a part of a command typed alone is told what it is a part of, and a first user how to begin" {
    run as wang --lang zh 提交
    [ "$status" -eq 2 ]
    [[ $output == *"lianxin 计划 提交"*"lianxin 上报 提交"* ]]
    run as wang export
    [[ $output == *"lianxin plan export"* ]]
    run as nobody
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == *"lianxin join INVITATION"* ]]
}

@test "an unknown word behind a verb is answered with those it takes" {
    run as nobody plan frobnicate
    [ "$status" -eq 2 ]
    [[ $output == *'"frobnicate" is not understood; after "plan" comes one of: list, show, submit'* ]]
    run as nobody --lang zh 设备 啊
    [ "$status" -eq 2 ]
    [[ $output == *'“设备”后面请用下列之一：列表、停用'* ]]
}

@test "a day that was left out and is in no month of the activity is said" {
    sed 's/2026/2020/g' "$documents/01-calendar-year.txt" >"$world/2020.txt"
    as wang import "$world/2020.txt" --yes
    run as wang done 3.1
    [[ $output == *"counted for today"* ]]
    run as wang done 3.2 --day 2020-03-05
    [[ $output != *"counted for today"* ]]
}
