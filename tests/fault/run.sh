#!/bin/bash
# Everything of `make fault`, one line each; the last line is the count.
#
#   tests/fault/run.sh FOLDER [NAME]    FOLDER as build/release
#
# NAME picks the parts whose name contains it.  From the environment: CYCLES of
# kill -9, STATES of power cuts, SECONDS_EACH for what has no end, ROUNDS on a
# disk that fails, STRIDE from one allocation that fails to the next.  What a
# part prints goes to FOLDER/log/fault-NAME.
set -u
cd "$(dirname "$0")/../.." || exit 2
O=$1 only=${2-}
cycles=${CYCLES:-1000} states=${STATES:-10000} seconds=${SECONDS_EACH:-300}
rounds=${ROUNDS:-20} stride=${STRIDE:-2}
log=$O/log
passed=0 failed=0
mkdir -p "$log"

# part NAME COMMAND...: its last line tells what it did
part() {
	local name=$1 start=$SECONDS rc=0 said=$log/fault-$1
	shift
	[[ $name == *"$only"* ]] || return 0
	"$@" >"$said" 2>&1 </dev/null || rc=$?
	if [ $rc = 0 ]; then
		passed=$((passed + 1))
		printf 'ok    %-10s %5d s  %s\n' "$name" $((SECONDS - start)) \
			"$(grep -v '^\[' "$said" | tail -n 1)"
	else
		failed=$((failed + 1))
		printf 'FAIL  %-10s %5d s\n' "$name" $((SECONDS - start))
		tail -n 30 "$said" | sed 's/^/      | /'
	fi
}

# both COMMAND...: twice at once, as seed 1 and 2; what they share is halved.
both() {
	local rc=0 first
	SEED=1 "$@" &
	first=$!
	SEED=2 "$@" || rc=$?
	wait $first || rc=$?
	return $rc
}

py() {
	local script=$1
	shift
	/usr/bin/python3 -B "tests/fault/$script.py" "$O" "$@"
}
kills() { py kill $(((cycles + 1) / 2)) "$SEED"; }
changes() { py kill $((cycles / 20 + 50)) "$SEED" small; }
cuts() {
	WAYBILL_STATES=$(((states + 1) / 2)) WAYBILL_SEED=$SEED "$O/test_crash"
}
flips() {
	WAYBILL_FLIPS=all WAYBILL_SECONDS=$seconds WAYBILL_SEED=$SEED \
		WAYBILL_PARTS=2 "$O/test_flip"
}

allocs() { py calls alloc "$stride" "$SEED"; }

part kill both kills
part changes both changes
part cuts both cuts
part calls py calls all
part commands py commands
part alloc both allocs
part flips both flips
part copies py copies
part clock py clock
part scrub py scrub
part space py space
part disk py disk "$rounds"

echo "$passed passed, $failed failed, $SECONDS seconds; more in $log/fault-*"
[ $failed = 0 ] && [ $passed -gt 0 ]
