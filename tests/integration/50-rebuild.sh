#!/bin/bash
# A damaged store is made anew from the journal; every answer stays the same,
# to the byte.
# shellcheck source=tests/integration/ops.sh
. tests/integration/ops.sh "$1"
found 40
send shipments/2025-04*.note
# One at a time and many at once: batches of all sizes.
send --connections 1 shipments
mkdir receipts
cp shipments/*.receipt receipts
answers before

echo "--- a daemon that runs keeps its store"
expect 1 "$D" rebuild --data ledger
says busy "another process has the ledger"
stop_daemon
expect 0 "$D" verify --data ledger

echo "--- nothing wrong: the same again"
expect 0 "$D" rebuild --data ledger
says "was made anew from the journal" "decisions made again"
start_daemon ledger
answers again
cmp before again
cmp before.open again.open
stop_daemon

echo "--- a store with a changed record, one that is cut off, none"
damage() { # HOW
	case $1 in
	changed)
		at=$(grep -obUaF '"verdict":"clear"' ledger/store/data.mdb |
			tail -1 | cut -d: -f1)
		flip ledger/store/data.mdb $((at + 12))
		;;
	cut) truncate -s 20000 ledger/store/data.mdb ;;
	zeroed) dd if=/dev/zero of=ledger/store/data.mdb bs=4096 count=2 \
		conv=notrunc status=none ;;
	none) rm ledger/store/data.mdb ;;
	esac
}
for how in changed cut zeroed none; do
	echo "$how"
	rm -f ledger/store/*.aside-*
	damage $how
	! "$D" verify --data ledger >out 2>&1 || die "it still holds"
	[ $how = none ] || cp ledger/store/data.mdb damaged
	expect 0 "$D" rebuild --data ledger
	[ $how = none ] || cmp damaged ledger/store/data.mdb.aside-*
	start_daemon ledger
	rm -rf again* && answers again
	cmp before again
	cmp before.open again.open
	rm shipments/*.receipt
	send shipments
	for f in receipts/*; do cmp "$f" "shipments/${f##*/}"; done
	stop_daemon
done

echo "--- a journal that is damaged too changes nothing"
cp -a ledger copy
flip ledger/store/journal/00000000000000000000.journal 5000
cp ledger/store/data.mdb damaged
expect 3 "$D" rebuild --data ledger
says "as it was"
cmp damaged ledger/store/data.mdb
diff <(ls copy/store) <(ls ledger/store)

echo "--- nor does a journal that is behind what was released"
rm -rf ledger && mv copy ledger
f=ledger/store/journal/00000000000000000000.journal
at=$(grep -obUaF WBJ1 $f | tail -1 | cut -d: -f1)
flip $f "$at"
expect 3 "$D" rebuild --data ledger
says rollback "behind what was released"

echo "--- without its head file it cannot know, and refuses"
flip $f "$at"
mv ledger/store/head head
expect 2 "$D" rebuild --data ledger
mv head ledger/store/head
expect 0 "$D" rebuild --data ledger
