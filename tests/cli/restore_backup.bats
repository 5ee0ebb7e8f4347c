#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Backups: made beside a running server and without one, verified, remembered.

setup() {
    load world
    world_init SY01 SY02
}

teardown() {
    world_done
}

@test "a backup holds database, keys and configuration, for its owner's eyes only" {
    run lianxind backup "$world/a.zip" --data "$data"
    [ "$status" -eq 0 ]
    [[ $output == *verified* ]]
    [ "$(stat -c %a "$world/a.zip")" = 600 ]
    for part in lianxin.db lianxind.conf keys/authority.key keys/authority.pem keys/server.key keys/server.pem keys/journal.key; do
        unzip -l "$world/a.zip" | grep -q " $part$"
    done
    [ "$(find "$world" -name '*.part-*')" = "" ]
}

@test "backups are made beside a running server, and listed with whether the file is still there" {
    lianxind backup "$world/a.zip" --data "$data"
    world_serve
    lianxind school add SY03 三小 --data "$data"
    (cd "$world" && lianxind backup b.zip --data "$data")
    [ "$(lianxind backup list --json --data "$data" | jq -c '[.rows[] | [.kept, .commits]]')" = '[[true,2],[true,3]]' ]
    rm "$world/a.zip"
    [ "$(lianxind backup list --json --data "$data" | jq -c '[.rows[].kept]')" = '[false,true]' ]
    lianxind backup "$world/c.zip" --data "$data"
    [ "$(lianxind backup list --json --data "$data" | jq -r '[.rows[].path | sub(".*/"; "")] | join(" ")')" = "b.zip c.zip" ]
    lianxind check --data "$data"
}

@test "a backup on a disk that does not answer is not taken for deleted" {
    mkdir "$world/disk"
    lianxind backup "$world/disk/a.zip" --data "$data"
    mv "$world/disk" "$world/away"
    ln -s disk "$world/disk" # a name that leads nowhere: not the answer "no such file"
    lianxind backup "$world/b.zip" --data "$data"
    [ "$(lianxind backup list --json --data "$data" | jq -c '[.rows[].kept]')" = '[true,true]' ]
}

@test "a backup never replaces a file, and leaves nothing behind when it fails" {
    echo precious >"$world/a.zip"
    run lianxind backup "$world/a.zip" --data "$data"
    [ "$status" -eq 1 ]
    [ "$(cat "$world/a.zip")" = precious ]
    run lianxind backup "$world/nowhere/a.zip" --data "$data"
    [ "$status" -eq 5 ]
    mv "$data/keys/journal.key" "$world/journal.key"
    run lianxind backup "$world/b.zip" --data "$data"
    [ "$status" -ne 0 ]
    [ ! -e "$world/b.zip" ]
    [ "$(find "$world" -name '*.part-*')" = "" ]
    run lianxind backup "$world/c.zip" --data "$world"
    [ "$status" -eq 5 ]
}

@test "what a killed backup left is cleared away by a later one, what another writes now is not" {
    world_set backup_keep 2
    mkdir -p "$data/backups/lianxin-2026-01-01.zip.part-abcdef/check" "$data/backups/lianxin-2026-01-02.zip.part-ghijkl" "$data/backups/else.zip.part-abcdef"
    touch "$data/backups/lianxin-2026-01-01.zip.part-abcdef/check/lianxin.db"
    touch -d '7 hours ago' "$data/backups/lianxin-2026-01-01.zip.part-abcdef" "$data/backups/else.zip.part-abcdef"
    lianxind backup --data "$data"
    [ ! -e "$data/backups/lianxin-2026-01-01.zip.part-abcdef" ]
    [ -e "$data/backups/lianxin-2026-01-02.zip.part-ghijkl" ]
    [ -e "$data/backups/else.zip.part-abcdef" ]
}
