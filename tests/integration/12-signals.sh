#!/bin/bash
# SIGTERM and SIGINT: what is in flight is finished, and then it leaves.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
start_ledger
settle_world
stop_ledger

echo "--- SIGINT and SIGTERM, with clients that idle, stop half-way, and wait"
for sig in INT TERM; do
	start_ledger
	PYTHONPATH=$root/tests/integration DAEMON=$daemon SIG=$sig \
		/usr/bin/python3 -B "$root/tests/integration/check_signals.py"
	wait "$daemon" || die "SIG$sig: left with $?"
done
grep -q 'SIGINT: finishing' daemon.log || die "no word about SIGINT"
[ "$(grep -c 'waybilld: stopped$' daemon.log)" = 3 ] || die "no word at the end"

echo "--- a storm of signals under load loses no receipt"
start_ledger
for i in $(seq 200); do
	shipment "s$i.json" "S-$i"
done
"$W" sign -q s*.json --key acme.key
mkdir box
mv s*.note box
"$W" submit box --retries 0 >submit.log 2>&1 &
submit=$!
until [ -n "$(find box -name '*.receipt' -print -quit)" ]; do
	kill -0 $submit
	kill -HUP "$daemon"
done
for _ in $(seq 100); do
	kill -HUP "$daemon"
	kill -TERM "$daemon"
	kill -INT "$daemon"
done 2>kill.log || :
wait "$daemon" || die "left with $? in the storm"
wait $submit || : # the ledger went away: that is not the question
start_ledger
for receipt in box/*.receipt; do
	note=${receipt%.receipt}
	mv "$receipt" first
	expect 0 "$W" submit "$note"
	cmp first "$receipt" || die "another receipt for $note"
	expect 0 "$W" verify "$note"
done
expect 0 "$W" submit box
says "200 of 200"
stop_ledger
expect 0 "$D" verify --data "$DATA"

echo "--- a second daemon on the same ledger is refused"
start_ledger
expect 1 "$D" run --data "$DATA" --listen 127.0.0.1:0 --admin none
says "another process"
echo "--- an address in use is told, and the exit code lets systemd try again"
expect 0 "$D" init --origin "$ORIGIN" --data "$T/second"
expect 1 "$D" run --data "$T/second" --admin none \
	--listen "${WAYBILL_URL#http://}"
says "cannot listen" "address already in use"
stop_ledger
