#!/bin/bash
# The worklist: what is about a facility knows it; what a correction has cured
# is no longer open; how much is at risk; the records behind each.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
failing=$root/$1/failing.so

# The ledger's clock is as many seconds ahead as the file says.
echo 0 >ahead
for p in "$D" "$W"; do
	cat >"${p##*/}" <<-EOF
		#!/bin/bash
		exec env LD_PRELOAD="$failing" WAYBILL_AHEAD_FILE="$T/ahead" \
			"$p" "\$@"
	EOF
	chmod +x "${p##*/}"
done
D=$T/waybilld W=$T/waybill
echo 'clock_jump_max_s = 40000000' >conf
daemon_options=(--config conf)
world
start_ledger
settle_world
export WAYBILL_LEDGER=$ORIGIN

# record KEY...: what is on standard input, signed and recorded under its id.
record() {
	local name keys=()
	cat >draft.json
	name=$(jq -r .id draft.json)
	mv draft.json "$name.json"
	for k; do
		keys+=(--key "$k.key")
	done
	expect 0 "$W" sign "$name.json" "${keys[@]}"
	expect 0 "$W" submit "$name.note"
}
cases() { # OPTION...
	expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --json "$@"
}
key op.key "$ORIGIN/party/consignee-my/a"
"$W" new policy --flags "$root/policy/red-flags.table" | record com
"$W" party new --subject consignee-my --role operator --key op.key \
	--valid-from 2025-01-01 | record auth op
"$W" party detail --subject consignee-my --name "A consignee" --country MY \
	--effective 2025-01-02 | jq '.facilities = [
		{"id": "dc-1", "country": "SG", "it_power_kw": 1}]' | record auth

echo "--- what a correction cures is open no more"
"$W" new shipment --party acme --id S-1 | jq 'del(.itn) |
	.consignee = "consignee-my"' | record acme
cases
json '[.cases[] | select(.code == "rf-37")] | length == 1 and
	.[0].state == "open" and .[0].tpp_x10 == 1266560'
again() { # ID JQ: S-1 is corrected
	"$W" new correction --party acme --kind shipment --id "$1" |
		jq --slurpfile s S-1.json "
		.corrects.id = \"S-1\" | .shipment = (\$s[0] |
			del(.type, .ledger, .party, .id, .issued)) | $2" |
		record acme
}
again S-1-a '.shipment.items[0].quantity = 6'
cases # it still has none
json '[.cases[] | select(.code == "rf-37")] | length == 1 and
	.[0].id == "S-1" and .[0].tpp_x10 == 949920 and
	(.[0].records | length) == 2'
again S-1-b '.shipment.itn = "X20250515000001"'
cases
json '[.cases[] | select(.code == "rf-37")] == []'
cases --all
json '.cases[] | select(.code == "rf-37") | .state == "corrected" and
	(.answer | startswith("corrected by record")) and
	(.records | length) == 3'
again S-1-c '.reason = "the ITN was of another"'
cases
json '.cases[] | select(.code == "rf-37") | .state == "open" and .answer == ""'

echo "--- it is closed under the name of the shipment or of a correction"
"$W" new finding --party authority --id F-1 |
	jq '.about = {"party": "acme", "id": "S-1-c"} | .code = "rf-37" |
		.outcome = "closed" | del(.assignee, .serials)' | record auth
cases
json '[.cases[] | select(.code == "rf-37")] == []'

echo "--- what is found about some units is about these"
handle() { # TYPE ID QUANTITY JQ
	"$W" new "$1" --party consignee-my --id "$2" |
		jq '.shipment = {"party": "acme", "id": "S-1"} |
		.items = [{"line": 1, "quantity": '"$3"'}] | '"$4" | record op
}
handle arrival A-1 8 .
handle installation I-1 6 .
cases
json '.cases[] | select(.code == "rf-17") | .party == "consignee-my" and
	.id == "dc-1" and .facility == "consignee-my/dc-1" and
	.countries == "SG" and .tpp_x10 == 949920'
handle installation I-2 1 .
handle move M-1 2 'del(.to, .authority) |
	.to = {"party": "consignee-cn", "country": "CN"}'
cases
json '[.cases[] | select(.code == "rf-17")] | length == 1 and
	.[0].tpp_x10 == 791600' # one fact, three statements
json '.cases[] | select(.code == "rf-13") | .tpp_x10 == 1266560' # of all
json '.cases[] | select(.code == "rf-30") | .id == "S-1" and
	.tpp_x10 == 316640 and .facility == "consignee-my/dc-1" and
	(.records | length) >= 2'
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --country CN
says "rf-30, acme/S-1: 31,664 TPP"

handle move M-2 3 '.to = {"facility": "dc-2"} | del(.authority)'
cases --facility consignee-my/dc-2
json '[.cases[] | select(.code == "rf-17")] | length == 1 and
	.[0].id == "dc-2" and .[0].tpp_x10 == 474960'
handle move M-3 3 '.from = "dc-2" | .to = {"facility": "dc-1"} |
	del(.authority)'

echo "--- what a sweep finds about a facility knows it"
echo $((300 * 86400)) >ahead
stop_ledger
start_ledger
for _ in $(seq 200); do
	cases --facility consignee-my/dc-1
	[ "$(jq '[.cases[] | select(.code == "rf-33")] | length' out)" = 0 ] ||
		break
done
json '.cases[] | select(.code == "rf-33") | .party == "consignee-my" and
	.id == "dc-1" and .countries == "SG" and .tpp_x10 == 791600 and
	(.records | length) >= 2'
cases --country SG
json '[.cases[].code] | index("rf-33") != null'
json '[.by_facility[].facility] | index("consignee-my/dc-1") != null'
# The statements that it rests on are those to name in what closes it.
"$W" new finding --party authority --id F-2 |
	jq '.about = {"party": "consignee-my", "id": "I-1"} | .code = "rf-33" |
		.outcome = "closed" | del(.assignee, .serials)' | record auth
cases
json '[.cases[] | select(.code == "rf-33")] == []'

echo "--- the list falls with what is at risk"
json '([.cases[].tpp_x10] | . == (sort | reverse))'
stop_ledger
expect 0 "$W" audit "$DATA"
