/*
 * load: statements against a running waybilld, and what they cost.
 *
 *   bench_load post PORT CONNECTIONS SECONDS NOTES FIRST
 *   bench_load crypto SECONDS THREADS
 *   bench_load fsync FOLDER
 *
 * NOTES is a folder's worth of signed statements in one file: for each, its
 * length in decimal, a newline, its bytes.  FIRST is the first one to send.
 * One thread drives all connections, each with one request under way, so that
 * the load costs the cores that the daemon runs on as little as it can.
 *
 * Prints one line of numbers for tests/bench/run.sh to set in a table.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 1024
#define ANSWER_MAX      262144
#define SAMPLES_MAX     2000000

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "bench_load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The q-th fraction of n samples, which it sorts. */
static double quantile(double *sample, size_t n, double q)
{
	qsort(sample, n, sizeof(*sample), by_value);
	return n == 0 ? 0 : sample[(size_t)(q * (double)(n - 1))];
}

/* --- post ----------------------------------------------------------------- */

struct connection {
	int fd;
	double sent;
	size_t len; /* of the answer so far */
	char *answer;
};

static struct {
	const char *p; /* what is left of the notes */
	const char *end;
	double *sample;
	size_t n;
	size_t refused;
} load;

static void open_notes(const char *path, long first)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *p;

	if (fd < 0 || fstat(fd, &st) != 0)
		die(path);
	p = malloc((size_t)st.st_size);
	if (p == NULL)
		die(path);
	for (ssize_t got, len = 0; len < st.st_size; len += got) {
		got = read(fd, p + len, (size_t)(st.st_size - len));
		if (got <= 0)
			die(path);
	}
	close(fd);
	load.p = p;
	load.end = p + st.st_size;
	for (; first > 0 && load.p < load.end; first--) {
		char *body;
		long len = strtol(load.p, &body, 10);

		load.p = body + 1 + len;
	}
}

static void send_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t put = send(fd, p, len, MSG_NOSIGNAL);

		if (put < 0)
			die("send");
		p += put;
		len -= (size_t)put;
	}
}

/* Send the next note; false when there is none left. */
static bool send_next(struct connection *c)
{
	char head[256], *body;
	long len;
	int n;

	if (load.p >= load.end)
		return false;
	len = strtol(load.p, &body, 10);
	body++;
	load.p = body + len;

	n = snprintf(head, sizeof(head),
		     "POST /v1/statements HTTP/1.1\r\n"
		     "Host: localhost\r\n"
		     "Content-Type: text/plain; charset=utf-8\r\n"
		     "Content-Length: %ld\r\n\r\n",
		     len);
	c->len = 0;
	c->sent = now();
	send_all(c->fd, head, (size_t)n);
	send_all(c->fd, body, (size_t)len);
	return true;
}

/* Read what is there; true once the answer is whole. */
static bool receive(struct connection *c)
{
	ssize_t got =
		recv(c->fd, c->answer + c->len, ANSWER_MAX - 1 - c->len, 0);
	const char *body, *length;

	if (got <= 0)
		die("the daemon closed a connection");
	c->len += (size_t)got;
	c->answer[c->len] = '\0';

	body = strstr(c->answer, "\r\n\r\n");
	length = strcasestr(c->answer, "\r\nContent-Length:");
	if (body == NULL || length == NULL)
		return false;
	body += 4;
	return (size_t)(c->answer + c->len - body) >=
	       strtoul(length + 17, NULL, 10);
}

static void take_answer(const struct connection *c)
{
	if (strncmp(c->answer, "HTTP/1.1 201 ", 13) == 0) {
		if (load.n < SAMPLES_MAX)
			load.sample[load.n++] = now() - c->sent;
	} else if (load.refused++ == 0) {
		fprintf(stderr, "refused: %s\n", c->answer);
	}
}

static void connect_to(struct connection *c, int epoll, int port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	c->answer = malloc(ANSWER_MAX);
	if (c->fd < 0 || c->answer == NULL ||
	    connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
	    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &ev) != 0) {
		die("connect");
	}
}

