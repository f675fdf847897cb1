#include "client/state.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/files.h"
#include "client/print.h"
#include "waybill/text.h"

#define STATE_FILE_MAX ((size_t)16 << 20)

/* The index of key, or where it would stand. */
static size_t find(const struct wb_given *g, const char *key, bool *ret_found)
{
	size_t low = 0, high = g->n;

	*ret_found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(g->entry[mid].key, key);

		if (order == 0) {
			*ret_found = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int insert(struct wb_given *g, size_t at, char *key, char *value)
{
	if (g->n == g->cap) {
		size_t cap = g->cap ? 2 * g->cap : 64;
		struct wb_given_entry *entry =
			reallocarray(g->entry, cap, sizeof(*entry));

		if (entry == NULL)
			return WB_ENOMEM;
		g->entry = entry;
		g->cap = cap;
	}
	memmove(&g->entry[at + 1], &g->entry[at],
		(g->n - at) * sizeof(g->entry[0]));
	g->entry[at] = (struct wb_given_entry){key, value, g->seq};
	g->n++;
	return 0;
}

int wb_given_put(struct wb_given *g, const char *key, struct wb_slice value)
{
	bool found;
	size_t at = find(g, key, &found);
	char *copy = strndup((const char *)value.p, value.len);
	char *name = found ? NULL : strdup(key);

	if (copy == NULL || (!found && name == NULL))
		goto free;
	g->seq++;
	if (found) {
		free(g->entry[at].value);
		g->entry[at].value = copy;
		g->entry[at].seq = g->seq;
		return 0;
	}
	if (insert(g, at, name, copy) == 0)
		return 0;
free:
	free(copy);
	free(name);
	return WB_ENOMEM;
}

int wb_given_load(struct wb_given *g, const char *path)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice rest, line;
	struct wb_buf file;
	unsigned number = 0;
	int rc = wb_load("state file", path, STATE_FILE_MAX, &file);

	rest = wb_buf_slice(&file);
	while (rc == 0 && wb_line_next(&rest, &line)) {
		const uint8_t *tab = memchr(line.p, '\t', line.len);
		size_t len = tab ? (size_t)(tab - line.p) : 0;

		number++;
		if (line.len == 0 || line.p[0] == '#')
			continue;
		if (len == 0 ||
		    wb_slice_copy(wb_slice(line.p, len), key, sizeof(key)) !=
			    0 ||
		    line.len - len - 1 > WB_STATE_VALUE_MAX)
			rc = wb_fail(WB_EXIT_USAGE,
				     "%s, line %u: not a key, a tab and a "
				     "value",
				     path, number);
		else if (wb_given_put(g, key,
				      wb_slice(tab + 1, line.len - len - 1)))
			rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	}
	if (rc == 0 && rest.len > 0)
		rc = wb_fail(WB_EXIT_USAGE, "%s: the last line has no newline",
			     path);
	wb_buf_free(&file);
	return rc;
}

static int get(void *ctx, const char *key, struct wb_slice *ret_value,
	       uint64_t *ret_seq)
{
	const struct wb_given *g = ctx;
	bool found;
	size_t at = find(g, key, &found);

	if (!found)
		return WB_ENOTFOUND;
	*ret_value = wb_slice_str(g->entry[at].value);
	*ret_seq = g->entry[at].seq;
	return 0;
}

struct wb_state wb_given_state(struct wb_given *g)
{
	return (struct wb_state){get, g};
}

void wb_given_free(struct wb_given *g)
{
	for (size_t i = 0; i < g->n; i++) {
		free(g->entry[i].key);
		free(g->entry[i].value);
	}
	free(g->entry);
	*g = (struct wb_given){0};
}
