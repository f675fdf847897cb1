#!/bin/bash
# An audit from outside and of the store; whatever was changed is found.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
start_ledger
settle_world
for i in 1 2 3 4 5 6; do
	shipment "s$i.json" "S-$i"
done
expect 0 "$W" sign s?.json --key acme.key
expect 0 "$W" submit s?.note

echo "--- a whole ledger, by those who see all of it and by others"
expect 0 "$W" audit "$WAYBILL_URL" --key auditor.key --json
json '.proved and .hidden == 0 and .records == .reexecuted and
	.records == .size and (has("consistent") | not)'
all=$(jq .records out)
expect 0 "$W" audit "$WAYBILL_URL" --key auth.key
says "$all decisions were made again" "Rests on others" \
	"still holds the $all records"
expect 0 "$W" audit --json
json ".proved and .records == $all and .hidden > 5 and .consistent"
expect 0 "$W" audit --key acme.key
says "what" "this reader is not shown"
expect 8 "$W" audit --key auth.key --trust <(
	grep '^log' trust.txt
	echo 'witness w example.com/witness-a+2c0c8320+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU'
	echo 'quorum w'
)
says "too few witnesses"

echo "--- saved, and audited again without the ledger"
expect 0 "$W" audit --key auth.key --save day.audit
expect 0 "$W" audit day.audit --json
json ".proved and .reexecuted == $all"
changed() { # SED TEXT
	sed "$1" day.audit >changed.audit
	cmp -s day.audit changed.audit && die "nothing changed: $1"
	expect 3 "$W" audit changed.audit
	says "$2"
}
changed 's/\\"quantity\\": 8/\\"quantity\\": 9/' FAILED
changed 's/\\"verdict\\":\\"clear\\"/\\"verdict\\":\\"deny\\"/' judgement
changed 's/\(judgement_salt":"\)./\1~/' "a salt is missing"
changed 's/seq 4\\n/seq 5\\n/' FAILED
head -1 day.audit >cut.audit
expect 1 "$W" audit cut.audit
says "ends before the checkpoint"
expect 4 "$W" audit nosuch.audit

echo "--- a ledger that goes on under an engine that we lack"
/usr/bin/python3 -B "$root/tests/integration/newer_engine.py" day.audit \
	newer.audit
expect 1 "$W" audit newer.audit
says "stops at record $all, and nothing was found wrong before it" \
	"asks for engine 2, and this program has engine 1; use a newer waybill"
expect 1 "$W" audit newer.audit --json
json ".proved == false and .seq == $all and .step == \"engine\""
# What came before it is as good as ever; a lie in it is still a lie.
sed 's/\\"quantity\\": 8/\\"quantity\\": 9/' newer.audit >changed.audit
expect 3 "$W" audit changed.audit

echo "--- a store"
expect 0 "$W" audit "$DATA" --json
json ".proved and .reexecuted == $all"

echo "--- the ledger of last week is shown again"
stop_ledger
cp -a "$DATA" older
start_ledger
shipment s7.json S-7
expect 0 "$W" sign s7.json --key acme.key
expect 0 "$W" submit s7.note
expect 0 "$W" audit --key auth.key
stop_ledger
expect 0 "$W" audit "$DATA"

# Bytes that hold evidence, flipped in a copy of the store.
audit_spoilt() { # TEXT OFFSET
	rm -rf copy
	cp -a "$DATA" copy
	local file
	file=$(find copy -name data.mdb)
	spoil "$file" "$1" "$2"
	expect 3 "$W" audit "${file%/*}"
	says FAILED
}
audit_spoilt '"verdict":"clear"' 11
audit_spoilt '"quantity": 8' 12
audit_spoilt 'waybill/record/1' 3
audit_spoilt "— $ORIGIN/record " $((${#ORIGIN} + 20))
audit_spoilt '"reads":[' 12

mv "$DATA" newer
cp -a older "$DATA"
start_ledger
expect 3 "$W" audit --key auth.key
says "the ledger has shrunk" "kept as evidence"
# It grows again, past what was seen, with another history.
shipment x1.json X-1
shipment x2.json X-2
expect 0 "$W" sign x1.json x2.json --key acme.key
expect 0 "$W" submit x1.note x2.note
expect 3 "$W" audit --key auth.key
says FAILED "kept as evidence"
[ "$(find state -name '*.conflict-*' | wc -l)" = 2 ] || die "evidence"
for f in state/waybill/*; do
	expect 0 "$W" show "$f"
	says "checkpoint of $ORIGIN"
done
