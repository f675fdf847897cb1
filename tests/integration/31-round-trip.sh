#!/bin/bash
# Sign, submit, verify; what is wrong is refused; readers see what is theirs.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
start_ledger
settle_world

echo "--- sign, submit, verify"
shipment s1.json S-1
expect 0 "$W" check s1.json --url "$WAYBILL_URL" --detail my.json
says "verdict clear"
expect 0 "$W" sign s1.json --key acme.key
expect 0 "$W" submit s1.note
says "1 of 1 have a proved receipt: 1 clear" LPP
expect 0 "$W" verify s1.note
says "inclusion ok" "judgement ok clear, LPP" "signer's key was not checked"
expect 0 "$W" verify s1.note --key acme.key
says "signature ok"
expect 3 "$W" verify s1.note --key auth.key
says "signature FAILED"
expect 0 "$W" verify s1.note --json
json '.files[0] | .proved and .verdict == "clear" and .steps.quorum == "ok"'
expect 0 "$W" show s1.note.receipt
says "verdict clear" "3A090.a" "size"
[ "$(stat -c %a s1.note.receipt)" = 644 ] || die "mode of the receipt"

echo "--- a replay gives the same receipt, byte for byte"
mv s1.note.receipt first
expect 0 "$W" submit s1.note
cmp first s1.note.receipt
cp s1.note.receipt kept && touch -d 2020-01-01 s1.note.receipt
expect 0 "$W" submit s1.note --json
json '.files[0].result == "had a receipt"'
[ "$(stat -c %Y s1.note.receipt)" = "$(date -d 2020-01-01 +%s)" ] ||
	die "a good receipt was written again"

echo "--- denied, and recorded all the same"
shipment denied.json S-2 's/"MY"/"CN"/; s/consignee-my/consignee-cn/'
expect 0 "$W" sign denied.json --key acme.key
expect 5 "$W" submit denied.note
says "1 deny"
expect 0 "$W" verify denied.note

echo "--- what the ledger refuses"
key stranger.key "$ORIGIN/party/acme/z"
shipment s3.json S-3
expect 0 "$W" sign s3.json --key stranger.key --out stranger.note
expect 1 "$W" submit stranger.note
says WB-2002 refused
shipment other.json S-1 's/"quantity": 8/"quantity": 9/'
expect 0 "$W" sign other.json --key acme.key
expect 1 "$W" submit other.note
says WB-3001 "Use a new id"
sed 's/"S-1"/"S-9"/' s1.note >forged.note
expect 1 "$W" submit forged.note
says WB-2003
shipment elsewhere.json S-4 "s,$ORIGIN,example.net/other,"
key elsewhere.key example.net/other/party/acme/a
expect 0 "$W" sign elsewhere.json --key elsewhere.key
expect 1 "$W" submit elsewhere.note
says WB-1019
expect 1 "$W" submit s3.json
says "is a draft, not signed" "waybill sign s3.json"
expect 9 "$W" submit s1.note stranger.note --json
json '.files[0].verdict == "clear" and .files[1].result == "refused" and
	.files[1].problem.code == "WB-2002"'
ls ./*.bad 2>/dev/null && die "a refusal is no receipt"

echo "--- what does not prove"
cp s1.note t.note
tampered() { # STEP, with t.note.receipt or t.note changed
	expect 3 "$W" verify t.note
	says "$1 FAILED"
	expect 3 "$W" submit t.note
	says "does not prove t.note"
}
sed '1s/v1/v2/' s1.note.receipt >t.note.receipt
tampered receipt
head -c 300 s1.note.receipt >t.note.receipt
tampered receipt
sed 's/^index .*/index 1/' s1.note.receipt >t.note.receipt
expect 3 "$W" verify t.note
awk '/^$/ { body = 1 } body && /^[0-9]+$/ { $0 += 1 } 1' \
	s1.note.receipt >t.note.receipt
