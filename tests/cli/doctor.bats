#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What lianxin doctor finds on a well computer and on others.

setup() {
    load world
    world_init SY01
    world_serve
    join sy --school SY01 --person 王芳 >/dev/null
}

teardown() {
    world_done
}

wrong() {
    as sy doctor --json 2>/dev/null |
        python3 -c 'import json, sys; print(*[r["what"] for r in json.load(sys.stdin)["rows"] if r["state"] != "ok"], sep=";")'
}

@test "a well computer is told so" {
    run as sy doctor
    [ "$status" -eq 0 ]
    [[ $output == *"answers"* ]]
    [[ $output == *"MiB free"* ]]
    [ "$(wrong)" = "" ]
    run as sy --lang zh 体检
    [ "$status" -eq 0 ]
    [[ $output == *"证书"*"正常"* ]]
}

@test "a server that does not answer is named, with what to do, and the exit code says so" {
    world_stop
    run as sy doctor
    [ "$status" -eq 1 ]
    [[ $output == *"check the network"* ]]
    [ "$(wrong)" = "server 127.0.0.1:$port" ]
}

@test "a missing certificate is found" {
    rm "$world/clients/sy/device.crt"
    run as sy doctor
    [ "$status" -eq 1 ]
    [[ $output == *"certificate"*"new invitation"* ]]
}

@test "a damaged data folder is found" {
    as sy import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    python3 - "$world/clients/sy/cache.db" <<'PY'
import sqlite3, sys
path = sys.argv[1]
db = sqlite3.connect(path)
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
page = db.execute("PRAGMA page_size").fetchone()[0]
root = db.execute("SELECT rootpage FROM sqlite_schema WHERE type='table' AND name='activity'").fetchone()[0]
db.close()
with open(path, "r+b") as file:
    file.seek((root - 1) * page + 8)
    file.write(b"\xff" * 64)
PY
    run as sy doctor
    [ "$status" -eq 1 ]
    [[ $output == *"data folder"*"wrong"*"join again"* ]]
}
