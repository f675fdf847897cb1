#!/bin/bash
# The states of a ledger by name, the full check in the background, and damage
# found while the daemon runs.
# shellcheck source=tests/integration/ops.sh
. tests/integration/ops.sh "$1"
found 30
send shipments/2025-04*
status() {
	"$D" status --admin "${admin#http://}" >out 2>err
}
state_is() { # NAME
	status || :
	[ "$(sed -n 's/^state //p' out)" = "$1" ]
}
line() { # NAME
	sed -n "s/^$1 //p" out
}

echo "--- a ledger that is well"
wait_until ready_says "ok: "
expect 0 "$D" status --admin "${admin#http://}"
says "state ok" "origin $origin" "journal_files 1" "last_check"
[ "$(line released)" = "$(curl -s "$url/checkpoint" | sed -n 2p)" ]
checked() {
	curl -s "$admin/metrics" | grep -q 'checks_total{result="holds"} 1$'
}
wait_until checked
status
says "last_check holds 20"
curl -s "$admin/metrics" >out
says 'waybill_state{state="ok"} 1' 'waybill_state{state="damaged"} 0' \
	'waybill_check_running 0'
expect 0 "$D" status --data ledger
says "released $(curl -s "$url/checkpoint" | sed -n 2p)"

echo "--- states at start"
expect 1 "$D" run --data ledger --listen 127.0.0.1:0 --admin none
says "busy: another process has the ledger"
stop_daemon
expect 1 "$D" status --admin "${admin#http://}"
says "no daemon answers"
# A daemon that begins where it must refuse is ended, not waited for.
run() { # CODE FOLDER
	expect "$1" timeout 30 "$D" run --data "$2" --listen 127.0.0.1:0 \
		--admin none
}
run 2 nowhere
mkdir absent && cp -r ledger/keys absent
run 2 absent
says "absent: no ledger is there"
expect 2 "$D" status --data absent
"$D" init --origin $origin --data other >/dev/null
cp -r ledger keyless && rm -r keyless/keys && cp -r other/keys keyless
run 2 keyless
says "keys: the keys are not those of this ledger"
cp -r ledger older
start_daemon ledger
send shipments
stop_daemon
cp ledger/store/head older/store/head
run 3 older
says "rollback: the store is behind what was released" "--continues"
cp other/store/head older/store/head
run 3 older
says "fork: what is stored is not what was released"
cp -r ledger headless
flip headless/store/head 100
flip headless/store/head 4196
run 3 headless
says "damaged: what is stored is not what was written" rebuild

echo "--- damage is found by the full check: no more statements, not ready"
# An old record: the check at open looks at the last ones. Pages that are free
# may hold it too, so all copies are changed.
cp -r ledger damaged
change_old() {
	local at f=damaged/store/data.mdb
	grep -obUaF 'Lyon Calcul SA' $f | cut -d: -f1 | while read -r at; do
		flip $f $((at + 3))
	done
}
change_old
start_daemon damaged
wait_until ready_says "damaged: "
expect 3 "$D" status --admin "${admin#http://}"
says "state damaged" "waybilld rebuild" "last_check damaged"
curl -s "$admin/metrics" >out
says 'waybill_state{state="damaged"} 1' 'checks_total{result="damaged"} 1'
"$W" submit shipments >out 2>err && die "a statement was taken"

echo "--- what is damaged is not shown, the rest is"
seq=$(sed -n 's/.*record \([0-9]*\):.*/\1/p' damaged.log | head -1)
[ -n "$seq" ] || die "the log does not say which record: $(cat damaged.log)"
[ "$(curl -s -o out -w '%{http_code}' "$url/v1/records/$seq")" = 500 ] ||
	die "it was shown"
curl -sf "$url/v1/records/0" >out
curl -sf "$url/checkpoint" >out
rc=0
stop_daemon || rc=$?
[ $rc = 3 ] || die "it left with $rc"
expect 0 "$D" rebuild --data damaged
start_daemon damaged
wait_until ready_says "ok: "
curl -sf "$url/v1/records/$seq" >out
stop_daemon

echo "--- nothing is decided, listed or said from what was not yet read through"
# No signature covers the registry as the state has it, behind the number of
# the record that wrote it: each party there is "qrivate".
cp ledger/store/data.mdb damaged/store/data.mdb
LC_ALL=C grep -obUaP '\x00.[0-9-]{10} [A-Z]{2} [A-Z]{2} private' \
	damaged/store/data.mdb | cut -d: -f1 >places
while read -r at; do
	flip damaged/store/data.mdb $((at + 19))
done <places
[ -s places ] || die "nothing was changed"
start_daemon damaged
before=$(curl -sf "$url/checkpoint" | sed -n 2p)
"$W" submit shipments >out 2>err && die "a statement was taken"
[ "$(curl -s -o out -w '%{http_code}' "$url/v1/parties")" = 503 ] ||
	die "the registry was listed"
wait_until ready_says "damaged: "
[ "$(curl -sf "$url/checkpoint" | sed -n 2p)" = "$before" ] ||
	die "something was signed"
stop_daemon || :

echo "--- damage met by a reader latches at once"
cp ledger/store/data.mdb damaged/store/data.mdb
change_old
start_daemon damaged
code=$(curl -s -o out -w '%{http_code}' "$url/v1/records/$seq")
[ "$code" = 500 ] || die "$code: $(cat out)"
ready_says "damaged: " || die "it does not say so"
stop_daemon || :

echo "--- a file that kills its reader: the child dies, the daemon goes on"
cp ledger/store/data.mdb damaged/store/data.mdb
start_daemon damaged
children=/proc/$daemon_pid/task/$daemon_pid/children
child=
until [ -n "$child" ]; do read -r child <"$children" || :; done
# As LMDB does where it meets nonsense.
kill -ABRT "$child"
wait_until ready_says "damaged: "
status || :
says "last_check damaged" "ended by signal 6"
curl -sf "$url/checkpoint" >out
stop_daemon || :

echo "--- a check that somebody ends says nothing about the ledger"
start_daemon damaged
children=/proc/$daemon_pid/task/$daemon_pid/children
child=
until [ -n "$child" ]; do read -r child <"$children" || :; done
kill -KILL "$child"
unfinished() {
	curl -s "$admin/metrics" | grep -q 'checks_total{result="unfinished"} 1$'
}
wait_until unfinished
wait_until ready_says "ok: " # it is made again
send shipments
stop_daemon
