#include <assert.h>
#include <string.h>

#include "waybill/tree.h"

/* The largest tree whose frontier fits: one level for each bit. */
#define SIZE_MAX_LEAVES ((UINT64_C(1) << WB_TREE_LEVELS) - 1)

static bool hash_eq(const uint8_t a[WB_HASH_LEN], const uint8_t b[WB_HASH_LEN])
{
	return memcmp(a, b, WB_HASH_LEN) == 0;
}

void wb_leaf_hash(struct wb_slice data, uint8_t ret[WB_HASH_LEN])
{
	static const uint8_t prefix = 0x00;
	struct wb_slice part[] = {wb_slice(&prefix, 1), data};

	wb_sha256(part, 2, ret);
}

void wb_node_hash(const uint8_t left[WB_HASH_LEN],
		  const uint8_t right[WB_HASH_LEN], uint8_t ret[WB_HASH_LEN])
{
	static const uint8_t prefix = 0x01;
	struct wb_slice part[] = {
		wb_slice(&prefix, 1),
		wb_slice(left, WB_HASH_LEN),
		wb_slice(right, WB_HASH_LEN),
	};

	wb_sha256(part, 3, ret);
}

/* --- growing -------------------------------------------------------------- */

void wb_tree_init(struct wb_tree *tree)
{
	memset(tree, 0, sizeof(*tree));
}

int wb_tree_append(struct wb_tree *tree, const uint8_t leaf[WB_HASH_LEN],
		   int (*put)(void *ctx, unsigned level, uint64_t index,
			      const uint8_t hash[WB_HASH_LEN]),
		   void *ctx)
{
	uint8_t hash[WB_HASH_LEN];
	unsigned level = 0;

	if (tree->size == SIZE_MAX_LEAVES)
		return WB_ELIMIT;

	/* The new leaf closes a subtree for each set bit it carries over. */
	memcpy(hash, leaf, sizeof(hash));
	for (;;) {
		int rc = 0;

		if (put != NULL)
			rc = put(ctx, level, tree->size >> level, hash);
		if (rc != 0)
			return rc;
		if ((tree->size >> level & 1) == 0)
			break;
		wb_node_hash(tree->frontier[level], hash, hash);
		level++;
	}
	memcpy(tree->frontier[level], hash, sizeof(hash));
	tree->size++;
	return 0;
}

void wb_tree_root(const struct wb_tree *tree, uint8_t ret[WB_HASH_LEN])
{
	uint8_t hash[WB_HASH_LEN];
	bool any = false;

	for (unsigned level = 0; level < WB_TREE_LEVELS; level++) {
		if ((tree->size >> level & 1) == 0)
			continue;
		if (any)
			wb_node_hash(tree->frontier[level], hash, hash);
		else
			memcpy(hash, tree->frontier[level], sizeof(hash));
		any = true;
	}
	if (!any)
		wb_sha256(NULL, 0, hash);
	memcpy(ret, hash, sizeof(hash));
}

int wb_tree_load(const struct wb_nodes *nodes, uint64_t size,
		 struct wb_tree *ret)
{
	struct wb_tree tree;

	if (size > SIZE_MAX_LEAVES)
		return WB_ELIMIT;
	wb_tree_init(&tree);
	tree.size = size;
	for (unsigned level = 0; level < WB_TREE_LEVELS; level++) {
		int rc;

		if ((size >> level & 1) == 0)
			continue;
		rc = nodes->get(nodes->ctx, level, (size >> level) - 1,
				tree.frontier[level]);
		if (rc != 0)
			return rc;
	}
	*ret = tree;
	return 0;
}

/* --- making proofs -------------------------------------------------------- */

/*
 * MTH(D[begin:end]) from stored nodes.  begin is a multiple of the smallest
 * power of two that is not less than end - begin, so that every complete
 * subtree of the range is a stored node.
 */
static int range_hash(const struct wb_nodes *nodes, uint64_t begin,
		      uint64_t end, uint8_t ret[WB_HASH_LEN])
{
	uint8_t hash[WB_HASH_LEN], left[WB_HASH_LEN];
	uint64_t n = end - begin;
	bool any = false;

	assert(begin < end);

	for (unsigned level = 0; n >> level > 0; level++) {
		int rc;

		if ((n >> level & 1) == 0)
			continue;
		rc = nodes->get(nodes->ctx, level, (end >> level) - 1, left);
		if (rc != 0)
			return rc;
		if (any)
			wb_node_hash(left, hash, hash);
		else
			memcpy(hash, left, sizeof(hash));
		any = true;
	}
	memcpy(ret, hash, sizeof(hash));
	return 0;
}

/*
 * Append to proof the siblings on the way from node (level, index) to the
 * root of a tree of size leaves.
 */
