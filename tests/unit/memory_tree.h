#ifndef TESTS_UNIT_MEMORY_TREE_H
#define TESTS_UNIT_MEMORY_TREE_H

#include <string.h>

#include "waybill/tree.h"

/*
 * memory_tree: a small tree with its complete nodes in memory, and a count of
 * how often they are read.
 */
#define MEMORY_TREE_LEVELS 10
#define MEMORY_TREE_MAX    (1 << (MEMORY_TREE_LEVELS - 1))

struct memory_tree {
	struct wb_tree tree;
	uint8_t node[MEMORY_TREE_LEVELS][MEMORY_TREE_MAX][WB_HASH_LEN];
	uint64_t n[MEMORY_TREE_LEVELS]; /* nodes there are, by level */
	unsigned reads;
	unsigned puts_left; /* then put fails */
};

static inline void memory_tree_init(struct memory_tree *t)
{
	memset(t, 0, sizeof(*t));
	wb_tree_init(&t->tree);
	t->puts_left = UINT32_MAX;
}

static inline int memory_tree_put(void *ctx, unsigned level, uint64_t index,
				  const uint8_t hash[WB_HASH_LEN])
{
	struct memory_tree *t = ctx;

	if (t->puts_left == 0)
		return WB_EFULL;
	t->puts_left--;
	if (level >= MEMORY_TREE_LEVELS || index >= MEMORY_TREE_MAX)
		return WB_ELIMIT;
	memcpy(t->node[level][index], hash, WB_HASH_LEN);
	t->n[level] = index + 1;
	return 0;
}

static inline int memory_tree_get(void *ctx, unsigned level, uint64_t index,
				  uint8_t ret[WB_HASH_LEN])
{
	struct memory_tree *t = ctx;

	t->reads++;
	if (level >= MEMORY_TREE_LEVELS || index >= t->n[level])
		return WB_ENOTFOUND;
	memcpy(ret, t->node[level][index], WB_HASH_LEN);
	return 0;
}

static inline struct wb_nodes memory_tree_nodes(struct memory_tree *t)
{
	return (struct wb_nodes){.get = memory_tree_get, .ctx = t};
}

/* Append the entry whose bytes are data. */
static inline int memory_tree_add(struct memory_tree *t, struct wb_slice data)
{
	uint8_t leaf[WB_HASH_LEN];

	wb_leaf_hash(data, leaf);
	return wb_tree_append(&t->tree, leaf, memory_tree_put, t);
}

#endif /* TESTS_UNIT_MEMORY_TREE_H */
