#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit_parts.h"

struct cell {
	char *key;
	uint8_t *value;
	size_t len;
	uint64_t seq;
};

static int compare(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static void cell_free(void *p)
{
	struct cell *c = p;

	free(c->key);
	free(c->value);
	free(c);
}

static int set_value(struct cell *c, struct wb_slice value, uint64_t seq)
{
	uint8_t *copy = malloc(value.len + 1);

	if (copy == NULL)
		return WB_ENOMEM;
	if (value.len > 0)
		memcpy(copy, value.p, value.len);
	free(c->value);
	c->value = copy;
	c->len = value.len;
	c->seq = seq;
	return 0;
}

int wb_memory_put(struct wb_memory *m, const char *key, struct wb_slice value,
		  uint64_t seq)
{
	struct cell *c = calloc(1, sizeof(*c)), **at;

	if (c == NULL)
		return WB_ENOMEM;
	c->key = strdup(key);
	if (c->key == NULL || set_value(c, value, seq) != 0) {
		cell_free(c);
		return WB_ENOMEM;
	}
	at = tsearch(c, &m->root, compare);
	if (at == NULL) {
		cell_free(c);
		return WB_ENOMEM;
	}
	if (*at != c) {
		int rc = set_value(*at, value, seq);

		cell_free(c);
		return rc;
	}
	m->n++;
	return 0;
}

struct tour {
	int (*visit)(void *ctx, const char *key, struct wb_slice value,
		     uint64_t seq);
	void *ctx;
	int rc;
};

static void visit_cell(const void *node, VISIT order, void *ctx)
{
	const struct cell *c = *(struct cell *const *)node;
	struct tour *t = ctx;

	if (t->rc == 0 && (order == postorder || order == leaf))
		t->rc = t->visit(t->ctx, c->key, wb_slice(c->value, c->len),
				 c->seq);
}

int wb_memory_each(const struct wb_memory *m,
		   int (*visit)(void *ctx, const char *key,
				struct wb_slice value, uint64_t seq),
		   void *ctx)
{
	struct tour t = {visit, ctx, 0};

	twalk_r(m->root, visit_cell, &t);
	return t.rc;
}

static int get(void *ctx, const char *key, struct wb_slice *ret_value,
	       uint64_t *ret_seq)
{
	struct wb_memory *m = ctx;
	struct cell asked = {.key = (char *)(uintptr_t)key};
	struct cell **at = tfind(&asked, &m->root, compare);

	if (at == NULL)
		return WB_ENOTFOUND;
	*ret_value = wb_slice((*at)->value, (*at)->len);
	*ret_seq = (*at)->seq;
	return 0;
}

struct wb_state wb_memory_state(struct wb_memory *m)
{
	return (struct wb_state){get, m};
}

void wb_memory_free(struct wb_memory *m)
{
	tdestroy(m->root, cell_free);
	m->root = NULL;
	m->n = 0;
}
