/*
 * failing.so: one call of a program fails, chosen by its number.
 *
 *   WAYBILL_FAIL="CALL K HOW" WAYBILL_FAILED=FILE LD_PRELOAD=failing.so ...
 *
 * The K-th CALL of the process, counted from 1 over all its threads, and with
 * a "+" behind K every one from then on.  HOW is an errno; or "short": half of
 * what was to be written is; or "kill": the process is gone before the call,
 * or "killed": behind it.  CALL is alloc, pwrite, pread, writev, fdatasync,
 * fsync, open, rename, ftruncate, mkdir, mmap, write, or send: what goes to a
 * peer.  FILE is made when it happens, or else the program never came so far.
 *
 *   WAYBILL_AHEAD=SECONDS LD_PRELOAD=failing.so ...
 *
 * The clock of the day is so far ahead, and the monotonic one is right.  With
 * WAYBILL_AHEAD_FILE=FILE it is as far ahead as FILE says just then.
 *
 *   WAYBILL_HURRY=TIMES LD_PRELOAD=failing.so ...
 *
 * The monotonic clock goes so many times as fast, and not for children.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* What glibc's own allocator is called; the header has no names for it. */
void *__libc_malloc(size_t len);
void *__libc_calloc(size_t n, size_t len);
void *__libc_realloc(void *p, size_t len);
void *__libc_memalign(size_t alignment, size_t len);

enum how { AS_USUAL, FAIL, SHORT, KILLED };

static struct {
	bool on;
	char call[16];
	unsigned long k;
	bool and_on;
	int error;
	char how[16];
	const char *mark, *ahead_file;
	atomic_ulong seen;
	long ahead, hurry;
	struct timespec begun;
} plan;

__attribute__((constructor)) static void read_plan(void)
{
	const char *text = getenv("WAYBILL_FAIL");
	const char *ahead = getenv("WAYBILL_AHEAD");
	char k[24] = "", *end;

	plan.ahead = ahead == NULL ? 0 : atol(ahead);
	if (getenv("WAYBILL_HURRY") != NULL) {
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &plan.begun);
		plan.hurry = atol(getenv("WAYBILL_HURRY"));
		unsetenv("LD_PRELOAD");
	}
	plan.ahead_file = getenv("WAYBILL_AHEAD_FILE");
	plan.mark = getenv("WAYBILL_FAILED");
	if (text == NULL ||
	    sscanf(text, "%15s %23s %15s", plan.call, k, plan.how) != 3)
		return;
	plan.k = strtoul(k, &end, 10);
	plan.and_on = *end == '+';
	plan.error = atoi(plan.how);
	/* What the program starts is not meant. */
	unsetenv("LD_PRELOAD");
	plan.on = true;
}

static enum how now(const char *call)
{
	unsigned long n;
	long fd;

	if (!plan.on || strcmp(call, plan.call) != 0)
		return AS_USUAL;
	n = atomic_fetch_add(&plan.seen, 1) + 1;
	if (n != plan.k && !(plan.and_on && n > plan.k))
		return AS_USUAL;
	if (plan.mark != NULL) {
		fd = syscall(SYS_openat, AT_FDCWD, plan.mark,
			     O_CREAT | O_WRONLY, 0600);
		syscall(SYS_close, (int)fd);
	}
	if (strcmp(plan.how, "kill") == 0)
		kill(getpid(), SIGKILL);
	if (strcmp(plan.how, "killed") == 0)
		return KILLED;
	if (strcmp(plan.how, "short") == 0)
		return SHORT;
	errno = plan.error;
	return FAIL;
}

/* The result of a call, unless that was to be its last. */
static long after(enum how how, long result)
{
	if (how == KILLED)
		kill(getpid(), SIGKILL);
	return result;
}

static size_t cut(enum how how, size_t len)
{
	return how == SHORT && len > 1 ? len / 2 : len;
}

EXPORT void *malloc(size_t len)
{
	return now("alloc") == FAIL ? NULL : __libc_malloc(len);
}

EXPORT void *calloc(size_t n, size_t len)
{
	return now("alloc") == FAIL ? NULL : __libc_calloc(n, len);
}

EXPORT void *realloc(void *p, size_t len)
{
	return now("alloc") == FAIL ? NULL : __libc_realloc(p, len);
}

EXPORT int posix_memalign(void **ret, size_t alignment, size_t len)
{
	void *p = now("alloc") == FAIL ? NULL : __libc_memalign(alignment, len);

	if (p == NULL)
		return ENOMEM;
	*ret = p;
	return 0;
}

EXPORT ssize_t pwrite64(int fd, const void *p, size_t len, off_t at)
{
	enum how how = now("pwrite");

	if (how == FAIL)
		return -1;
	return after(how, syscall(SYS_pwrite64, fd, p, cut(how, len), at));
}

EXPORT ssize_t pwrite(int fd, const void *p, size_t len, off_t at)
{
	return pwrite64(fd, p, len, at);
}

