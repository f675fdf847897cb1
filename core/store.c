#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/io.h"
#include "core/store_lmdb.h"

#define RESERVE (64ULL << 10) /* beyond what a commit is known to need */
#define ASTRAY  (1ULL << 20)

/*
 * store: one LMDB environment, opened for its life.  store_read.c has the
 * views, store_write.c the batch transaction.
 */

int wb_store_err(int rc)
{
	switch (rc) {
	case 0:
		return 0;
	case MDB_NOTFOUND:
		return WB_ENOTFOUND;
	case MDB_MAP_FULL:
	case ENOSPC:
	case EDQUOT:
	case EFBIG: /* the limit of the process, ulimit -f */
		return WB_EFULL;
	case ENOMEM:
		return WB_ENOMEM;
	case ENOENT:
		return WB_ENOTFOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return WB_EACCES;
	case MDB_READERS_FULL:
	case EAGAIN:
	case EBUSY:
		return WB_EBUSY;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_PANIC:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_INCOMPATIBLE:
	case MDB_BAD_DBI:
	case MDB_BAD_VALSIZE:
	case MDB_KEYEXIST:
		return WB_ECORRUPT;
	default:
		return WB_EIO;
	}
}

static const char *const names[WB_DBS] = {
	[WB_DB_META] = "meta",
	[WB_DB_RECORD] = "record",
	[WB_DB_NODE] = "node",
	[WB_DB_ID] = "id",
	[WB_DB_STATE] = "state",
	[WB_DB_BY_PARTY] = "by-party",
	[WB_DB_BY_COUNTRY] = "by-country",
	[WB_DB_CHECKPOINT] = "checkpoint",
};

/* The format that this program writes and the only one it reads. */
static const char format[] = "waybill-store/1";

static int open_dbs(struct wb_store *st, bool create)
{
	MDB_val key = {6, (void *)(uintptr_t) "format"}, value;
	MDB_txn *txn;
	int rc;

	rc = mdb_txn_begin(st->env, NULL, create ? 0 : MDB_RDONLY, &txn);
	if (rc != 0)
		return wb_store_err(rc);
	for (int i = 0; i < WB_DBS && rc == 0; i++)
		rc = mdb_dbi_open(txn, names[i], create ? MDB_CREATE : 0,
				  &st->dbi[i]);
	if (rc == 0)
		rc = mdb_get(txn, st->dbi[WB_DB_META], &key, &value);
	if (rc == MDB_NOTFOUND && create) {
		value.mv_size = sizeof(format) - 1;
		value.mv_data = (void *)(uintptr_t)format;
		rc = mdb_put(txn, st->dbi[WB_DB_META], &key, &value, 0);
	} else if (rc == 0 &&
		   !wb_slice_is(wb_slice(value.mv_data, value.mv_size),
				format)) {
		rc = MDB_VERSION_MISMATCH;
	}
	if (rc != 0) {
		mdb_txn_abort(txn);
		return wb_store_err(rc);
	}
	/* The handles become the environment's own with the commit. */
	return wb_store_err(mdb_txn_commit(txn));
}

/* LMDB leaves its data file open to programs that are run. */
static int close_on_exec(MDB_env *env)
{
	int fd, rc = wb_store_err(mdb_env_get_fd(env, &fd));

	if (rc == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		rc = WB_EIO;
	return rc;
}

/*
 * A writer that was killed behind its meta page has not told of it in lock.mdb,
 * which is believed while any process has the store open: a full check that the
 * killed daemon began, say.  Whoever takes the dead writer's lock sets that
 * right.  Read before it is, the store is one transaction behind itself.
 */
static int take_over(MDB_env *env)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(env, NULL, 0, &txn);

	if (rc == 0)
		mdb_txn_abort(txn);
	return wb_store_err(rc);
}

static int open_env(const char *dir, bool create, bool readonly,
		    struct wb_store **ret)
{
	struct wb_store *st = calloc(1, sizeof(*st));
	int rc;

