#!/bin/bash
# Red flags: adopted, raised by an offence and by a sweep, worked off by the
# cases, and found again by an audit.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
start_ledger
settle_world

echo "--- no document, no flags"
shipment s0.json S-0 's/"direct_consumer"/"reseller"/'
expect 0 "$W" sign s0.json --key acme.key
expect 0 "$W" submit s0.note
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --json
json '[.cases[] | select(.code | startswith("rf-"))] == []'

echo "--- the committee adopts red flags"
export WAYBILL_LEDGER=$ORIGIN
expect 0 "$W" new policy --flags "$root/policy/red-flags.table" --out flags.json
sed 's/^flag RF-01 version 1/flag RF-01 version 9/' \
	"$root/policy/red-flags.table" >bad.table
expect 1 "$W" new policy --flags bad.table
says "WB-1022" "version 1"
unset WAYBILL_LEDGER
expect 0 "$W" sign flags.json --key com.key
expect 0 "$W" submit flags.note
expect 0 "$W" policies --json
json '[.policies[] | select(.document == "flags")] | length == 1'

echo "--- an offence is a finding, not a denial"
shipment s1.json S-1 's/"direct_consumer"/"reseller"/'
expect 0 "$W" sign s1.json --key acme.key
expect 0 "$W" submit s1.note
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --json
json '.cases[] | select(.id == "S-1" and .code == "rf-18") |
	.state == "open" and .consignee == "consignee-my" and
	(.records | length) == 1'
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --party other
says "no cases that are open"
expect 2 "$W" cases "$WAYBILL_URL" --key auditor.key --country my
expect 2 "$W" cases "$WAYBILL_URL" --key auditor.key --facility dc-1

echo "--- what is overdue is swept when the daemon starts"
stop_ledger
start_ledger
for _ in $(seq 200); do
	"$W" list --type sweep --key auditor.key --json >swept
	[ "$(jq '.records | length' swept)" = 0 ] || break
done
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --json
json '.cases[] | select(.id == "S-1" and .code == "rf-11") |
	.state == "open" and (.countries | contains("MY"))'

echo "--- a party is told what a sweep found about its own, and no more"
shipment s9.json S-9 's/"acme"/"other"/'
expect 0 "$W" sign s9.json --key other.key
expect 0 "$W" submit s9.note
stop_ledger
start_ledger
for _ in $(seq 200); do
	"$W" list --finding rf-11 --key auditor.key --json >swept
	[ "$(jq '.records | length' swept)" -lt 2 ] || break
done
expect 0 "$W" trace acme/S-1 --key acme.key --json
json '.events[-1] | .type == "sweep" and (.findings | contains(["rf-11"])) and
	([.told[] | .party == "acme" and .id == "S-1"] | all)'
expect 0 "$W" trace acme/S-1 --key acme.key
says "record 14: rf-11" "alert, acme/S-1: 8 units have not arrived" "next: ask"
expect 0 "$W" list --finding rf-11 --key acme.key --json
json '(.records | length) == 1 and (.records[0] | .type == "sweep" and
	.findings > 0 and ([.told[].party] | unique == ["acme"]))'
expect 0 "$W" list --finding rf-11 --key other.key --json
json '(.records | length) == 1 and ([.records[0].told[] | .party, .id] |
	unique == ["S-9", "other"])'
expect 0 "$W" list --finding rf-11 --json # nobody
json '.records == []'
sweep=$(jq '.records[0].seq' swept)
expect 0 "$W" show "$sweep" --key acme.key --json
json 'has("statement") or has("judgement") | not'
expect 0 "$W" cases "$WAYBILL_URL" --key acme.key --json
json '[.cases[] | select(.code == "rf-11") | .id] == ["S-1"]'
json '[.cases[].party] | unique == ["acme"]'
expect 0 "$W" cases "$WAYBILL_URL" --key other.key --json
json '[.cases[] | select(.code == "rf-11") | .id] == ["S-9"]'

echo "--- the authority closes a case"
"$W" new finding --ledger "$ORIGIN" --party authority --id F-1 |
	jq '.about = {"party": "acme", "id": "S-1"} | .code = "rf-18" |
		.outcome = "closed" | del(.assignee, .serials)' >f1.json
expect 0 "$W" sign f1.json --key auth.key
expect 0 "$W" submit f1.note
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --json
json '[.cases[] | select(.id == "S-1" and .code == "rf-18")] == []'
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --all
says "closed by authority" "rf-11"
expect 0 "$W" replay --key auditor.key --limit lpp=100000

echo "--- how much of it is where"
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --json
json '.by_party | map(select(.party == "acme")) | length == 1 and
	.[0].open == .[0].cases and .[0].tpp_x10 == 1266560'
json '[.by_country[].country] | contains(["MY"])'
json '([.cases[].tpp_x10] | . == (sort | reverse))'
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key
says "alert rf-11, acme/S-1: 126,656 TPP" "to consignee-my" "next: ask" \
	"country cases open"

echo "--- an auditor finds the same, of the ledger and of its store"
expect 0 "$W" audit --key auth.key --json
json '.proved and .hidden == 0 and .records == .reexecuted'
stop_ledger
expect 0 "$W" audit "$DATA"
expect 0 "$W" cases "$DATA" --country MY
says "rf-11"