static int climb(const struct wb_nodes *nodes, unsigned level, uint64_t index,
		 uint64_t size, struct wb_tree_proof *proof)
{
	uint64_t last = (size - 1) >> level; /* of this level, or partial */

	for (; last > 0; level++, index >>= 1, last >>= 1) {
		uint64_t sibling = index ^ 1, end;
		int rc;

		/* At the right edge a node may have none: it moves up. */
		if (sibling > last)
			continue;
		end = (sibling + 1) << level;
		if (end > size)
			end = size;
		assert(proof->n < WB_PROOF_MAX);
		rc = range_hash(nodes, sibling << level, end,
				proof->hash[proof->n]);
		if (rc != 0)
			return rc;
		proof->n++;
	}
	return 0;
}

int wb_tree_inclusion(const struct wb_nodes *nodes, uint64_t index,
		      uint64_t size, struct wb_tree_proof *ret)
{
	struct wb_tree_proof proof = {0};
	int rc;

	if (index >= size)
		return WB_EPROOF;
	if (size > SIZE_MAX_LEAVES)
		return WB_ELIMIT;
	rc = climb(nodes, 0, index, size, &proof);
	if (rc != 0)
		return rc;
	*ret = proof;
	return 0;
}

int wb_tree_consistency(const struct wb_nodes *nodes, uint64_t from,
			uint64_t to, struct wb_tree_proof *ret)
{
	struct wb_tree_proof proof = {0};
	unsigned level = 0;
	int rc;

	if (from > to)
		return WB_EPROOF;
	if (to > SIZE_MAX_LEAVES)
		return WB_ELIMIT;
	if (from == 0 || from == to) {
		ret->n = 0;
		return 0;
	}

	/*
	 * Begin at the largest complete subtree that ends the old tree.  Where
	 * it is the old tree, the verifier knows its hash.
	 */
	while ((from >> level & 1) == 0)
		level++;
	if (from >> level > 1) {
		rc = range_hash(nodes, ((from >> level) - 1) << level, from,
				proof.hash[0]);
		if (rc != 0)
			return rc;
		proof.n = 1;
	}
	rc = climb(nodes, level, (from >> level) - 1, to, &proof);
	if (rc != 0)
		return rc;
	*ret = proof;
	return 0;
}

/* --- verifying ------------------------------------------------------------ */

/* Where a verifier stands: the node it has hashed and the last of its level. */
struct climber {
	uint64_t fn;
	uint64_t sn;
};

/* Whether the next hash of the proof goes to the left of ours. */
static bool goes_left(const struct climber *c)
{
	return (c->fn & 1) != 0 || c->fn == c->sn;
}

/* Move up a level, and past those at which the right edge has no sibling. */
static void step_up(struct climber *c)
{
	while (c->fn == c->sn && (c->fn & 1) == 0 && c->fn != 0) {
		c->fn >>= 1;
		c->sn >>= 1;
	}
	c->fn >>= 1;
	c->sn >>= 1;
}

int wb_tree_verify_inclusion(const uint8_t leaf[WB_HASH_LEN], uint64_t index,
			     uint64_t size, const struct wb_tree_proof *proof,
			     const uint8_t root[WB_HASH_LEN])
{
	struct climber c = {.fn = index, .sn = size - 1};
	uint8_t r[WB_HASH_LEN];

	if (index >= size || proof->n > WB_PROOF_MAX)
		return WB_EPROOF;
	memcpy(r, leaf, sizeof(r));
	for (size_t i = 0; i < proof->n; i++) {
		if (c.sn == 0)
			return WB_EPROOF;
		if (goes_left(&c))
			wb_node_hash(proof->hash[i], r, r);
		else
			wb_node_hash(r, proof->hash[i], r);
		step_up(&c);
	}
	return c.sn == 0 && hash_eq(r, root) ? 0 : WB_EPROOF;
}

int wb_tree_verify_consistency(uint64_t from, uint64_t to,
			       const uint8_t from_root[WB_HASH_LEN],
			       const uint8_t to_root[WB_HASH_LEN],
			       const struct wb_tree_proof *proof)
{
	struct climber c = {.fn = from - 1, .sn = to - 1};
	uint8_t fr[WB_HASH_LEN], sr[WB_HASH_LEN];
	size_t i = 0;

	if (from == 0 || from > to || proof->n > WB_PROOF_MAX)
		return WB_EPROOF;
	if (from == to)
		return proof->n == 0 && hash_eq(from_root, to_root) ? 0
								    : WB_EPROOF;

	while ((c.fn & 1) != 0) {
		c.fn >>= 1;
		c.sn >>= 1;
	}
	/* fn is 0 when from is a power of two: the old tree is one node. */
	if (c.fn != 0 && proof->n == 0)
		return WB_EPROOF;
	memcpy(fr, c.fn == 0 ? from_root : proof->hash[i++], sizeof(fr));
	memcpy(sr, fr, sizeof(sr));
	for (; i < proof->n; i++) {
		if (c.sn == 0)
			return WB_EPROOF;
		if (goes_left(&c)) {
			wb_node_hash(proof->hash[i], fr, fr);
			wb_node_hash(proof->hash[i], sr, sr);
		} else {
			wb_node_hash(sr, proof->hash[i], sr);
		}
		step_up(&c);
	}
	return c.sn == 0 && hash_eq(fr, from_root) && hash_eq(sr, to_root)
		       ? 0
		       : WB_EPROOF;
}
