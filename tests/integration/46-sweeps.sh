#!/bin/bash
# A day begins while the daemon runs: it sweeps.  A shipment judged before its
# date of export is judged again by the law of that day; auditors, a rebuilt
# store and a replay find the same.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
failing=$root/$1/failing.so

# A ledger of today, whose clock is as many seconds ahead as the file says.
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
day() { # DAYS: that day from now
	date -u -d "+$1 days" +%F
}
# law FILE ID FROM SED: an edition for it.
law() {
	sed -e "s/^id .*/id $2/" -e "s/^effective [0-9-]*/effective $3/" -e /^savings/d \
		-e "$4" "$root/policy/diffusion.policy" >"$1"
}
law first.policy first "$(day 0)" ''
law second.policy second "$(day 5)" 's/^  limit lpp 26900000/  limit lpp 100000/'
world_options=()
world_law=("$T/first.policy")
world
start_ledger
settle_world

echo "--- judged before the date of export, and marked"
for id in S-1 S-2; do
	"$W" new shipment --ledger "$ORIGIN" --party acme --id $id |
		jq --arg out "$(day 10)" --arg paper "$(day 0)" '
			.export_date = $out | .consignee = "consignee-my" |
			.papers[0].date = $paper | del(.itn)' >$id.json
done
jq '.items[0].quantity = 2' S-2.json >s && mv s S-2.json
"$W" sign -q S-1.json S-2.json --key acme.key
expect 0 "$W" submit S-1.note
expect 0 "$W" trace acme/S-1 --key acme.key --json
json '.verdict == "clear"'
expect 0 "$W" show S-1.note.receipt
says provisional
expect 0 "$W" new policy --ledger "$ORIGIN" --edition second.policy \
	--out second.json
expect 0 "$W" sign second.json --key com.key
expect 0 "$W" submit second.note

# swept N: as many sweeps are recorded.
swept() {
	"$W" list --type sweep --key auditor.key --json >sweeps 2>&1 &&
		[ "$(jq '.records | length' sweeps)" = "$1" ]
}
wait_until() {
	until "$@"; do read -rt 0.05 <> <(:) || :; done
}

echo "--- nothing is due before that day"
echo $((9 * 86400)) >ahead
expect 0 "$W" submit S-2.note # before it is taken, what is due is asked
swept 0 || die "it sweeps too early"

echo "--- the day of export begins while the daemon runs"
echo $((10 * 86400)) >ahead
wait_until swept 2
expect 0 "$W" trace acme/S-1 --key acme.key --json
json '.verdict == "review"'
json '[.events[] | select(.type == "sweep" and .verdict == "review" and
	(.findings | index("redecided-stricter")))] | length == 1'
# What S-1 has given back, S-2 would fit in.
expect 0 "$W" list --party acme --type sweep --key acme.key --json
json '.records | length == 1'
expect 0 "$W" list --finding would-now-fit --key auditor.key --json
json '.records | length == 1'
expect 0 "$W" cases "$WAYBILL_URL" --key auditor.key --json
json '.cases[] | select(.id == "S-1" and .code == "redecided-stricter") |
	.state == "open" and .consignee == "consignee-my" and .tpp_x10 > 0'
json '[.cases[] | select(.party == "ledger")] == []'

echo "--- once more the day after, and never again"
echo $((11 * 86400)) >ahead
wait_until swept 3
stop_ledger
start_ledger

echo "--- an auditor finds the same, of the ledger and of its store"
expect 0 "$W" audit --key auth.key --json
json '.proved and .hidden == 0 and .records == .reexecuted'
expect 0 "$W" audit --key auth.key --save before
swept 3 || die "it swept again"
stop_ledger
expect 0 "$W" audit "$DATA"
expect 0 "$W" replay "$DATA" --json
json '.changed == 0'
expect 0 "$D" rebuild --data "$DATA"
says "decisions made again"
start_ledger
expect 0 "$W" audit --key auth.key --save after
cmp before after
