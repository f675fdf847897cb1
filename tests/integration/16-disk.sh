#!/bin/bash
# A full disk, and one that fails: nothing is acknowledged that is not kept.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
start_ledger
settle_world
admin=$(sed -n 's/^admin //p' ready)
for i in $(seq 400); do
	shipment "s$i.json" "S-$i"
done
"$W" sign -q s*.json --key acme.key

# post FILE: the answer is in out, its status in status.
post() {
	status=$(curl -s -o "$T/out" -w '%{http_code}' --data-binary "@$1" \
		"$WAYBILL_URL/v1/statements")
}

echo "--- no space: 503, reads go on, and writes too once there is some"
prlimit --pid "$daemon" \
	--fsize=$(($(stat -c %s "$DATA/store/data.mdb") + 8192)):
n=0
status=201
while [ "$status" = 201 ]; do
	n=$((n + 1))
	[ $n -le 400 ] || die "never full"
	post "s$n.note"
done
[ "$status" = 503 ] || die "status $status: $(cat out)"
json '.code == "WB-5002"'
full=$n
expect 0 curl -sf "$WAYBILL_URL/checkpoint"
cp out before
expect 22 curl -sf "$admin/readyz"
expect 0 curl -sf "$admin/healthz"
post s1.note # what is there already is still answered
[ "$status" = 200 ] || die "a repeat: $status"
expect 0 curl -sf "$WAYBILL_URL/checkpoint"
cmp out before || die "the head moved"
prlimit --pid "$daemon" --fsize=unlimited:
post "s$full.note"
[ "$status" = 201 ] || die "after space came back: $status $(cat out)"
grep -q "statements are not taken: no space left" daemon.log
grep -q "statements are taken again" daemon.log
stop_ledger
expect 0 "$D" verify --data "$DATA"

echo "--- a write that fails: no more statements, reads go on, exit code 4"
cat >fail.c <<'END'
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int fdatasync(int fd)
{
	if (access(getenv("FAIL_FILE"), F_OK) == 0) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}
END
cc -shared -fPIC -o fail.so fail.c
export FAIL_FILE=$T/fail
LD_PRELOAD=$T/fail.so start_ledger
admin=$(sed -n 's/^admin //p' ready)
post s390.note
[ "$status" = 201 ] || die "before: $status"
expect 0 curl -sf "$WAYBILL_URL/checkpoint"
cp out before
touch fail
post s391.note
[ "$status" = 503 ] || die "status $status: $(cat out)"
json '.code == "WB-5005"'
rm fail
post s392.note
[ "$status" = 503 ] || die "writes again by itself: $status"
expect 0 curl -sf "$WAYBILL_URL/checkpoint"
cmp out before || die "the head moved"
expect 0 curl -sf "$WAYBILL_URL/v1/records/3"
expect 22 curl -sf "$admin/readyz"
expect 0 curl -sf "$admin/metrics"
says "waybill_writable 0"
kill "$daemon"
code=0
wait "$daemon" || code=$?
[ $code = 4 ] || die "it left with $code"
grep -q "no more statements are taken" daemon.log
start_ledger
for i in 390 391 392; do
	expect 0 "$W" submit "s$i.note"
	expect 0 "$W" verify "s$i.note"
done
stop_ledger
expect 0 "$D" verify --data "$DATA"
