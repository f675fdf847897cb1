#!/bin/bash
# Run every test, one line each; the last line is the count.
#
#   tests/run.sh FOLDER [NAME]    FOLDER as build/release
#
# NAME picks the tests whose name contains it.  What a test prints is kept in
# FOLDER/log/, and shown when it fails.
set -u
cd "$(dirname "$0")/.." || exit 2
shopt -s nullglob
O=$1 only=${2-}
log=$O/log
passed=0 failed=0
mkdir -p "$log"

# Under a sanitizer everything takes five to ten times as long; the full number
# of power cuts and flips is for the release build.
if [[ $O == *[at]san* ]]; then
	export WAYBILL_STATES=50 WAYBILL_FLIPS=few WAYBILL_HISTORIES=1000
fi

# run NAME SECONDS COMMAND...
run() {
	local name=$1 limit=$2 start=$EPOCHREALTIME rc=0 cases took said
	shift 2
	[[ $name == *"$only"* ]] || return 0
	said=$log/${name//\//-}
	timeout -k 5 "$limit" "$@" >"$said" 2>&1 </dev/null || rc=$?
	took=$(((${EPOCHREALTIME/./} - ${start/./}) / 100000))
	took=$((took / 10)).$((took % 10))
	cases=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) \(.*\)(s).*/\1 \2s/p' \
		"$said" | tail -n 1)
	if [ $rc = 0 ]; then
		passed=$((passed + 1))
		printf 'ok    %-34s %14s %6s s\n' "$name" "$cases" "$took"
	else
		failed=$((failed + 1))
		[ $rc != 124 ] || cases='timed out'
		printf 'FAIL  %-34s %14s %6s s\n' "$name" "$cases" "$took"
		sed 's/^/      | /' "$said" | tail -n 60
	fi
}

[[ $O == build/release ]] && run tidy 60 tests/tidy.sh
for t in "$O"/test_*; do
	[[ $t == *.* ]] || run "unit/${t##*/test_}" 120 "$t"
done
for t in "$O"/fuzz_*; do
	corpus=tests/fuzz/corpus/${t##*/fuzz_}
	[[ $t == *.* ]] || run "corpus/${t##*/fuzz_}" 120 "$t" "$corpus"/*
done
for t in tests/integration/[0-9]*.sh; do
	t=${t##*/}
	run "integration/${t%.sh}" 300 "tests/integration/$t" "$O"
done
if [[ $O == build/release ]]; then
	for t in tests/interop/*.sh; do
		t=${t##*/}
		run "interop/${t%.sh}" 180 "tests/interop/$t" "$O"
	done
	run determinism 300 tests/determinism.sh "$O"
	run reproducible 300 tests/reproducible.sh "$O"
	run install 60 tests/install.sh "$O"
	run demo 120 tests/demo.sh "$O"
fi

if [ $((passed + failed)) = 0 ]; then
	echo "no test is called so: $only"
	exit 2
fi
[ $failed = 0 ] || echo "what they printed is in $log/"
echo "$SECONDS seconds"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
