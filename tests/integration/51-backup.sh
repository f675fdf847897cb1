#!/bin/bash
# A backup is made while the daemon writes, and verified; what is restored from
# it can be read and audited, and signs nothing.
# shellcheck source=tests/integration/ops.sh
. tests/integration/ops.sh "$1"
found 20
send shipments
tool_demo shipments "$origin" "$root/tests/demo/parties" \
	"$root/tests/demo/goods" - 20000 \
	keys/meridian-dock.key keys/straits-dock.key >notes

echo "--- three backups under load"
bench_load post "${url##*:}" 8 4 notes 20 >load &
load=$!
for i in 1 2 3; do
	expect 0 "$D" backup --data ledger --to "copy$i"
	says "is a verified copy of $origin"
	sed -n 's/^size //p' "copy$i/backup"
done
wait $load
echo "load: $(cat load) (answered, seconds, p50 ms, p99 ms, refused)"
sizes=$(sed -n 's/^size //p' copy[123]/backup | sort -nu | wc -l)
[ "$sizes" = 3 ] || die "nothing was written between the backups"

echo "--- no keys, no head, no leftovers"
[ "$(cd copy1 && echo * store/*)" = \
	"backup checkpoint store trust store/data.mdb store/journal" ] ||
	die "in the copy: $(find copy1)"
ls -d copy?.draft* 2>/dev/null && die "a draft"
[ "$(sed -n 2p copy1/checkpoint)" = "$(sed -n 's/^size //p' copy1/backup)" ] ||
	die "the checkpoint is of another size"
cp -r copy1 kept
expect 0 "$W" audit copy1/store --trust trust
expect 0 "$D" verify --data copy1 --trust trust
expect 2 "$D" backup --data ledger --to copy1
says "something is there already"

echo "--- what the copy holds is what the ledger holds"
expect 0 "$D" verify --data ledger
n=$(sed -n 2p copy1/checkpoint)
curl -sf "$url/v1/consistency?from=$n&to=$(curl -s "$url/checkpoint" |
	sed -n 2p)" >/dev/null

echo "--- a ledger that is damaged has no backup"
stop_daemon
cp -a ledger damaged
spoil damaged/store/data.mdb '"verdict":"clear"' 12
expect 3 "$D" backup --data damaged --to none
[ ! -e none ] || die "there is one"
ls -d none* 2>/dev/null && die "a draft"

echo "--- restored: read, audited, not served"
expect 0 "$D" restore --from kept --data again
says "signs nothing" "--continues"
expect 0 "$D" verify --data again
expect 0 "$W" audit again/store --trust trust
expect 3 "$D" run --data again --listen 127.0.0.1:0 --admin 127.0.0.1:0
says restored "may be behind what was released"
cp -r ledger/keys again
expect 3 "$D" run --data again --listen 127.0.0.1:0 --admin 127.0.0.1:0
says restored
expect 3 "$D" rebuild --data again
says restored
# Whoever takes the label away has no head, and one from elsewhere is ahead.
rm again/backup
expect 2 "$D" run --data again --listen 127.0.0.1:0 --admin 127.0.0.1:0
expect 2 "$D" rebuild --data again
cp ledger/store/head again/store/head
expect 3 "$D" run --data again --listen 127.0.0.1:0 --admin 127.0.0.1:0
says rollback "behind what was released"
expect 3 "$D" rebuild --data again
says rollback
expect 2 "$D" restore --from ledger --data more
says "not what waybilld backup made"
expect 2 "$D" restore --from kept --data ledger

echo "--- a backup with a changed byte is not restored"
for f in store/data.mdb store/journal/00000000000000000000.journal; do
	rm -rf spoilt
	cp -a kept spoilt
	spoil spoilt/$f '"verdict":"clear"' 12
	expect 3 "$D" restore --from spoilt --data more
done
[ ! -e more ] || die "it is there"
