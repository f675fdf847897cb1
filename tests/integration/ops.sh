# shellcheck shell=bash
# ops.sh: what the tests of operating a ledger share.
#
#   . tests/integration/ops.sh FOLDER    FOLDER as build/release
#
# The checks of client.sh, and a ledger as the demo has it: its folder is
# ledger/, its daemon is started and stopped by start_daemon and stop_daemon.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
PATH=$root/$1:$PATH
# shellcheck source=tests/demo/ledger.sh
. "$root/tests/demo/ledger.sh"
export WAYBILL_TRUST=$T/trust WAYBILL_LEDGER=$origin WAYBILL_RETRIES=0
leave() {
	[ -z "$daemon_pid" ] || kill -9 "$daemon_pid" 2>/dev/null || :
	at_end
}
trap leave EXIT

# found N: a ledger with N shipments made, none of them sent; the daemon runs.
found() {
	make_ledger
	cp ledger/trust trust
	start_daemon ledger
	found_ledger "$root" >founding.log
	mkdir shipments
	tool_demo shipments "$origin" "$root/tests/demo/parties" \
		"$root/tests/demo/goods" shipments "$1" \
		keys/meridian-dock.key keys/straits-dock.key
}

# send FILE...: each gets a proved receipt.
send() {
	local rc=0
	"$W" submit --quiet "$@" >out 2>err || rc=$?
	[ $rc = 0 ] || [ $rc = 5 ] || { # denied is recorded too
		shown
		die "submit left with $rc"
	}
}

# answers FILE: every record with its contents, as the authority gets them from
# the daemon, in FILE, and what is open to all in FILE.open.
answers() {
	local n
	n=$(curl -sf "$url/checkpoint" | sed -n 2p)
	"$W" audit "$url" --key keys/authority-bis.key --save "$1" >out 2>err ||
		die "audit: $(cat out err)"
	curl -sf "$url/checkpoint" "$url/tile/0/000.p/$((n < 256 ? n : 255))" \
		"$url/v1/parties" "$url/v1/policies" >"$1.open"
}

# wait_until COMMAND...: until it is true; the test runner has the deadline.
wait_until() {
	until "$@"; do read -rt 0.05 <> <(:) || :; done
}

# condition TEXT: what the daemon says it is in.
ready_says() {
	curl -s "$admin/readyz" | grep -q "^$1"
}
