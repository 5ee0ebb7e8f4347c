# SPDX-License-Identifier: Apache-2.0
# The demonstration as a stranger runs it, and what a district sees after a first month of work.

load world

setup() {
    world_init SY01 SY02
    world_serve
}

teardown() {
    world_done
}

@test "six schools' documents become plans with the months they name" {
    join one --school SY01 --person 王芳
    for document in 01-calendar-year 02-semester-gb18030 03-school-year-table 05-two-plans 06-quarters; do
        run as one import "$documents/$document.txt" --dry-run --json
        [ "$status" -eq 0 ]
        [ "$(jq '[.plans[].activities[] | select(.months | length == 0)] | length' <<<"$output")" -eq 0 ]
        jq -e '[.plans[].activities[].months[]] | index("2026-03")' <<<"$output" >/dev/null
    done
}

@test "a plan whose year is masked is not imported until somebody says the year" {
    join one --school SY01 --person 王芳
    run as one import "$documents/04-masked-year.txt" --yes </dev/null
    [ "$status" -eq 7 ]
    run as one list --all --json
    [ "$(jq '.rows | length' <<<"$output")" -eq 0 ]
    as one import "$documents/04-masked-year.txt" --from 2026-03 --yes
    run as one list --all --json
    [ "$(jq '.rows | length' <<<"$output")" -eq 14 ]
}

@test "the same file imported on two computers makes one plan" {
    join one --school SY01 --person 王芳
    join two --school SY01 --person 王芳
    world_stop
    as one import "$documents/01-calendar-year.txt" --yes
    as two import "$documents/01-calendar-year.txt" --yes
    world_serve
    as one sync
    as two sync
    as one sync
    for device in one two; do
        run as "$device" list --all --json
        [ "$(jq '.rows | length' <<<"$output")" -eq 23 ]
    done
}

@test "work done without a network reaches the second computer and the district" {
    join one --school SY01 --person 王芳
    join two --school SY01 --person 李强
    join district --district --person 周主任
    as one import "$documents/01-calendar-year.txt" --yes
    world_stop
    as one 'done' 3.1 --day 2026-03-06 --people 46 --money 920
    run as one status --json
    [ "$status" -eq 0 ]
    world_serve
    as one sync
    as two sync
    run as two show 3.1 --json
    [ "$(jq -r '.state' <<<"$output")" = 'done' ]
    run as district query --month 2026-03 --group-by school --json
    [ "$(jq '.rows[] | select(.school == "SY01") | .people' <<<"$output")" -eq 46 ]
}

@test "the brief names the school without a plan and the report that is missing" {
    join one --school SY01 --person 王芳
    join district --district --person 周主任
    lianxind due add month_report --month 2026-03 --day 2026-04-05 --data "$data"
    join two --school SY02 --person 李强
    as one import "$documents/01-calendar-year.txt" --yes
    as one plan submit
    lianxind aggregate --date 2026-04-06 --data "$data"
    run as district brief --date 2026-04-06 --json
    [ "$status" -eq 0 ]
    [ "$(jq -c '[.tables[] | select(.name == "no_plan") | .rows[].school]' <<<"$output")" = '["SY02"]' ]
    [ "$(jq -c '[.tables[] | select(.name == "missing") | .rows[] | [.school, .what]]' <<<"$output")" = \
        '[["SY01","month_report"],["SY02","month_report"]]' ]
}
