#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "tests/unit/format_example.h"

static int parse(const char *text, struct wb_config *c, struct wb_problem *p)
{
	memset(p, 0, sizeof(*p));
	return wb_config_parse(wb_slice_str(text), c, p);
}

static struct wb_slice write_config(const struct wb_config *c)
{
	static uint8_t out[16384];
	struct wb_slice done;
	struct wb_writer w;

	wb_writer_init(&w, out, sizeof(out));
	wb_config_write(&w, c);
	assert_int_equal(wb_writer_end(&w, &done), 0);
	return done;
}

/* An empty file, the defaults and the example of FORMAT.md are the same. */
static void test_defaults(void **state)
{
	struct wb_slice example = format_example("config-example");
	struct wb_config init, c;
	struct wb_problem p;

	(void)state;
	memset(&init, 0, sizeof(init));
	wb_config_init(&init);
	assert_int_equal(parse("", &c, &p), 0);
	assert_true(wb_slice_eq(write_config(&c), example));
	assert_true(wb_slice_eq(write_config(&init), example));
	assert_int_equal(wb_config_parse(example, &c, &p), 0);
	assert_true(wb_slice_eq(write_config(&c), example));
}

static void test_forms(void **state)
{
	struct wb_config c;
	struct wb_problem p;

	(void)state;
	assert_int_equal(parse("# a comment\n"
			       "\n"
			       "  data=/srv/way bill \t\n"
			       "workers\t=\t3\n"
			       "   # another\n"
			       "listen = [::1]:0\n"
			       "listen = unix:/run/waybill/socket\n"
			       "listen = 10.0.0.1:65535\n"
			       "admin = none\n"
			       "idle_timeout_ms = 100",
			       &c, &p),
			 0);
	assert_string_equal(c.data, "/srv/way bill");
	assert_int_equal(c.workers, 3);
	assert_int_equal(c.idle_timeout_ms, 100);
	assert_int_equal(c.listen.n, 3);
	assert_string_equal(c.listen.at[0].host, "::1");
	assert_int_equal(c.listen.at[0].port, 0);
	assert_true(c.listen.at[1].is_unix);
	assert_string_equal(c.listen.at[1].host, "/run/waybill/socket");
	assert_int_equal(c.listen.at[2].port, 65535);
	assert_int_equal(c.admin.n, 0);
}

/* What is refused, and the place that is told. */
static void test_refusals(void **state)
{
	static const struct {
		const char *why, *text, *place;
	} bad[] = {
		{"no equals", "workers 3\n", "line 1, column 1"},
		{"unknown key", "\n  worker = 3\n", "line 2, column 3"},
		{"capitals", "Workers = 3\n", "line 1, column 1"},
		{"no key", "= 3\n", "line 1, column 1"},
		{"no value", "workers =\n", "line 1, column 10"},
		{"twice", "workers = 1\nworkers = 1\n", "line 2, column 11"},
		{"a sign", "workers = -1\n", "line 1, column 11"},
		{"a plus", "workers = +1\n", "line 1, column 11"},
		{"leading zero", "workers = 01\n", "line 1, column 11"},
		{"past the range", "workers = 65\n", "line 1, column 11"},
		{"2^64", "workers = 18446744073709551616\n",
		 "line 1, column 11"},
		{"a word behind", "workers = 3 # three\n", "line 1, column 11"},
		{"below the range", "idle_timeout_ms = 99\n",
		 "line 1, column 19"},
		{"zero connections", "max_connections = 0\n",
		 "line 1, column 19"},
		{"zero jobs", "max_jobs = 0\n", "line 1, column 12"},
		{"quotes", "data = \"/srv\"\n", "line 1, column 8"},
		{"not from the root", "data = srv\n", "line 1, column 8"},
		{"the root", "data = /\n", "line 1, column 8"},
		{"a control character", "data = /srv/\x01\n",
		 "line 1, column 8"},
		{"a carriage return", "data = /srv\r\n", "line 1, column 8"},
		{"not UTF-8", "data = /srv/\xff\n", "line 1, column 8"},
		{"no port", "listen = 127.0.0.1\n", "line 1, column 10"},
		{"empty port", "listen = 127.0.0.1:\n", "line 1, column 10"},
		{"no host", "listen = :80\n", "line 1, column 10"},
		{"port 65536", "listen = 127.0.0.1:65536\n",
		 "line 1, column 10"},
		{"a name", "listen = localhost:80\n", "line 1, column 10"},
		{"IPv6 without brackets", "listen = ::1:80\n",
		 "line 1, column 10"},
		{"half a bracket", "listen = [::1:80\n", "line 1, column 10"},
		{"empty brackets", "listen = []:80\n", "line 1, column 10"},
		{"a relative socket", "listen = unix:run\n",
		 "line 1, column 10"},
		{"a socket without path", "listen = unix:\n",
		 "line 1, column 10"},
		{"nowhere", "listen = none\n", "line 2, column 1"},
		{"none and one", "admin = none\nadmin = 127.0.0.1:1\n",
		 "line 2, column 9"},
		{"one and none", "admin = 127.0.0.1:1\nadmin = none\n",
		 "line 2, column 9"},
	};
	struct wb_config c;
	struct wb_problem p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (parse(bad[i].text, &c, &p) != WB_EREFUSED)
			fail_msg("taken: %s", bad[i].why);
		assert_int_equal(p.code, WB_P_CONFIG);
		if (strcmp(p.pointer, bad[i].place) != 0)
			fail_msg("%s: at %s", bad[i].why, p.pointer);
		assert_true(p.detail[0] != '\0');
	}
	assert_int_equal(parse("max_conections = 1\n", &c, &p), WB_EREFUSED);
	assert_non_null(strstr(p.resolution, "max_connections"));
}

/* At each limit, and one past it. */
static void test_limits(void **state)
{
	static char text[WB_CONFIG_MAX + 2];
	struct wb_config c;
	struct wb_problem p;
	char line[WB_CONFIG_PATH_MAX + 32];

	(void)state;
	for (int n = WB_CONFIG_LISTEN_MAX; n <= WB_CONFIG_LISTEN_MAX + 1; n++) {
		text[0] = '\0';
		for (int i = 0; i < n; i++)
			snprintf(text + strlen(text), 64,
				 "listen = 127.0.0.1:1\n");
		assert_int_equal(parse(text, &c, &p),
				 n == WB_CONFIG_LISTEN_MAX ? 0 : WB_EREFUSED);
	}
	for (int n = WB_CONFIG_PATH_MAX; n <= WB_CONFIG_PATH_MAX + 1; n++) {
		memset(line, 'x', sizeof(line));
		memcpy(line, "data = /", 8);
		line[7 + n] = '\0';
		assert_int_equal(parse(line, &c, &p),
				 n == WB_CONFIG_PATH_MAX ? 0 : WB_EREFUSED);
	}
	for (int n = 107; n <= 108; n++) {
		memset(line, 'x', sizeof(line));
		memcpy(line, "admin = unix:/", 14);
		line[13 + n] = '\0';
		assert_int_equal(parse(line, &c, &p),
				 n == 107 ? 0 : WB_EREFUSED);
	}
	memset(text, '\n', sizeof(text));
	assert_int_equal(wb_config_parse(wb_slice(text, WB_CONFIG_MAX), &c, &p),
			 0);
	assert_int_equal(
		wb_config_parse(wb_slice(text, WB_CONFIG_MAX + 1), &c, &p),
		WB_EREFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
