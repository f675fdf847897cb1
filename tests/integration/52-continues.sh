#!/bin/bash
# A ledger that was lost goes on as another, whose genesis names the last
# checkpoint known of it.
# shellcheck source=tests/integration/ops.sh
. tests/integration/ops.sh "$1"
found 10
send shipments
curl -sf "$url/checkpoint" >last.checkpoint
stop_daemon

members=(--authority keys/new-a.key --authority keys/new-b.key
	--committee keys/new-c.key)
new=example.org/waybill-demo-2
for label in a b; do
	"$W" key new --no-passphrase --ledger $new --party authority \
		--label $label --out keys/new-$label.key >out
done
"$W" key new --no-passphrase --ledger $new --party committee --label c \
	--out keys/new-c.key >out

echo "--- begun by a quorum of the authority"
expect 0 "$D" init --origin $new --data two --continues last.checkpoint \
	"${members[@]}" --quorum 2
origin=$new start_daemon two
curl -sf "$url/v1/records/0/statement" >genesis
grep -q '"continues"' genesis || die "it is not in the genesis"
sed -n '/^{/,/^}/p' genesis | jq -r .continues.checkpoint | head -c -1 \
	>named.checkpoint
cmp last.checkpoint named.checkpoint
[ "$(sed -n '/^{/,/^}/p' genesis | jq -r .continues.origin)" = "$origin" ]
expect 0 "$W" audit "$url" --trust two/trust --ledger $new
[ "$(grep -c "^— $new/party/authority/" genesis)" = 2 ] || die "no quorum"
stop_daemon

echo "--- one member short, it waits for the other"
expect 0 "$D" init --origin $new --data three --continues last.checkpoint \
	--authority keys/new-a.key --authority "$("$W" key public keys/new-b.key)" \
	--committee keys/new-c.key --quorum 2
says "2 of 2 members of the authority must sign"
expect 2 "$D" run --data three
expect 0 "$W" sign --key keys/new-b.key three/genesis.note
expect 0 "$D" init --genesis three/genesis.note --data three
expect 0 "$D" verify --data three

echo "--- what cannot be continued"
expect 2 "$D" init --origin "$origin" --data none1 --continues last.checkpoint
says "cannot continue itself"
sed 2d last.checkpoint >broken
expect 2 "$D" init --origin $new --data none2 --continues broken
says "not a checkpoint note"
sed '/^—/s/demo/dema/' last.checkpoint >broken
expect 2 "$D" init --origin $new --data none3 --continues broken
says "not a checkpoint note of $origin"
expect 2 "$D" init --origin $new --data none4 --continues ledger/trust
expect 2 "$D" init --origin $new --data none5 --continues nothing
expect 2 "$D" init --genesis genesis --data none6 --continues last.checkpoint
[ -z "$(find none? -name store)" ] || die "a ledger was begun"