	if (st == NULL)
		return WB_ENOMEM;
	st->recent = calloc(1, sizeof(*st->recent));
	if (st->recent == NULL) {
		rc = WB_ENOMEM;
		goto free_store;
	}
	rc = wb_store_err(mdb_env_create(&st->env));
	if (rc != 0)
		goto free_store;
	rc = wb_store_err(mdb_env_set_mapsize(st->env, WB_MAP_BYTES));
	if (rc == 0)
		rc = wb_store_err(mdb_env_set_maxdbs(st->env, WB_DBS));
	if (rc == 0)
		rc = wb_store_err(
			mdb_env_set_maxreaders(st->env, WB_READERS_MAX));
	if (rc == 0)
		rc = wb_store_err(mdb_env_open(
			st->env, dir, MDB_NOTLS | (readonly ? MDB_RDONLY : 0),
			0600));
	if (rc == 0)
		rc = close_on_exec(st->env);
	if (rc == 0 && !readonly)
		rc = take_over(st->env);
	if (rc == 0)
		rc = open_dbs(st, create);
	if (rc != 0)
		goto close_env;
	*ret = st;
	return 0;

close_env:
	mdb_env_close(st->env);
free_store:
	free(st->recent);
	free(st);
	return rc;
}

/* mdb_env_open() would make the file; a store is never made by accident. */
static bool exists(const char *dir)
{
	char path[4096];
	struct stat sb;

	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	return stat(path, &sb) == 0;
}

int wb_store_open(const char *dir, bool create, struct wb_store **ret)
{
	if (!create && !exists(dir))
		return WB_ENOTFOUND;
	return open_env(dir, create, false, ret);
}

int wb_store_open_readonly(const char *dir, struct wb_store **ret)
{
	if (!exists(dir))
		return WB_ENOTFOUND;
	return open_env(dir, false, true, ret);
}

void wb_store_close(struct wb_store *st)
{
	if (st == NULL)
		return;
	mdb_env_close(st->env);
	free(st->recent);
	free(st);
}

/*
 * A full disk must be met before LMDB writes: it takes a short write for an
 * I/O error, after which nothing may be written at all.  Blocks that hold
 * zeros already are there when they are wanted; a file that only grows so has
 * been seen to survive failing devices, too.
 */
int wb_store_reserve(struct wb_store *st, uint64_t puts, uint64_t bytes)
{
	uint64_t need, size;
	struct stat sb;
	MDB_stat stat;
	int fd, rc;

	rc = wb_store_err(mdb_env_get_fd(st->env, &fd));
	if (rc == 0)
		rc = wb_store_err(mdb_env_stat(st->env, &stat));
	if (rc == 0 && fstat(fd, &sb) != 0)
		rc = wb_io_err(errno);
	if (rc != 0)
		return rc;
	size = (uint64_t)sb.st_size;
	need = wb_store_bytes(st);
	/* LMDB writes what it counts: a count far beyond is a flipped bit. */
	if (need > size + ASTRAY)
		return WB_ECORRUPT;
	need += RESERVE + puts * stat.ms_psize + 4 * bytes;
	if (size >= need)
		return 0;
	need = (need / RESERVE + 1) * RESERVE;
	if (need > WB_MAP_BYTES)
		return WB_EFULL;
	return wb_io_zero(fd, size, need);
}

int wb_store_copy(struct wb_store *st, const char *dir)
{
	char path[4096];
	int fd, n, rc;

	n = snprintf(path, sizeof(path), "%s/data.mdb", dir);
	if (n < 0 || (size_t)n >= sizeof(path))
		return WB_ELIMIT;
	rc = wb_store_err(mdb_env_copy2(st->env, dir, 0));
	if (rc == 0)
		rc = wb_io_open(path, O_RDWR, &fd);
	if (rc != 0)
		return rc;
	rc = wb_io_sync(fd);
	close(fd);
	return rc == 0 ? wb_io_sync_dir(dir) : rc;
}

void wb_store_reader_check(struct wb_store *st)
{
	int dead;

	/* Best effort: a slot that stays only delays the reuse of pages. */
	(void)mdb_reader_check(st->env, &dead);
}

uint64_t wb_store_bytes(struct wb_store *st)
{
	MDB_envinfo info;
	MDB_stat stat;

	if (mdb_env_info(st->env, &info) != 0 ||
	    mdb_env_stat(st->env, &stat) != 0)
		return 0;
	return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}

/* --- keys ------------------------------------------------------------- */

size_t wb_id_key(const char *party, const char *id, uint8_t out[WB_KEY_MAX])
{
	size_t a = strlen(party), b = strlen(id);

	assert(a <= WB_ID_MAX && b <= WB_ID_MAX);
	memcpy(out, party, a);
	out[a] = 0;
	memcpy(out + a + 1, id, b);
	return a + 1 + b;
}

void wb_seq_key(uint64_t seq, uint8_t out[8])
{
	struct wb_writer w;

	wb_writer_init(&w, out, 8);
	wb_write_u64(&w, seq);
}
