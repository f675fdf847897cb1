#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/unit/trade.h"

/*
 * A daemon that is killed leaves a child behind for a moment, which has the
 * store open for the full check.  While one process has it open, LMDB believes
 * what is said in lock.mdb about the newest transaction; and who is killed
 * behind its meta page has not said it yet.
 *
 * LMDB is linked as an archive, so that its writes are ours.
 */
#define META_LEN 120 /* bytes that LMDB writes of a meta page */

ssize_t __real_pwrite(int fd, const void *p, size_t len, off_t at);
ssize_t __wrap_pwrite(int fd, const void *p, size_t len, off_t at);
ssize_t __real_pwrite64(int fd, const void *p, size_t len, off_t at);
ssize_t __wrap_pwrite64(int fd, const void *p, size_t len, off_t at);
static bool die_behind_meta;

static ssize_t behind(size_t len, ssize_t result)
{
	if (die_behind_meta && len == META_LEN)
		kill(getpid(), SIGKILL);
	return result;
}

ssize_t __wrap_pwrite(int fd, const void *p, size_t len, off_t at)
{
	return behind(len, __real_pwrite(fd, p, len, at));
}

ssize_t __wrap_pwrite64(int fd, const void *p, size_t len, off_t at)
{
	return behind(len, __real_pwrite64(fd, p, len, at));
}

/* A process that has the store open until it is killed. */
static pid_t reader(const struct world *w)
{
	struct wb_store *store;
	int ready[2];
	char c = 0;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (wb_store_open_readonly(w->dir, &store) != 0 ||
		    write(ready[1], &c, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void test_killed_behind_the_meta_page(void **state)
{
	struct world w;
	pid_t writer, orphan;
	uint64_t size;
	int status;

	(void)state;
	begin_trade(&w);
	assert_int_equal(ship(&w, 1), 0);
	size = size_of(&w);
	shut(&w);
	orphan = reader(&w);
	writer = fork();
	assert_true(writer >= 0);
	if (writer == 0) {
		if (open_again(&w) != 0)
			_exit(1);
		die_behind_meta = true;
		_exit(ship(&w, 2) == 0 ? 2 : 3);
	}
	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_true(WIFSIGNALED(status));

	assert_int_equal(open_again(&w), 0);
	assert_int_equal(size_of(&w), size + 1);
	assert_int_equal(ship(&w, 2), 0);
	assert_true(w.sub.repeated);
	assert_int_equal(ship(&w, 3), 0);
	kill(orphan, SIGKILL);
	assert_int_equal(waitpid(orphan, &status, 0), orphan);
	audit(&w);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_behind_the_meta_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