tampered checkpoint
cp denied.note.receipt t.note.receipt
tampered statement
cp s1.note.receipt t.note.receipt
sed -i 's/"quantity": 8/"quantity": 9/' t.note
tampered statement
# Each line of the receipt matters.
for n in $(seq "$(wc -l <s1.note.receipt)"); do
	cp s1.note t.note
	sed "${n}d" s1.note.receipt >t.note.receipt
	expect 3 "$W" verify t.note
done
for n in $(seq 0 37 "$(($(stat -c %s s1.note.receipt) - 2))"); do
	cp s1.note.receipt t.note.receipt
	flip t.note.receipt "$n"
	expect 3 "$W" verify t.note
done

echo "--- trust files"
key false.key "$ORIGIN"
{
	echo "log $("$W" key public false.key)"
	sed -n 2p trust.txt
	echo "quorum none"
} >false.txt
expect 3 "$W" verify s1.note --trust false.txt
says "checkpoint FAILED"
shipment s5.json S-5
expect 0 "$W" sign s5.json --key acme.key
expect 3 "$W" submit s5.note --trust false.txt
says "is kept as s5.note.receipt.bad"
[ ! -e s5.note.receipt ] || die "a receipt that proves nothing"
expect 0 "$W" submit s5.note
cmp s5.note.receipt s5.note.receipt.bad
sed '1s/+A/+B/' trust.txt >broken.txt
expect 3 "$W" verify s1.note --trust broken.txt
sed -n 2p trust.txt >half.txt
echo "quorum none" >>half.txt
expect 3 "$W" verify s1.note --trust half.txt
{
	grep '^log' trust.txt
	echo 'witness w example.com/witness-a+2c0c8320+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU'
	echo 'quorum w'
} >quorum.txt
expect 8 "$W" verify s1.note --trust quorum.txt
says "quorum missing" "Too few witnesses"
shipment s6.json S-6
expect 0 "$W" sign s6.json --key acme.key
expect 8 "$W" submit s6.note --trust quorum.txt
expect 0 "$W" verify s6.note

echo "--- reading: what is one's own, and no more"
seq1=$("$W" verify s1.note --json | jq .files[0].seq)
expect 0 "$W" show "$seq1"
says "judgement: not shown to this reader"
expect 0 "$W" show "$seq1" --key acme.key --json
json '.judgement.verdict == "clear" and .statement.id == "S-1" and
	(has("workings") | not)'
expect 0 "$W" show "$seq1" --key auth.key --json
json '.workings.reads | length > 0'
expect 0 "$W" show "$seq1" --key other.key --json
json 'has("judgement") or has("statement") | not'
expect 4 "$W" show 999999
expect 0 "$W" list --key acme.key --type shipment --json
json '[.records[].id] == ["S-1", "S-2", "S-5", "S-6"]'
expect 0 "$W" list --key acme.key --verdict deny
says S-2 LICENCE
expect 0 "$W" list --key auth.key --country CN --type shipment --json
json '[.records[].id] == ["S-2"]'
expect 0 "$W" list --key acme.key --type shipment --limit 3 --json
json '.records | length == 3'
expect 0 "$W" list --key other.key --type shipment
says "no records that this reader may see"
expect 0 "$W" list --key acme.key --since 2999-01-01
says "no records"
expect 0 "$W" list --json
json '[.records[].type] | index("shipment") == null and length > 3'
expect 10 "$W" list --key stranger.key
expect 0 "$W" parties
says "acme, exporter, from 2025-01-01" "$("$W" key public acme.key)"
expect 0 "$W" parties --url "unix:$T/socket" --json
json '.parties | length >= 5'
expect 0 "$W" policies --json
json '[.policies[].document] | sort ==
	["catalogue", "countries", "edition", "edition"]'
digest=$(sha256sum <"$root/policy/diffusion.policy" | cut -d' ' -f1)
expect 0 "$W" policies "$digest"
cmp out "$root/policy/diffusion.policy"
expect 2 "$W" policies nodigest
