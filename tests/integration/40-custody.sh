#!/bin/bash
# From factory to rack: shipped, short on arrival, corrected, installed,
# counted, moved, retired; traced by those it names; and the audit passes.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
start_ledger
settle_world
export WAYBILL_LEDGER=$ORIGIN

# The consignee is a party with a key, too: it operates a data centre.
key op.key "$ORIGIN/party/consignee-my/a"
"$W" party new --subject consignee-my --role operator --key op.key \
	--valid-from 2025-01-01 --out op.json
"$W" sign -q op.json "${authority[@]}" --key op.key
expect 0 "$W" submit op.note

# statement TYPE ID KEY [SED]: an example of that type, changed, signed, sent.
statement() {
	local party=consignee-my
	[ "$3" = op.key ] || party=${3%.key}
	"$W" new "$1" --ledger "$ORIGIN" --party "$party" --id "$2" |
		sed "s/example-exporter/acme/; s/example-1/S-1/; ${4-}" \
			>"$2.json"
	expect 0 "$W" lint "$2.json"
	expect 0 "$W" sign "$2.json" --key "$3"
}
sent() { # FILE: recorded
	expect 0 "$W" submit "$1.note"
	expect 0 "$W" verify "$1.note"
}

echo "--- ship, and arrive short"
shipment S-1.json S-1 '/"quantity": 8/{s/8/4/}
	s/"eccn": "3A090.a"/&, "lots": [{"serials": ["SN1","SN2","SN3","SN4"]}]/'
expect 0 "$W" sign S-1.json --key acme.key
sent S-1
serials='s/1650325000101/SN1/; s/1650325000102/SN2/'
statement arrival A-1 op.key "$serials"
sent A-1
expect 0 "$W" show A-1.note.receipt
says short-received "4 units shipped, 2 arrived, 2 missing"
expect 0 "$W" trace acme/S-1 --key op.key
says "shipment acme/S-1, clear" short-received "at dc-1"
expect 0 "$W" trace acme/S-1 --key acme.key --json
json '.lines[0] | .shipped == 4 and .arrived == 2 and .missing == 2 and
	.on_the_way == 0'
json '[.events[].type] == ["shipment", "arrival"]'

echo "--- corrected: the rest was in another bay"
statement correction A-1-again op.key 's/example-0/A-1/
	s/"quantity": 8/"quantity": 4/; s/"date": "2025-05-15"/&/'
sent A-1-again
expect 0 "$W" trace acme/S-1 --key op.key --json
json '.lines[0] | .arrived == 4 and .missing == 0'
json '[.events[].type] == ["shipment", "arrival", "correction"]'
json '.events[1].findings == ["short-received"]' # what was decided stands

echo "--- installed, counted, moved, retired"
statement installation I-1 op.key "$serials"
sent I-1
statement inventory C-1 op.key 's/"quantity": 8/"quantity": 3/'
sent C-1
expect 0 "$W" show C-1.note.receipt
says count-differs
statement move M-1 op.key "$serials"
sent M-1
statement retirement R-1 op.key '/1650325000102/d
	s/"1650325000101",/"SN1"/; s/"quantity": 2/"quantity": 1/; s/dc-1/dc-2/'
sent R-1
expect 0 "$W" trace acme/S-1 --key auth.key --json
json '.lines[0] | .in_store == 2 and .installed == 1 and .moved == 2 and
	.retired == 1'
json '[.events[].type] == ["shipment", "arrival", "correction",
	"installation", "move", "retirement"]'

echo "--- an inventory, said again and taken back"
census() { # ID COUNT DATE [JQ]: an inventory of dc-2
	"$W" new inventory --party consignee-my --id "$1" |
		jq ".facility = \"dc-2\" | .counts[0].quantity = $2 |
			.date = \"$3\" | del(.location, .it_power_kw) |
			${4-.}" >"$1.json"
	expect 0 "$W" sign "$1.json" --key op.key
	sent "$1"
}
findings() { # ID: codes of its receipt's judgement
	expect 0 "$W" show "$1.note.receipt" --json
	jq -r '[.. | .findings? // empty | .[] | .code] | unique | join(" ")' out
}
census K-1 1 2025-05-15 # one stands there, as recorded
[ "$(findings K-1)" = "" ] || die "K-1: $(findings K-1)"
census K-2 9 2025-05-20 '.serials = ["LOST"]'
[ "$(findings K-2)" = "count-differs serial-unknown" ] || die "K-2"
expect 0 "$W" trace LOST --key op.key
says "seen, held by consignee-my in dc-2" "in no shipment"
"$W" new correction --kind inventory --party consignee-my --id K-2-again |
	jq '.corrects.id = "K-2" | .inventory |= (.facility = "dc-2" |
		.counts[0].quantity = 1 | .date = "2025-05-20" |
		del(.location, .it_power_kw))' >K-2-again.json
expect 0 "$W" sign K-2-again.json --key op.key
sent K-2-again
[ "$(findings K-2-again)" = corrected ] || die "again: $(findings K-2-again)"
says "K-2 counted 9 units in dc-2; it counts 1 units"
expect 4 "$W" trace LOST --key op.key # taken back with it
# Voided, the one before stands: what is older than K-2 is not too late now.
"$W" new void --party consignee-my --id V-K |
	jq '.voids.id = "K-2"' >V-K.json
