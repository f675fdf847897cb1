#!/bin/bash
# Take out each safeguard of durability, one at a time, and see which check
# notices.  One that nobody notices fails the script.
#
#   tests/fault/mutants.sh [NAME]    those whose name contains NAME
#
# Works on a copy of the tree, which is built once; FAULTS.md 5.4 has the list
# that this one grew from.
# shellcheck disable=SC2016 # perl expands what is between quotes
set -u
only=${1-}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/waybill-mutants-XXXXXX")
trap 'rm -rf "$work"' EXIT
killed=0 survived=0
cd "$root" && git ls-files -z | xargs -0 cp --parents -pt "$work" || exit 2
cd "$work" || exit 2
O=build/release

build() { # TARGET...
	# A safeguard taken out may leave a variable unused.
	make CFLAGS="-O2 -w" "$@" >build.log 2>&1 && return
	tail -n 20 build.log >&2
	return 1
}
# Each check by a name; 1 when it sees the mutant, 2 if it cannot be run.
check() {
	case $1 in
	unit-*)
		build "$O/test_${1#unit-}" || return 2
		timeout 180 "$O/test_${1#unit-}" || return 1
		;;
	cuts) # 2,500 power cuts
		build $O/test_crash || return 2
		WAYBILL_STATES=2500 $O/test_crash || return 1
		;;
	*)
		build all $O/tool_demo $O/failing.so || return 2
		case $1 in
		calls) python calls quick ;;
		kill) python kill 40 ;;
		copies) python copies ;;
		esac || return 1
		;;
	esac >check.log 2>&1
}
python() {
	local script=$1
	shift
	timeout 300 /usr/bin/python3 -B "tests/fault/$script.py" $O "$@"
}

# mutant NAME FILE PERL CHECK...: PERL changes FILE; the checks come in the
# order of what they cost.
mutant() {
	local name=$1 file=$2 change=$3 start c rc
	shift 3
	[[ $name == *"$only"* ]] || return 0
	cp -p "$file" original || exit 2
	rm -f check.log
	perl -0pi -e "$change" "$file"
	if cmp -s original "$file"; then
		echo "FAIL      $name: the change does not fit $file any more"
		survived=$((survived + 1))
		return 0
	fi
	touch "$file"
	start=$SECONDS
	for c; do
		rc=0
		check "$c" || rc=$?
		[ $rc = 0 ] || break
	done
	[ -d "$work/core" ] || { echo "FAIL      $work is gone"; exit 2; }
	case $rc in
	0)
		survived=$((survived + 1))
		printf 'SURVIVED  %-30s %4d s of: %s\n' "$name" \
			$((SECONDS - start)) "$*"
		;;
	1)
		killed=$((killed + 1))
		printf 'killed    %-30s by %-13s %4d s  %s\n' "$name" "$c" \
			$((SECONDS - start)) "$(why)"
		;;
	*)
		survived=$((survived + 1))
		echo "FAIL      $name: it does not build"
		tail -n 5 build.log
		;;
	esac
	cp original "$file"
	touch "$file"
}
# In a few words, what the check said.
why() {
	grep -aE 'FAILED: |^cut|: error: |\[  FAILED  \] test|[A-Z][a-z]+ .*line' \
		check.log | head -n 1 | cut -c 1-60
}

echo "the tree as it is:"
for c in unit-recovery unit-latch unit-orphan unit-journal unit-segments unit-headfile \
	unit-ledger unit-batch; do
	check $c || { echo "FAIL      $c"; tail -n 20 check.log; exit 1; }
done
echo "passes"

# --- syncs
mutant no-sync core/store.c 's/MDB_NOTLS \|/MDB_NOSYNC | MDB_NOTLS |/' cuts
mutant no-meta-sync core/store.c 's/MDB_NOTLS \|/MDB_NOMETASYNC | MDB_NOTLS |/' \
	cuts
mutant no-journal-sync core/journal.c \
	's/(len\);\n\tif \(rc == 0\)\n\t\trc = )wb_io_sync\(j->fd\)/${1}0/' cuts
mutant no-head-sync core/headfile.c 's/rc = wb_io_sync\(h->fd\)/rc = 0/' cuts
mutant no-sync-of-the-journal-folder core/journal.c \
	's/rc = wb_io_sync_dir\(j->dir\)/rc = 0/' cuts
mutant no-sync-of-the-folder core/journal.c \
	's/rc = wb_io_sync_dir\(dir\)/rc = 0/' cuts
mutant sync-again-after-EIO core/io.c \
	's/while \(rc != 0 && errno == EINTR\)/while (rc != 0)/' calls

