#!/bin/bash
# The command line of waybilld: help, limits, configuration, init.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"

echo "--- help, version, limits"
expect 0 "$D" --help
says Examples init run check-config verify
for command in init run check-config verify; do
	expect 0 "$D" "$command" --help
	says "Usage: waybilld $command" Example
	[ "$(awk 'length > 80' out)" = "" ] || die "$command: over 80 columns"
done
expect 0 "$D" --version
says waybilld engine
expect 2 "$D"
expect 2 "$D" initt
says "did you mean init?"
expect 2 "$D" run --no-such
expect 2 "$D" run x
expect 2 "$D" verify x
expect 0 "$D" --limits
sed -n 's/^#define \(WB_[A-Z0-9_]*\)[ \t].*/\1/p' \
	"$root/include/waybill/limits.h" | sort >want
cut -d' ' -f1 out | sort >got
cmp want got || die "--limits and limits.h: $(diff want got)"
says "WB_STATEMENT_MAX 49152"

echo "--- configuration"
expect 0 "$D" check-config
cp out defaults
expect 0 "$D" check-config defaults
cmp out defaults
expect 2 "$D" check-config nowhere
says "No such file"
expect 2 "$D" check-config defaults defaults
printf 'workers = 2\n\nlisten_to = 127.0.0.1:1\n' >conf
expect 2 "$D" check-config conf
says "conf: line 3, column 1" "no such key" "found: listen_to"
printf 'max_conections = 2\n' >conf
expect 2 "$D" run --config conf
says 'Did you mean "max_connections"?'
printf 'admin = 127.0.0.1:99999\n' >conf
expect 2 "$D" check-config conf
says "line 1, column 9"
expect 2 "$D" run --data "$T/x" --listen nowhere
expect 2 "$D" run --data "$T/x" --listen none
says "somewhere to listen"
env -u HOME -u XDG_STATE_HOME "$D" run 2>err && die "ran without a home"
says "--data DIR"

echo "--- no ledger, no keys"
expect 2 "$D" run --data "$T/x"
says "No such file"
expect 2 "$D" verify --data "$T/x"

echo "--- init without members makes them"
expect 2 "$D" init
says "--origin NAME is missing"
expect 2 "$D" init --origin "no-slash"
expect 0 "$D" init --origin "$ORIGIN"
says "Move them off this machine"
home=$XDG_STATE_HOME/waybill
[ "$(stat -c %a "$home" "$home/keys" "$home/keys/record.key" | xargs)" = \
	"700 700 600" ] || die "modes in $home"
expect 2 "$D" init --origin "$ORIGIN"
says "a ledger is there already"
expect 0 "$D" verify
says "1 records: signature, chain and tree hold"
expect 0 "$W" key show "$home/keys/authority.key"
says "$ORIGIN/party/authority/1"
chmod 644 "$home/keys/record.key"
expect 2 "$D" run --listen 127.0.0.1:0 --admin none
says "chmod 600"
chmod 600 "$home/keys/record.key"
cp "$home/keys/checkpoint.key" kept
key "$T/wrong.key" "$ORIGIN"
cp wrong.key "$home/keys/checkpoint.key"
expect 2 "$D" run --listen 127.0.0.1:0 --admin none
says "not those of this ledger"
cp kept "$home/keys/checkpoint.key"
mv "$home/store" "$home/away"
expect 2 "$D" run --listen 127.0.0.1:0 --admin none
says "waybilld init"

echo "--- init with a quorum: nothing begins before enough have signed"
for who in authority/ana authority/ben authority/cleo committee/dora; do
	key "${who#*/}.key" "$ORIGIN/party/$who"
done
members=()
for who in ana ben cleo; do
	members+=(--authority "$("$W" key public "$who.key")")
done
dora=$("$W" key public dora.key)
expect 2 "$D" init --origin "$ORIGIN" --data quorum "${members[@]}"
says "--committee"
expect 2 "$D" init --origin "$ORIGIN" --data quorum "${members[@]}" \
	--committee "$dora" --quorum 4
says "3 members"
expect 2 "$D" init --origin "$ORIGIN" --data quorum1 --authority nobody \
	--committee "$dora"
says "neither a verifier key nor a file"
expect 2 "$D" init --origin "$ORIGIN" --data quorum2 \
	--authority "$dora" --committee "$dora"
says "not named $ORIGIN/party/authority/"
expect 2 "$D" init --origin "$ORIGIN" --data quorum3 "${members[@]}" \
	--committee "$dora" --authority ana.key
says "given twice"
[ -z "$(compgen -G 'quorum*/keys/*')" ] || die "keys were made all the same"
expect 0 "$D" init --origin "$ORIGIN" --data quorum "${members[@]}" \
	--committee "$dora" --quorum 2
says "2 of 3 members" "waybill sign" "waybilld init --genesis"
expect 2 "$D" run --data quorum --listen 127.0.0.1:0 --admin none
expect 2 "$D" init --origin "$ORIGIN" --data quorum
says "keys are there already"
expect 2 "$D" init --genesis quorum/genesis.note --data quorum
says "0 of the 2 members"
expect 0 "$W" sign --key ana.key --out one.note quorum/genesis.note
expect 2 "$D" init --genesis one.note --data quorum
says "1 of the 2 members"
expect 0 "$W" sign --key cleo.key --out two.note one.note
sed 's/"late_days": 30/"late_days": 31/' two.note >forged.note
expect 2 "$D" init --genesis forged.note --data quorum
says "does not verify"
expect 2 "$D" init --genesis two.note --data elsewhere
expect 0 "$D" init --genesis two.note --data quorum
says "The ledger $ORIGIN begins"
expect 0 "$D" verify --data quorum
expect 2 "$D" init --genesis two.note --data quorum
says "a ledger is there already"

echo "--- a changed byte is found"
cp -r quorum copy
flip copy/store/data.mdb $(($(grep -abo 'waybill/record/1' \
	copy/store/data.mdb | head -1 | cut -d: -f1) + 40))
expect 3 "$D" verify --data copy
