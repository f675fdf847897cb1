#include <assert.h>
#include <stdlib.h>

#include "daemon/body.h"
#include "waybill/limits.h"

#define CLASSES 3

struct class
{
	struct wb_body *free;
	struct wb_body *all;
	uint8_t *bytes;
};

struct wb_bodies {
	struct class class[CLASSES];
};

static const size_t class_cap[CLASSES] = {
	8192,
	WB_STATEMENT_MAX,
	WB_POLICY_STATEMENT_MAX,
};

static int class_init(struct class *c, unsigned size, size_t n)
{
	size_t cap = class_cap[size];

	/* Fresh pages of calloc() cost nothing until they are touched. */
	c->bytes = calloc(n, cap);
	c->all = calloc(n, sizeof(*c->all));
	if (c->bytes == NULL || c->all == NULL)
		return WB_ENOMEM;
	for (size_t i = n; i-- > 0;) {
		struct wb_body *body = &c->all[i];

		body->size = size;
		body->cap = cap;
		body->p = c->bytes + i * cap;
		body->next = c->free;
		c->free = body;
	}
	return 0;
}

int wb_bodies_new(size_t n_connections, struct wb_bodies **ret)
{
	const size_t n[CLASSES] = {n_connections, 256, 4};
	struct wb_bodies *b = calloc(1, sizeof(*b));
	int rc = 0;

	if (b == NULL)
		return WB_ENOMEM;
	for (unsigned i = 0; i < CLASSES && rc == 0; i++)
		rc = class_init(&b->class[i], i, n[i]);
	if (rc != 0) {
		wb_bodies_free(b);
		return rc;
	}
	*ret = b;
	return 0;
}

void wb_bodies_free(struct wb_bodies *b)
{
	if (b == NULL)
		return;
	for (unsigned i = 0; i < CLASSES; i++) {
		free(b->class[i].bytes);
		free(b->class[i].all);
	}
	free(b);
}

struct wb_body *wb_body_take(struct wb_bodies *b, size_t len)
{
	struct wb_body *body;
	unsigned i = 0;

	while (i < CLASSES - 1 && class_cap[i] < len)
		i++;
	assert(len <= class_cap[i]);
	body = b->class[i].free;
	if (body != NULL)
		b->class[i].free = body->next;
	return body;
}

void wb_body_give(struct wb_bodies *b, struct wb_body *body)
{
	body->next = b->class[body->size].free;
	b->class[body->size].free = body;
}