# --- the order of release
mutant answer-without-commit core/ledger.c \
	's/(wb_ledger_latch\(l, rc\);\n\t\t)return none_in\(l, rc\);\n\t\}\n\t\/\* 7/${1}return 0;\n\t}\n\t\/* 7/' \
	unit-latch unit-recovery calls
mutant release-before-commit core/ledger.c \
	's/\t\/\* 1\. Texts/\tif (wb_ledger_make_head(l, &l->next.tip, &l->next.tree, &head) == 0)\n\t\twb_ledger_advance(l, &head);\n\t\/* 1. Texts/' \
	unit-recovery
mutant journal-behind-the-store core/ledger.c \
	's/rc = wb_journal_append\(l->journal, l->entry, l->n_pending,\s+l->next.tip.hash\);/rc = 0;/; s/(\t\/\* 4\. Read back)/\tif (rc == 0)\n\t\trc = wb_journal_append(l->journal, l->entry, l->n_pending, l->next.tip.hash);\n$1/' \
	cuts
mutant no-read-back core/ledger.c 's/rc = read_back\(l\);/(void)read_back;/' \
	unit-latch unit-ledger unit-batch
mutant record-not-verified-before-journal core/ledger.c \
	's/if \(!p->sound\)/if (0)/' unit-latch
mutant names-not-read-back core/ledger.c \
	's/rc = read_back_names\(l, v\)/(void)read_back_names/' unit-latch
mutant own-record-not-verified core/ledger.c \
	's/rc = wb_entry_check\(&e, &l->services.record.vkey, NULL\);/(void)&wb_entry_check;/' \
	unit-latch unit-ledger unit-batch
mutant own-checkpoint-not-verified core/ledger_read.c \
	's/return wb_checkpoint_open\(note, &signer->vkey, &again\);/(void)again;\n\treturn 0;/' \
	unit-latch unit-ledger unit-batch
mutant head-not-advanced core/ledger.c \
	's/rc = wb_headfile_write\(l->headfile, &head\)/rc = 0/' unit-recovery
mutant goes-on-after-EIO core/ledger_read.c \
	's/atomic_compare_exchange_strong\(&l->latched, &clear, why\);/(void)l;\n\t(void)clear;\n\t(void)why;/' \
	unit-latch
mutant no-rewind core/ledger.c \
	's/failed = wb_journal_rewind\(l->journal\)/failed = 0/' unit-recovery
mutant duplicates-by-a-view core/ledger.c \
	's/rc = wb_write_find\(l->txn, (st->party, st->id, &seq)\);/struct wb_view *v;\n\trc = wb_view_open(l->store, &v);\n\tif (rc != 0)\n\t\treturn rc;\n\trc = wb_view_find(v, $1);\n\twb_view_close(v);/' \
	unit-ledger unit-batch kill

# --- open
mutant torn-frame-accepted core/journal_read.c \
	's/if \(memcmp\(sum, w->frame \+ body.len, WB_HASH_LEN\) != 0\)/if (0)/' \
	unit-journal cuts
mutant frame-of-another-chain core/journal_read.c \
	's/memcmp\(prev.p, w->at.hash, WB_HASH_LEN\) != 0\)\n\t\treturn WB_ENOTFOUND/prev.len != WB_HASH_LEN)\n\t\treturn WB_ENOTFOUND/' \
	unit-journal cuts
mutant seal-not-checked core/journal_read.c \
	's/memcmp\(sealed.p, seal, WB_HASH_LEN\) != 0/sealed.len != WB_HASH_LEN/' unit-journal
mutant empty-segment-made-anew core/journal.c \
	's/return lengthen\(j, room\)/(void)lengthen/' \
	unit-journal
mutant dead-writer-not-taken-over core/store.c \
	's/rc = take_over\(st->env\)/(void)take_over/' unit-orphan
mutant old-segments-not-checked core/journal_read.c \
	's/rc = find_segment\(dir, from, &w.at.size\)/rc = find_segment(dir, WB_JOURNAL_LAST, &w.at.size)/' \
	unit-segments
mutant start-reads-everything core/journal.c \
	's/wb_journal_walk\(j->dir, WB_JOURNAL_LAST/wb_journal_walk(j->dir, 0/' \
	unit-segments
mutant later-segment-is-skipped core/journal_read.c \
	's/\(w->fd < 0 \|\| first > w->at.first\)/w->fd < 0/' unit-segments unit-journal
mutant last-frame-not-written-again core/journal.c \
	's/rc = settle\(j\)/(void)settle/' cuts
