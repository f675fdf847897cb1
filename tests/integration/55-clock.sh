#!/bin/bash
# A clock that is too far ahead of the last record: statements are refused until
# it is right, or somebody says that the pause was one.
# shellcheck source=tests/integration/ops.sh
. tests/integration/ops.sh "$1"
failing=$root/$1/failing.so
found 8
mapfile -t notes < <(ls shipments/*.note)
send "${notes[0]}"
stop_daemon

# serve DAYS CONFIG: a daemon whose clock is so many days ahead.
serve() {
	ahead=$(($1 * 86400)) conf=$2
	start_daemon ledger
}
waybilld() {
	exec env LD_PRELOAD="$failing" WAYBILL_AHEAD="$ahead" \
		"$D" "$@" --config "$conf"
}
post() { # FILE: the HTTP status; headers and body in head and body
	curl -s -D head -o body -w '%{http_code}' --data-binary "@$1" \
		"$url/v1/statements"
}
state_is() { # NAME CODE
	expect "$2" "$D" status --admin "${admin#http://}"
	says "state $1"
}
touch default.conf
echo 'clock_jump_max_s = 4000000' >more.conf

echo "--- 30 days are a pause"
serve 30 default.conf
[ "$(post "${notes[1]}")" = 201 ] || die "it was not taken: $(cat body)"
state_is ok 0
stop_daemon

echo "--- 32 days more are not: refused, and questions are answered"
serve 62 default.conf
wait_until ready_says "ok: "
state_is ok 0
for i in 2 3; do
	[ "$(post "${notes[i]}")" = 503 ] || die "it was taken"
	grep -q '"WB-5' body || die "no code: $(cat body)"
	grep -qi '^retry-after: ' head || die "no Retry-After: $(cat head)"
done
ready_says "clock: " || die "it does not say so"
state_is clock 1
says "clock_jump_max_s"
curl -s "$admin/metrics" >out
says 'waybill_state{state="clock"} 1'
curl -sf "$url/v1/records/0" >out
[ "$(post "${notes[0]}")" = 503 ] || die "a repeat is answered"
stop_daemon

echo "--- the clock set right: it goes on"
serve 31 default.conf
[ "$(post "${notes[2]}")" = 201 ] || die "it was not taken: $(cat body)"
state_is ok 0
stop_daemon

echo "--- or somebody confirms the pause"
serve 70 more.conf
[ "$(post "${notes[3]}")" = 201 ] || die "it was not taken: $(cat body)"
state_is ok 0
stop_daemon

echo "--- a clock that goes back: the record's time does not"
serve 0 default.conf
[ "$(post "${notes[4]}")" = 201 ] || die "it was not taken: $(cat body)"
size=$(curl -s "$url/checkpoint" | sed -n 2p)
time_of() { # RECORD
	curl -sf "$url/v1/records/$1" | sed -n 's/^time //p'
}
[ "$(time_of $((size - 1)))" = "$(time_of $((size - 2)))" ] ||
	die "$(time_of $((size - 2))), then $(time_of $((size - 1)))"
stop_daemon
expect 0 "$D" verify --data ledger
