#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The short form of scripts/crash: the real binaries, crashed.

# crash PART COUNT OPTION…: skips, saying why, what this machine cannot do.
crash() {
    run "$BATS_TEST_DIRNAME/crash" "$@" --folder "$BATS_TEST_TMPDIR"
    echo "$output"
    [ "$status" -ne 77 ] || skip "${lines[-1]}"
}

@test "killed servers and clients lose and double nothing" {
    crash kills 10
    [ "$status" -eq 0 ]
}

@test "a process may die at any write, fsync and rename, and each may be refused" {
    crash points 12
    [ "$status" -eq 0 ]
}

@test "a power cut takes nothing that was acknowledged" {
    crash power 4
    [ "$status" -eq 0 ]
}

@test "a server that never syncs is found out by power cuts" {
    crash power 12 --planted
    [ "$status" -eq 1 ]
    [[ $output == *BROKEN* ]]
}

@test "full disks, no descriptors and stopped processes are refusals and pauses, not losses" {
    crash full 1
    [ "$status" -eq 0 ]
}

@test "a day's work comes back after last night's backup was restored" {
    crash drills 2
    [ "$status" -eq 0 ]
}
