#!/bin/bash
# Unix sockets, sockets that are passed, notifications, and the units.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world

echo "--- a Unix socket, also over one that a crash left behind"
sock=$T/s
for way in term kill; do
	mkfifo -m 600 listening
	"$D" run --data "$DATA" --listen "unix:$sock" --admin none \
		>listening 2>>daemon.log &
	daemon=$!
	started+=("$daemon")
	read -r what where <listening
	rm listening
	[ "$what $where" = "api unix:$sock" ] || die "it says: $what $where"
	expect 0 curl -sf --unix-socket "$sock" http://x/checkpoint
	says "$ORIGIN"
	[ "$(stat -c %a "$sock")" = 777 ] || die "mode $(stat -c %a "$sock")"
	if [ $way = term ]; then
		stop_ledger
		[ ! -e "$sock" ] || die "the socket is still there"
	else
		kill -9 "$daemon"
		wait "$daemon" || :
		[ -S "$sock" ] || die "nothing was left behind"
	fi
done
mkfifo -m 600 listening
"$D" run --data "$DATA" --listen "unix:$sock" --admin none >listening \
	2>>daemon.log &
daemon=$!
started+=("$daemon")
read -r _ <listening
expect 0 curl -sf --unix-socket "$sock" http://x/checkpoint
echo "--- but not over one that is in use, nor over a file"
expect 0 "$D" init --origin "$ORIGIN" --data "$T/second"
expect 1 "$D" run --data "$T/second" --listen "unix:$sock" --admin none
says "cannot listen" "address already in use"
expect 0 curl -sf --unix-socket "$sock" http://x/checkpoint
stop_ledger
echo kept >file
expect 1 "$D" run --data "$T/second" --listen "unix:$T/file" --admin none
[ "$(cat file)" = kept ] || die "it removed a file"

echo "--- sockets that are passed, READY, STATUS, WATCHDOG and STOPPING"
PYTHONPATH=$root/tests/integration /usr/bin/python3 -B \
	"$root/tests/integration/check_systemd.py"

echo "--- the units"
command -v systemd-analyze >/dev/null || exit 0
mkdir units
for unit in "$root"/systemd/*; do
	sed "s,/usr/bin/waybilld,$D," "$unit" >"units/${unit##*/}"
done
expect 0 systemd-analyze verify --man=no units/*
[ ! -s err ] || die "systemd-analyze verify: $(cat err)"
expect 0 systemd-analyze security --offline=true --threshold=5 \
	units/waybilld.service
says "exposure level"
