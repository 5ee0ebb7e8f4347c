#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the server does while its operator sleeps: nightly backups that are verified and pruned, one before each change of the
# tables, a disk that fills up, and a status that says what is wrong.

setup() {
    load world
}

teardown() {
    world_done
}

# status_of KEY FIELD: one cell of lianxind status.
status_of() {
    lianxind status --json --data "$data" | jq -r --arg key "$1" --arg field "$2" '.rows[] | select(.what == $key) | .[$field]' || true
}

wait_for_log() {
    for _ in {1..1200}; do
        ! grep -q "$1" "$world/server.log" || return 0
        sleep 0.05
    done
    cat "$world/server.log"
    return 1
}

@test "every night a verified backup is made, of which a restore makes a server" {
    world_init SY01
    world_set backup_keep 14
    world_set backup_at 00:00
    world_serve
    wait_for_log "job.done job=backup"
    file=$(lianxind backup list --json --data "$data" | jq -r '.rows[0].path')
    [ "$(dirname "$file")" = "$(realpath "$data")/backups" ]
    [ "$(stat -c %a "$file")" = 600 ]
    [ "$(status_of backup_made state)" = well ]
    [ "$(status_of backup_made value)" != - ]
    lianxind aggregate --data "$data"
    join zhou --district --person 周主任
    run as zhou brief
    [[ $output == *"last backup is 0 days old"* ]]
    [ "$(as zhou brief --json | jq '[.. | .backup_age_days? | numbers] | first')" -eq 0 ]
    lianxind restore "$file" --data "$world/new"
    lianxind check --data "$world/new"
}

@test "so many backups are kept, the oldest go, and what others put beside them stays" {
    world_init SY01
    world_set backup_keep 2
    lianxind backup "$world/mine.zip" --data "$data"
    for _ in 1 2 3; do
        lianxind backup --data "$data"
    done
    touch "$data/backups/lianxin-of-somebody.zip" "$data/backups/notes.txt"
    lianxind backup --data "$data"
    [ -e "$world/mine.zip" ]
    [ -e "$data/backups/notes.txt" ]
    [ -e "$data/backups/lianxin-of-somebody.zip" ]
    [ "$(lianxind backup list --json --data "$data" | jq -c '[.rows[].kept]')" = '[true,true,true]' ]
    [ "$(find "$data/backups" -name 'lianxin-20*.zip' | wc -l)" -eq 2 ]
}

@test "a backup that fails is told in the status with what to do" {
    world_init SY01
    world_set backup_keep 14
    world_set backup_at 00:00
    world_set backup_folder /proc/nowhere
    world_serve
    wait_for_log "job.fail job=backup"
    run lianxind status --data "$data"
    [ "$status" -eq 1 ]
    [[ $output == *"/proc/nowhere"* && $output == *UNWELL* && $output == *"not well"* ]]
    [ "$(status_of backup advice)" = see_log ]
}

@test "before the tables change the database is backed up; without that nothing changes" {
    world_init SY01
    world_set backup_keep 14
    world_set backup_at 23:59
    sqlite3 "$data/lianxin.db" "DROP TABLE due" # as a version that knew one kind of records fewer would have left it
    world_set backup_folder /proc/nowhere
    run lianxind school list --data "$data"
    [ "$status" -ne 0 ]
    [[ $output == *"nothing was changed"* ]]
    [ "$(sqlite3 "$data/lianxin.db" "SELECT count(*) FROM sqlite_schema WHERE name = 'due'")" -eq 0 ]
    world_set backup_folder backups
    lianxind school list --data "$data"
    ls "$data"/backups/lianxin-*-before-*.zip
    [ "$(lianxind backup list --json --data "$data" | jq '.rows | length')" -eq 1 ]
    lianxind school list --data "$data"
    [ "$(find "$data/backups" -name '*.zip' | wc -l)" -eq 1 ] # once
}

@test "below min_free a change is saved but not taken, reading goes on, and later it is delivered" {
    world_init SY01
    world_serve
    join wang --school SY01 --person 王芳
    join zhou --district --person 周主任
    as wang import "$documents/01-calendar-year.txt" --yes
    as wang sync
    world_stop
    world_set min_free 1000G
    world_serve
    run as wang done 3.1 --lang zh
    [ "$status" -eq 0 ]
    [[ $output == *"已保存，尚未送达"* && $output == *"磁盘空间不足"* ]]
    run as wang plan submit
    [ "$status" -eq 6 ]
    run as wang sync
    [ "$status" -eq 6 ]
    [[ $output == *"nearly full"* ]]
    as zhou schools
    as zhou query --month 3
    run lianxind status --data "$data"
    [ "$status" -eq 1 ]
    [[ $output == *"make room"* ]]
    world_set min_free 1M
    kill -HUP "$server_pid"
    wait_for_log config.reload
    as wang sync
    [ "$(status_of disk state)" = well ]
}

@test "root on the server's folder becomes the server's user, and locks nobody out" {
    [ "$(id -u)" -eq 0 ] || skip "only root can become somebody else"
    place=$(mktemp -d)
    chmod 755 "$place"
    mkdir "$place/server"
    chown nobody "$place/server"
    lianxind init --data "$place/server" --public 127.0.0.1:7443 >/dev/null
    lianxind school add SY01 一小 --data "$place/server" >/dev/null
    lianxind backup --data "$place/server" >/dev/null
    others=$(find "$place/server" ! -user nobody)
    rm -rf "$place"
    [ "$others" = "" ]
}

@test "the log tells more or less without a restart" {
    world_init SY01
    world_serve
    join wang --school SY01 --person 王芳
    [ "$(grep -c " debug " "$world/server.log")" -eq 0 ]
    world_set log_level debug
    kill -HUP "$server_pid"
    wait_for_log config.reload
    as wang sync
    wait_for_log " debug conn"
    world_set log_level loud
    kill -HUP "$server_pid"
    wait_for_log config.refuse
}

@test "the status is well while a new server serves, and says so to programs" {
    world_init SY01
    world_set backup_keep 14
    run lianxind status --data "$data"
    [ "$status" -eq 1 ]
    [ "$(status_of serving advice)" = start_server ]
    world_serve
    lianxind status --data "$data"
    [ "$(status_of serving state)" = well ]
    for key in sqlite openssl authority_ends certificate_ends disk nightly backup backup_made; do
        [ "$(status_of $key state)" = well ]
    done
}

@test "history goes on behind the night's backup" {
    world_init SY01
    world_set backup_keep 3
    world_serve
    join wang --school SY01 --person 王芳
    as wang import "$documents/01-calendar-year.txt" --yes
    as wang edit 3.1 person=王芳
    lianxind backup --data "$data"
    as wang sync
    as wang edit 3.1 person=李芳
    as wang sync
    run as wang history 3.1
    [[ $output == *"王芳 → 李芳"* ]]
    [[ $output == *"import 01-calendar-year.txt"* ]]
}
