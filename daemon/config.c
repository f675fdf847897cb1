#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "waybill/text.h"

enum kind {
	PATH,
	LISTENERS,
	NUMBER,
};

struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	uint32_t min, max;
};

#define AT(member) offsetof(struct wb_config, member)

/* Every key, in the order in which they are written. */
static const struct key table[] = {
	{"data", PATH, AT(data), 0, 0},
	{"checkpoint_key", PATH, AT(checkpoint_key), 0, 0},
	{"record_key", PATH, AT(record_key), 0, 0},
	{"listen", LISTENERS, AT(listen), 0, 0},
	{"admin", LISTENERS, AT(admin), 0, 0},
	{"workers", NUMBER, AT(workers), 0, WB_WORKERS_MAX},
	{"max_connections", NUMBER, AT(max_connections), 1, 65536},
	{"max_jobs", NUMBER, AT(max_jobs), 1, 4096},
	{"header_timeout_ms", NUMBER, AT(header_timeout_ms), 100, 600000},
	{"body_timeout_ms", NUMBER, AT(body_timeout_ms), 100, 600000},
	{"request_timeout_ms", NUMBER, AT(request_timeout_ms), 100, 600000},
	{"write_timeout_ms", NUMBER, AT(write_timeout_ms), 100, 600000},
	{"idle_timeout_ms", NUMBER, AT(idle_timeout_ms), 100, 3600000},
	{"clock_jump_max_s", NUMBER, AT(clock_jump_max_s), 60, 315360000},
	{"scrub_interval_h", NUMBER, AT(scrub_interval_h), 0, 8760},
};

#define KEYS (sizeof(table) / sizeof(table[0]))

/* Where in the file an error is told to be. */
struct place {
	unsigned line;
	size_t column;
	struct wb_problem *problem;
};

static int refuse(const struct place *at, struct wb_slice found,
		  const char *detail)
{
	char where[64];
	int rc;

	snprintf(where, sizeof(where), "line %u, column %zu", at->line,
		 at->column);
	rc = wb_refuse(at->problem, WB_P_CONFIG, where, "%s", detail);
	wb_problem_found(at->problem, found);
	return rc;
}

static struct wb_listeners *listeners_of(struct wb_config *c,
					 const struct key *key)
{
	return key->offset == AT(listen) ? &c->listen : &c->admin;
}

static uint32_t *number_of(struct wb_config *c, const struct key *key)
{
	return (uint32_t *)(void *)((char *)c + key->offset);
}

static char *path_of(struct wb_config *c, const struct key *key)
{
	return (char *)c + key->offset;
}

static bool host_valid(struct wb_slice s)
{
	if (s.len == 0 || s.len > WB_ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f') &&
		    c != '.' && c != ':')
			return false;
	}
	return true;
}

/* A path from the root, without control characters. */
static bool path_valid(struct wb_slice s, size_t max)
{
	if (s.len < 2 || s.len > max || s.p[0] != '/')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	}
	return wb_utf8_valid(s);
}

int wb_address_parse(struct wb_slice text, struct wb_address *ret)
{
	static const char prefix[] = "unix:";
	struct wb_address a = {.is_unix = false};
	struct wb_slice host;
	uint64_t port;
	size_t i = text.len;
	int rc;

	if (wb_slice_starts(text, prefix)) {
		host = wb_slice(text.p + strlen(prefix),
				text.len - strlen(prefix));
		/* sun_path has 108 bytes with its NUL. */
		if (!path_valid(host, 107))
			return WB_EFORM;
		a.is_unix = true;
		rc = wb_slice_copy(host, a.host, sizeof(a.host));
		if (rc != 0)
			return rc;
		*ret = a;
		return 0;
	}

	while (i > 0 && text.p[i - 1] != ':')
		i--;
	if (i < 2)
		return WB_EFORM;
	rc = wb_parse_dec(wb_slice(text.p + i, text.len - i), &port);
	if (rc != 0 || port > UINT16_MAX)
		return WB_EFORM;
	host = wb_slice(text.p, i - 1);
	if (host.p[0] == '[') {
		if (host.len < 3 || host.p[host.len - 1] != ']')
			return WB_EFORM;
		host = wb_slice(host.p + 1, host.len - 2);
	} else if (memchr(host.p, ':', host.len) != NULL) {
		return WB_EFORM; /* IPv6 goes in brackets */
	}
	if (!host_valid(host))
		return WB_EFORM;
	a.port = (uint16_t)port;
	rc = wb_slice_copy(host, a.host, sizeof(a.host));
	if (rc != 0)
		return rc;
	*ret = a;
	return 0;
}

void wb_config_init(struct wb_config *ret)
{
	static const struct wb_config defaults = {
		.listen = {1, {{.host = "127.0.0.1", .port = 7700}}},
		.admin = {1, {{.host = "127.0.0.1", .port = 7701}}},
		.workers = 0,
		.max_connections = 4096,
		.max_jobs = 512,
		.header_timeout_ms = 10000,
		.body_timeout_ms = 30000,
		.request_timeout_ms = 60000,
		.write_timeout_ms = 30000,
		.idle_timeout_ms = 60000,
		.clock_jump_max_s = 31 * 86400,
		.scrub_interval_h = 24,
	};

	*ret = defaults;
}

static int set_path(const struct place *at, char *out, struct wb_slice value)
{
	if (!path_valid(value, WB_CONFIG_PATH_MAX))
		return refuse(at, value, "not a path that begins with '/'");
	return wb_slice_copy(value, out, WB_CONFIG_PATH_MAX + 1);
}