EXPORT ssize_t pread64(int fd, void *p, size_t len, off_t at)
{
	enum how how = now("pread");

	if (how == FAIL)
		return -1;
	return after(how, syscall(SYS_pread64, fd, p, cut(how, len), at));
}

EXPORT ssize_t pread(int fd, void *p, size_t len, off_t at)
{
	return pread64(fd, p, len, at);
}

/* To a file, to a peer, or to another thread? */
static const char *call_on(int fd, const char *file_call)
{
	struct stat sb;

	if (fstat(fd, &sb) != 0)
		return "";
	if (S_ISREG(sb.st_mode))
		return file_call;
	return S_ISSOCK(sb.st_mode) ? "send" : "";
}

EXPORT ssize_t writev(int fd, const struct iovec *iov, int n)
{
	enum how how = now(call_on(fd, "writev"));

	if (how == FAIL)
		return -1;
	if (how == SHORT)
		return syscall(SYS_write, fd, iov[0].iov_base,
			       cut(how, iov[0].iov_len));
	return after(how, syscall(SYS_writev, fd, iov, n));
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	enum how how = now("send");

	if (how == FAIL)
		return -1;
	return after(how, syscall(SYS_sendmsg, fd, message, flags));
}

EXPORT ssize_t write(int fd, const void *p, size_t len)
{
	enum how how = now(call_on(fd, "write"));

	if (how == FAIL)
		return -1;
	return after(how, syscall(SYS_write, fd, p, cut(how, len)));
}

EXPORT int fdatasync(int fd)
{
	enum how how = now("fdatasync");

	if (how == FAIL)
		return -1;
	return (int)after(how, syscall(SYS_fdatasync, fd));
}

EXPORT int fsync(int fd)
{
	enum how how = now("fsync");

	if (how == FAIL)
		return -1;
	return (int)after(how, syscall(SYS_fsync, fd));
}

/* How many seconds the clock is ahead, as the file says just now. */
static long ahead_now(void)
{
	char text[24] = "";
	long fd;

	if (plan.ahead_file == NULL)
		return plan.ahead;
	fd = syscall(SYS_openat, AT_FDCWD, plan.ahead_file, O_RDONLY, 0);
	if (fd < 0)
		return plan.ahead;
	(void)syscall(SYS_read, (int)fd, text, sizeof(text) - 1);
	syscall(SYS_close, (int)fd);
	return atol(text);
}

EXPORT int clock_gettime(clockid_t id, struct timespec *ret)
{
	long rc = syscall(SYS_clock_gettime, id, ret);

	if (rc == 0 && id == CLOCK_REALTIME)
		ret->tv_sec += ahead_now();
	if (rc == 0 && plan.hurry != 0 &&
	    (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE)) {
		long long ns =
			(ret->tv_sec - plan.begun.tv_sec) * 1000000000LL +
			ret->tv_nsec - plan.begun.tv_nsec;

		ns = ns * plan.hurry + plan.begun.tv_nsec;
		ret->tv_sec = plan.begun.tv_sec + ns / 1000000000;
		ret->tv_nsec = ns % 1000000000;
	}
	return (int)rc;
}

EXPORT time_t time(time_t *ret)
{
	struct timespec at;

	(void)clock_gettime(CLOCK_REALTIME, &at);
	if (ret != NULL)
		*ret = at.tv_sec;
	return at.tv_sec;
}

static int open_at(const char *path, int flags, mode_t mode)
{
	enum how how = now("open");

	if (how == FAIL)
		return -1;
	return (int)after(how,
			  syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

EXPORT int open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode = 0;

	va_start(ap, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	return open_at(path, flags, mode);
}

EXPORT int open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode = 0;

	va_start(ap, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	return open_at(path, flags, mode);
}

EXPORT int rename(const char *from, const char *to)
{
	enum how how = now("rename");

	if (how == FAIL)
		return -1;
	return (int)after(how, syscall(SYS_rename, from, to));
}

EXPORT int ftruncate64(int fd, off_t len)
{
	enum how how = now("ftruncate");

	if (how == FAIL)
		return -1;
	return (int)after(how, syscall(SYS_ftruncate, fd, len));
}

EXPORT int ftruncate(int fd, off_t len)
{
	return ftruncate64(fd, len);
}

EXPORT int mkdir(const char *path, mode_t mode)
{
	enum how how = now("mkdir");

	if (how == FAIL)
		return -1;
	return (int)after(how, syscall(SYS_mkdir, path, mode));
}

EXPORT void *mmap64(void *p, size_t len, int prot, int flags, int fd, off_t at)
{
	enum how how = now("mmap");

	if (how == FAIL)
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, p, len, prot, flags, fd, at);
}

EXPORT void *mmap(void *p, size_t len, int prot, int flags, int fd, off_t at)
{
	return mmap64(p, len, prot, flags, fd, at);
}