mutant no-replay core/ledger_open.c \
	's/rc = wb_ledger_replay\(l, dir\)/rc = dir == NULL/' unit-recovery
mutant rollback-is-served core/ledger_open.c \
	's/if \(released.checkpoint.size > l->next.tip.seq\)\n\t\treturn WB_EROLLBACK;/if (released.checkpoint.size > l->next.tip.seq)\n\t\treturn 0;/' \
	unit-recovery
mutant fork-is-served core/ledger_open.c \
	's/return memcmp\(root, released.checkpoint.root, WB_HASH_LEN\) == 0\s+\? 0\s+: WB_EFORK;/return 0;/' \
	unit-recovery
mutant lost-head-is-made-anew core/ledger_open.c \
	's/return l->next.tip.seq == 1 \? 0 : WB_EROLLBACK;/return 0;/' \
	unit-recovery
mutant head-without-checksum core/headfile.c \
	's/if \(memcmp\(sum, slot \+ SLOT_SUM_AT, WB_HASH_LEN\) != 0\)/if (0)/' \
	unit-headfile
mutant one-slot core/headfile.c \
	's/h->counter == 0 \? 0 : 1 - h->newest/0/' unit-headfile cuts
mutant no-lock core/headfile.c \
	's/flock\(fd, LOCK_EX \| LOCK_NB\) != 0/(void)flock, 0/' unit-recovery
mutant tail-not-checked core/ledger_open.c \
	's/if \(rc == 0 && memcmp\(node, tip.hash, WB_HASH_LEN\) != 0\)/if (0)/' \
	unit-recovery
mutant batch-taken-at-its-word core/ledger_read.c \
	's/return size == batch_end \? 0 : WB_ECORRUPT/return size > 0 ? 0 : WB_ECORRUPT/' \
	unit-recovery
mutant leaf-not-read-back core/ledger.c \
	's/memcmp\(leaf, node, WB_HASH_LEN\) != 0/node[0] != node[0]/' unit-latch

# --- what was restored
mutant restored-copy-is-served daemon/run.c \
	's/if \(wb_restored\(run->dir\)\)/if (0)/' copies
mutant restored-copy-is-rebuilt daemon/rebuild.c \
	's/if \(wb_restored\(r.dir\)\)/if (0)/' copies

# --- keys out of order
mutant state-led-in-a-circle core/store_read.c \
	's/ \|\| mdb_cmp\(v->txn, dbi, &k, &from\) <= 0\)/)/' unit-store
mutant index-led-back core/store_read.c \
	's/if \(rc == 0 && ret\[n\] < from\)/if (0)/' unit-store

# --- the full check
mutant full-check-without-indexes core/audit_store.c \
	's/if \(rc != 0 \|\| n == 0 \|\| found != seq\)/if (rc != 0)/' unit-flip
mutant full-check-without-ids core/audit_store.c \
	's/if \(rc != 0 \|\| found != seq\)\n(\t\treturn wb_audit_fail\(failure, seq, "id")/if (rc != 0 \&\& rc != WB_ENOTFOUND)\n$1/' \
	unit-flip
mutant full-check-without-state core/audit_store.c \
	's/if \(stored.get\(stored.ctx, key, &found, &by\) == 0 &&/found = value;\n\tby = seq;\n\tif (stored.ctx != NULL \&\&/' \
	unit-flip
mutant full-check-of-values-alone core/audit_store.c \
	's/(if \(stored.get\(stored.ctx, key, &found, &by\) == 0 && by == seq &&\s+wb_slice_eq\(found, value\))\)/if (stored.get(stored.ctx, key, \&found, \&by) != 0 ||\n\t    (by == seq \&\& wb_slice_eq(found, value)))/' \
	unit-flip

# --- what a batch has read
mutant written-and-not-forgotten core/store_write.c \
	's/\twb_recent_forget\(w->st->recent, wb_slice_str\(key\)\);\n//' unit-store
mutant kept-for-the-next-batch core/store_write.c \
	's/\twb_recent_begin\(st->recent\);\n//' unit-store
mutant any-key-of-the-place core/store_recent.c \
	's/p->txn == r->txn &&\s+wb_slice_eq\(wb_slice\(p->key, p->key_len\), key\)/p->txn == r->txn/' unit-store

# --- reading
mutant lost-bytes-of-a-string core/json.c 's/if \(no_memory\) \{/if (top == NULL \&\& no_memory) {/' \
	unit-json

echo "$killed killed, $survived not, $SECONDS seconds"
[ $survived = 0 ] && [ $killed -gt 0 ]