expect 0 "$W" sign V-K.json --key op.key
sent V-K
[ "$(findings V-K)" = voided ] || die "void: $(findings V-K)"
census K-3 1 2025-05-17
[ "$(findings K-3)" = "" ] || die "K-3: $(findings K-3)"
census K-4 1 2025-05-16
[ "$(findings K-4)" = date-order ] || die "K-4: $(findings K-4)"
refused() { # ID TEXT: of a correction or void
	expect 0 "$W" sign "$1.json" --key op.key
	expect 1 "$W" submit "$1.note"
	says WB-3008 "$2"
}
jq '.id = "V-K-2"' V-K.json >V-K-2.json
refused V-K-2 "no such statement that stands"
jq '.id = "K-2-3"' K-2-again.json >K-2-3.json
refused K-2-3 "no such inventory"
jq '.id = "K-3-2" | .corrects.id = "K-3" | .inventory.facility = "dc-1"' \
	K-2-again.json >K-3-2.json
refused K-3-2 "of another facility"

echo "--- what was stated of a facility"
at() { # FACILITY KEY: ids of the records
	expect 0 "$W" list --facility "$1" --key "$2" --json
	jq -r '[.records[].id] | join(" ")' out
}
[ "$(at consignee-my/dc-1 auth.key)" = "A-1 I-1 C-1 M-1" ] ||
	die "of dc-1: $(cat out)"
[ "$(at consignee-my/dc-1 op.key)" = "A-1 I-1 C-1 M-1" ] ||
	die "of dc-1, its operator: $(cat out)"
[ "$(at consignee-my/dc-1 acme.key)" = "A-1 I-1 M-1" ] ||
	die "of dc-1, the shipper: $(cat out)" # an inventory names nobody
[ "$(at consignee-my/dc-2 auth.key)" = \
	"M-1 R-1 K-1 K-2 K-2-again K-3 K-4" ] || die "$(cat out)"
[ "$(at consignee-my/dc-1 other.key)" = "" ] || die "$(cat out)"
[ "$(at acme/dc-1 auth.key)" = "" ] || die "$(cat out)"
expect 2 "$W" list --facility dc-1 --key auth.key
says "--facility is OPERATOR/ID"
expect 0 "$W" list --finding count-differs --key auth.key --json
json '[.records[].id] == ["C-1", "K-2"]'
expect 0 "$W" list --model nv-h100-sxm --key auth.key --json
json '[.records[].id] == ["S-1"]'
expect 2 "$W" list --finding nothing --key auth.key

echo "--- one unit"
expect 0 "$W" trace SN1 --key op.key
says "unit SN1: retired, held by consignee-my in dc-2" "for failure"
expect 0 "$W" trace SN2 --key acme.key --json
json '.state == "installed" and .facility == "dc-2" and
	([.events[].type] == ["shipment", "arrival", "installation", "move"])'

echo "--- counted, and handed on: by date, and for whom it is now"
"$W" new inventory --party consignee-my --id N-1 | jq '.facility = "dc-2" |
	.date = "2025-05-14" | .serials = ["SN2"] | del(.location)' >N-1.json
expect 0 "$W" sign N-1.json --key op.key
sent N-1
expect 0 "$W" trace SN2 --key op.key --json
json '[.events[].date] | . == sort'
json '[.events[].id] | index("N-1") < index("A-1")'
"$W" new correction --party acme --kind shipment --id S-1-again |
	jq --slurpfile s S-1.json '.corrects.id = "S-1" | .shipment = ($s[0] |
		del(.type, .ledger, .party, .id, .issued) |
		.consignee = "consignee-cn")' >S-1-again.json
expect 0 "$W" sign S-1-again.json --key acme.key
expect 5 "$W" submit S-1-again.note # a licence would be needed
expect 0 "$W" trace acme/S-1 --key auth.key
says "for consignee-cn"
grep -q "for consignee-my" out && die "$(cat out)"

echo "--- not there and not theirs are one answer"
expect 10 "$W" trace acme/S-1
for what in acme/S-2 acme/S-1 SN1 SN9 other/S-1; do
	expect 4 "$W" trace "$what" --key other.key
done
expect 2 "$W" trace 'SN 1' --key acme.key

echo "--- what is refused leaves no trace"
statement arrival A-2 op.key "$serials; s/S-1/S-2/"
expect 1 "$W" submit A-2.note
says WB-3008
statement arrival A-3 op.key "$serials; s/\"line\": 1/\"line\": 7/"
expect 1 "$W" submit A-3.note
says WB-3008
statement arrival A-4 other.key "$serials"
expect 1 "$W" submit A-4.note
says WB-2006
statement void V-1 other.key 's/example-0/S-1/'
expect 1 "$W" submit V-1.note
says WB-3008
expect 0 "$W" submit A-1.note # again: the same receipt

echo "--- the audit decides all of it again"
expect 0 "$W" trace acme/S-1 --key auth.key --json
cp out live.json
expect 0 "$W" audit --key auditor.key
# And those who see a part of it: what they are shown holds.
for who in acme op auth; do
	expect 0 "$W" audit --key $who.key
	expect 0 "$W" cases --key $who.key
done
stop_ledger
expect 0 "$W" audit "$DATA"
expect 0 "$W" trace acme/S-1 "$DATA" --json
cmp out live.json
expect 0 "$W" trace SN1 "$DATA/store"
expect 4 "$W" trace acme/S-9 "$DATA"
expect 4 "$W" trace acme/S-1 "$T/none"
start_ledger
expect 0 "$W" trace acme/S-1 --key auth.key --json
cmp out live.json
