#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What changes at the district's side over the years reaches clients by sync: addresses, and an authority with another key.

setup() {
    load world
    world_init SY01
}

teardown() {
    world_done
}

# The same authority, as if made fourteen years ago; the client knows it as that.
make_old() {
    cd "$BATS_TEST_TMPDIR"
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n[p]\nO=supplied\nCN=supplied\n[e]\nbasicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n[req]\ndistinguished_name=n\n[n]\n' >ca.conf
    : >index
    echo 4000000000000000000000000000000A >serial
    openssl req -new -config ca.conf -utf8 -key "$data/keys/authority.key" -subj "/O=Lianxin/CN=Lianxin district authority" -out ca.csr
    openssl ca -batch -notext -config ca.conf -selfsign -keyfile "$data/keys/authority.key" -in ca.csr -out old.pem \
        -startdate "$(date -u -d '-14 years' +%Y%m%d000000Z)" -enddate "$(date -u -d '+6 years' +%Y%m%d000000Z)"
    cp old.pem "$data/keys/authority.pem"
    old=$(openssl x509 -in old.pem -outform DER | sha256sum | cut -d' ' -f1)
    database=$(find "$world/clients/wang" -name '*.db' | head -1)
    sqlite3 "$database" "UPDATE meta SET value = x'$old' WHERE name = 'pin'"
}

# 王芳 has joined, the authority is the old one, and the server is down.
joined_to_old() {
    command -v openssl >/dev/null || skip "no openssl here"
    world_serve
    join wang --school SY01 --person 王芳
    world_stop
    make_old
}

@test "a new address reaches clients by sync, before the old one is given up" {
    world_serve
    join wang --school SY01 --person 王芳
    other=$(world_port)
    world_set public "127.0.0.1:$port,127.0.0.1:$other"
    kill -HUP "$server_pid"
    for _ in {1..1200}; do
        ! grep -q config.reload "$world/server.log" || break
        sleep 0.05
    done
    as wang sync
    world_stop
    world_set listen "127.0.0.1:$other"
    world_set public "127.0.0.1:$other"
    world_serve
    as wang sync
    run as wang doctor
    [[ $output == *"127.0.0.1:$other"* ]]
}

@test "an authority in its last third is replaced, and who joined under the old one goes on" {
    joined_to_old

    issuer() { openssl x509 -in "$world/clients/wang/device.crt" -noout -ext authorityKeyIdentifier; }
    before=$(issuer)
    world_serve
    grep -q authority.replace "$world/server.log"
    as wang sync
    [ "$(sqlite3 "$database" "SELECT lower(hex(value)) FROM meta WHERE name = 'pin'")" != "$old" ]
    [ "$(issuer)" != "$before" ] # it has a certificate of the new one
    as wang sync
    join li --school SY01 --person 李强
    as li sync
    [ "$(lianxind status --json --data "$data" | jq -r '.rows[] | select(.what == "authority_ends") | .state')" = well ]
    lianxind backup "$world/a.zip" --data "$data"
}

@test "a server restored from any backup that is kept is taken by clients that followed a new authority" {
    joined_to_old
    lianxind backup "$world/before.zip" --data "$data"
    world_serve
    grep -q authority.prepare "$world/server.log"
    [ "$(grep -c authority.replace "$world/server.log")" -eq 0 ] # that backup does not hold it
    as wang sync
    rm "$world/before.zip"
    sleep 1 # a backup of the same second may be from before it was prepared
    lianxind backup "$world/after.zip" --data "$data"
    world_stop
    world_serve
    grep -q authority.replace "$world/server.log"
    as wang sync
    [ "$(sqlite3 "$database" "SELECT lower(hex(value)) FROM meta WHERE name = 'pin'")" != "$old" ]
    world_stop
    mv "$data" "$data.lost"
    lianxind restore "$world/after.zip" --data "$data"
    lianxind device confirm --all --data "$data"
    world_serve
    as wang sync
}

@test "a backup made while a change of authority is cut off holds the next authority all the same" {
    joined_to_old
    lianxind backup "$world/before.zip" --data "$data"
    world_serve
    world_stop
    rm "$world/before.zip"
    sleep 1
    mv "$data/keys/successor.key" "$data/keys/next.key" # killed between the two renames
    lianxind backup "$world/half.zip" --data "$data"
    cp -r "$data/keys" "$world/half"
    world_serve # finishes it
    as wang sync
    [ "$(sqlite3 "$database" "SELECT lower(hex(value)) FROM meta WHERE name = 'pin'")" != "$old" ]
    world_stop
    mv "$data" "$data.lost"
    lianxind restore "$world/half.zip" --data "$data"
    lianxind device confirm --all --data "$data"
    world_serve
    as wang sync
    world_stop

    mv "$world/half/successor.pem" "$world/half/next.pem" # or before the third
    rm -r "$data" "$data.lost/keys"
    mv "$world/half" "$data.lost/keys"
    lianxind backup "$world/third.zip" --data "$data.lost"
    lianxind restore "$world/third.zip" --data "$data"
    lianxind device confirm --all --data "$data"
    world_serve
    as wang sync
}
