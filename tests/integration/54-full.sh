#!/bin/bash
# A full disk: statements get 503 and Retry-After, questions are answered, and
# it goes on by itself when there is room.
# shellcheck source=tests/integration/ops.sh
. tests/integration/ops.sh "$1"
found 120
mapfile -t notes < <(ls shipments/*.note)
send "${notes[@]:0:20}"
store=ledger/store/data.mdb

# post FILE: the HTTP status; headers and body are in the files head and body.
post() {
	curl -s -D head -o body -w '%{http_code}' --data-binary "@$1" \
		"$url/v1/statements"
}
limit() { # BYTES
	prlimit --pid "$daemon_pid" --fsize="$1:"
}
# fill N: send notes from N on until one is refused for want of space; sets N.
fill() {
	local code
	for ((n = $1; n < ${#notes[@]}; n++)); do
		code=$(post "${notes[n]}")
		[ "$code" != 503 ] || break
		[ "$code" = 201 ] || die "$code: $(cat body)"
	done
	[ "$n" -lt ${#notes[@]} ] || die "it was never full"
	grep -qi '^retry-after: ' head || die "no Retry-After: $(cat head)"
	grep -q WB-5002 body || die "not WB-5002: $(cat body)"
}
reads_go_on() {
	curl -sf "$url/checkpoint" >out
	curl -sf "$url/v1/records/0" >out
	answers "$1"
	ready_says "full: " || die "it does not say so"
	rc=0
	"$D" status --admin "${admin#http://}" >out 2>err || rc=$?
	[ $rc = 1 ] || die "status left with $rc"
	says "state full" "Make room"
	# A repeat needs no room.
	[ "$(post "${notes[0]}")" = 200 ] || die "a repeat: $(cat body)"
	ready_says "full: " || die "a repeat made room"
}

echo "--- the store cannot grow"
limit "$(stat -c %s $store)"
fill 20
echo "after $((n - 20)) more"
reads_go_on while
[ "$(post "${notes[n]}")" = 503 ] || die "it was taken"
limit unlimited
[ "$(post "${notes[n]}")" = 201 ] || die "it was not taken: $(cat body)"
ready_says "ok: " || die "it does not say so"

echo "--- nor the journal: not even within its file"
first=$((n + 1))
limit 65536
[ "$(post "${notes[first]}")" = 503 ] || die "it was taken"
grep -q WB-5002 body || die "not WB-5002: $(cat body)"
reads_go_on again
limit unlimited
send "${notes[@]}"
ready_says "ok: " || die "it does not say so"
grep -c "statements are not taken" ledger.log
grep -q "statements are taken again" ledger.log || die "$(cat ledger.log)"

echo "--- nothing was lost, nothing is there twice"
rc=0
stop_daemon || rc=$?
[ $rc = 0 ] || die "it left with $rc"
expect 0 "$D" verify --data ledger
start_daemon ledger
expect 0 "$W" audit "$url" --key keys/authority-bis.key
mkdir receipts && mv shipments/*.receipt receipts
send "${notes[@]}"
for f in receipts/*; do cmp "$f" "shipments/${f##*/}"; done
stop_daemon