/* Prints: acknowledged, seconds, median and 99th percentile in ms, refused. */
static void post(int port, int connections, double seconds)
{
	static struct connection conn[CONNECTIONS_MAX];
	struct epoll_event ev[64];
	int epoll = epoll_create1(EPOLL_CLOEXEC), under_way = 0;
	double start, took;

	load.sample = calloc(SAMPLES_MAX, sizeof(*load.sample));
	if (epoll < 0 || load.sample == NULL || connections > CONNECTIONS_MAX)
		die("start");
	for (int i = 0; i < connections; i++)
		connect_to(&conn[i], epoll, port);

	start = now();
	for (int i = 0; i < connections; i++)
		under_way += send_next(&conn[i]);
	while (under_way > 0) {
		int n = epoll_wait(epoll, ev, 64, 30000);

		if (n <= 0)
			die("no answer within 30 s");
		for (int i = 0; i < n; i++) {
			struct connection *c = ev[i].data.ptr;

			if (!receive(c))
				continue;
			take_answer(c);
			under_way--;
			if (now() - start < seconds)
				under_way += send_next(c);
		}
	}
	took = now() - start;

	printf("%zu %.3f %.2f %.2f %zu\n", load.n, took,
	       1e3 * quantile(load.sample, load.n, 0.5),
	       1e3 * quantile(load.sample, load.n, 0.99), load.refused);
}

/* --- crypto --------------------------------------------------------------- */

static double crypto_seconds;

/* One verification of a statement and one signature of a record, in turn. */
static void *verify_and_sign(void *arg)
{
	unsigned char pk[crypto_sign_PUBLICKEYBYTES];
	unsigned char sk[crypto_sign_SECRETKEYBYTES];
	unsigned char sig[crypto_sign_BYTES], own[crypto_sign_BYTES];
	static const unsigned char statement[1024], record[384];
	size_t *ret_n = arg, n = 0;
	double end;

	crypto_sign_keypair(pk, sk);
	crypto_sign_detached(sig, NULL, statement, sizeof(statement), sk);
	for (end = now() + crypto_seconds; now() < end; n++) {
		if (crypto_sign_verify_detached(sig, statement,
						sizeof(statement), pk) != 0) {
			die("verify");
		}
		crypto_sign_detached(own, NULL, record, sizeof(record), sk);
	}
	*ret_n = n;
	return NULL;
}

/* Prints: pairs of verify and sign in a second, on all threads together. */
static void crypto(double seconds, int threads)
{
	pthread_t thread[64];
	size_t n[64], sum = 0;

	if (sodium_init() < 0 || threads < 1 || threads > 64)
		die("threads");
	crypto_seconds = seconds;
	for (int i = 0; i < threads; i++) {
		if (pthread_create(&thread[i], NULL, verify_and_sign, &n[i]))
			die("pthread_create");
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(thread[i], NULL);
		sum += n[i];
	}
	printf("%.0f\n", (double)sum / seconds);
}

/* --- fsync ---------------------------------------------------------------- */

/* Prints: median and 99th percentile of fdatasync() after 4 KiB, in ms. */
static void disk(const char *folder)
{
	static char page[4096];
	double sample[300];
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/fsync.tmp", folder);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		die(path);
	for (int i = 0; i < 300; i++) {
		double start = now();

		if (pwrite(fd, page, sizeof(page), i * 4096L) != 4096 ||
		    fdatasync(fd) != 0) {
			die(path);
		}
		sample[i] = 1e3 * (now() - start);
	}
	close(fd);
	unlink(path);
	printf("%.2f %.2f\n", quantile(sample, 300, 0.5),
	       quantile(sample, 300, 0.99));
}

int main(int argc, char *argv[])
{
	if (argc == 7 && strcmp(argv[1], "post") == 0) {
		open_notes(argv[5], atol(argv[6]));
		post(atoi(argv[2]), atoi(argv[3]), atof(argv[4]));
	} else if (argc == 4 && strcmp(argv[1], "crypto") == 0) {
		crypto(atof(argv[2]), atoi(argv[3]));
	} else if (argc == 3 && strcmp(argv[1], "fsync") == 0) {
		disk(argv[2]);
	} else {
		fputs("usage: see the head of tests/bench/load.c\n", stderr);
		return 2;
	}
	return 0;
}