static int set_number(const struct place *at, const struct key *key,
		      uint32_t *out, struct wb_slice value)
{
	char detail[120];
	uint64_t n;

	if (wb_parse_dec(value, &n) != 0 || n < key->min || n > key->max) {
		snprintf(detail, sizeof(detail),
			 "%s is a whole number from %u to %u", key->name,
			 (unsigned)key->min, (unsigned)key->max);
		return refuse(at, value, detail);
	}
	*out = (uint32_t)n;
	return 0;
}

static int add_listener(const struct place *at, struct wb_listeners *out,
			bool first, struct wb_slice value)
{
	struct wb_address a;

	if (first)
		out->n = 0;
	if (wb_slice_is(value, "none")) {
		if (!first)
			return refuse(at, value, "none stands alone");
		return 0;
	}
	if (!first && out->n == 0)
		return refuse(at, value, "none stands alone");
	if (out->n == WB_CONFIG_LISTEN_MAX)
		return refuse(at, value, "more listeners than are allowed");
	if (wb_address_parse(value, &a) != 0)
		return refuse(at, value,
			      "not an address such as 127.0.0.1:7700, "
			      "[::1]:7700 or unix:/run/waybill/socket");
	out->at[out->n++] = a;
	return 0;
}

static int set_key(const struct place *at, struct wb_config *c,
		   const struct key *key, bool first, struct wb_slice value)
{
	if (!first && key->kind != LISTENERS)
		return refuse(at, value, "the key stands there twice");
	switch (key->kind) {
	case PATH:
		return set_path(at, path_of(c, key), value);
	case LISTENERS:
		return add_listener(at, listeners_of(c, key), first, value);
	case NUMBER:
		return set_number(at, key, number_of(c, key), value);
	}
	return WB_EFORM;
}

static struct wb_slice trim(struct wb_slice s)
{
	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = wb_slice(s.p + 1, s.len - 1);
	while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static int find_key(const struct place *at, struct wb_slice name, size_t *ret)
{
	const char *known[KEYS], *near;
	int rc;

	for (size_t i = 0; i < KEYS; i++) {
		if (wb_slice_is(name, table[i].name)) {
			*ret = i;
			return 0;
		}
		known[i] = table[i].name;
	}
	rc = refuse(at, name, "there is no such key");
	near = wb_nearest(name, known, KEYS);
	if (near != NULL)
		wb_problem_advise(at->problem, "Did you mean \"%s\"?", near);
	return rc;
}

static int parse_line(struct place *at, struct wb_slice line,
		      struct wb_config *c, unsigned *seen)
{
	struct wb_slice name = trim(line), value;
	const uint8_t *eq;
	size_t which = 0;
	bool first;
	int rc;

	if (name.len == 0 || name.p[0] == '#')
		return 0;
	at->column = (size_t)(name.p - line.p) + 1;
	eq = memchr(name.p, '=', name.len);
	if (eq == NULL)
		return refuse(at, name, "a line is written key = value");
	value = trim(wb_slice(eq + 1, (size_t)(name.p + name.len - eq - 1)));
	name = trim(wb_slice(name.p, (size_t)(eq - name.p)));

	rc = find_key(at, name, &which);
	if (rc != 0)
		return rc;
	at->column = (size_t)(value.p - line.p) + 1;
	if (value.len == 0)
		return refuse(at, name, "the key has no value");
	first = (*seen & 1u << which) == 0;
	*seen |= 1u << which;
	return set_key(at, c, &table[which], first, value);
}

int wb_config_parse(struct wb_slice text, struct wb_config *ret,
		    struct wb_problem *problem)
{
	struct place at = {.line = 1, .column = 1, .problem = problem};
	struct wb_config c;
	unsigned seen = 0;
	int rc;

	wb_config_init(&c);
	if (text.len > WB_CONFIG_MAX)
		return refuse(&at, wb_slice(NULL, 0),
			      "the file is longer than its limit");
	while (text.len > 0) {
		struct wb_slice line = text;
		const uint8_t *end = memchr(text.p, '\n', text.len);

		/* The last line may lack its newline: editors do that. */
		if (end != NULL)
			line.len = (size_t)(end - text.p);
		rc = parse_line(&at, line, &c, &seen);
		if (rc != 0)
			return rc;
		text = wb_slice(text.p + line.len, text.len - line.len);
		if (end != NULL)
			text = wb_slice(text.p + 1, text.len - 1);
		at.line++;
		at.column = 1;
	}
	if (c.listen.n == 0)
		return refuse(&at, wb_slice_str("none"),
			      "the ledger needs somewhere to listen");
	*ret = c;
	return 0;
}

static void write_listeners(struct wb_writer *w, const char *name,
			    const struct wb_listeners *l)
{
	if (l->n == 0)
		wb_write_fmt(w, "%s = none\n", name);
	for (size_t i = 0; i < l->n; i++) {
		const struct wb_address *a = &l->at[i];

		if (a->is_unix)
			wb_write_fmt(w, "%s = unix:%s\n", name, a->host);
		else if (strchr(a->host, ':') != NULL)
			wb_write_fmt(w, "%s = [%s]:%u\n", name, a->host,
				     (unsigned)a->port);
		else
			wb_write_fmt(w, "%s = %s:%u\n", name, a->host,
				     (unsigned)a->port);
	}
}

void wb_config_write(struct wb_writer *w, const struct wb_config *config)
{
	struct wb_config c = *config;

	for (size_t i = 0; i < KEYS; i++) {
		const struct key *key = &table[i];

		switch (key->kind) {
		case PATH:
			if (path_of(&c, key)[0] != '\0')
				wb_write_fmt(w, "%s = %s\n", key->name,
					     path_of(&c, key));
			break;
		case LISTENERS:
			write_listeners(w, key->name, listeners_of(&c, key));
			break;
		case NUMBER:
			wb_write_fmt(w, "%s = %u\n", key->name,
				     (unsigned)*number_of(&c, key));
			break;
		}
	}
}
