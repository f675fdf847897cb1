#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/memory_tree.h"
#include "waybill/tree.h"

#define SIZES 131 /* 2^7 and some on either side */

static struct memory_tree memory;
static const struct wb_nodes nodes = {memory_tree_get, &memory};

/* --- the recursive definition of RFC 6962, word for word ------------------ */

static uint64_t split(uint64_t n)
{
	uint64_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

/* MTH(D[begin:end]), each computed once. */
static const uint8_t *mth(uint64_t begin, uint64_t end)
{
	static uint8_t hash[SIZES + 1][SIZES + 1][WB_HASH_LEN];
	static bool known[SIZES + 1][SIZES + 1];
	uint8_t *ret = hash[begin][end];
	uint64_t k = split(end - begin);

	if (known[begin][end])
		return ret;
	if (end - begin == 1)
		memcpy(ret, memory.node[0][begin], WB_HASH_LEN);
	else
		wb_node_hash(mth(begin, begin + k), mth(begin + k, end), ret);
	known[begin][end] = true;
	return ret;
}

static void push(struct wb_tree_proof *proof, const uint8_t *hash)
{
	memcpy(proof->hash[proof->n++], hash, WB_HASH_LEN);
}

/* PATH(m, D[begin:end]) */
static void path(uint64_t m, uint64_t begin, uint64_t end,
		 struct wb_tree_proof *proof)
{
	uint64_t k = split(end - begin);

	if (end - begin == 1)
		return;
	if (m < k) {
		path(m, begin, begin + k, proof);
		push(proof, mth(begin + k, end));
	} else {
		path(m - k, begin + k, end, proof);
		push(proof, mth(begin, begin + k));
	}
}

/* SUBPROOF(m, D[begin:end], b) */
static void subproof(uint64_t m, uint64_t begin, uint64_t end, bool b,
		     struct wb_tree_proof *proof)
{
	uint64_t k = split(end - begin);

	if (m == end - begin) {
		if (!b)
			push(proof, mth(begin, end));
	} else if (m <= k) {
		subproof(m, begin, begin + k, b, proof);
		push(proof, mth(begin + k, end));
	} else {
		subproof(m - k, begin + k, end, false, proof);
		push(proof, mth(begin, begin + k));
	}
}

/* A tree of SIZES leaves, each its number in two bytes. */
static int grow(void **state)
{
	(void)state;
	memory_tree_init(&memory);
	for (unsigned i = 0; i < SIZES; i++) {
		uint8_t data[2] = {(uint8_t)(i >> 8), (uint8_t)i};

		if (memory_tree_add(&memory, wb_slice(data, sizeof(data))) != 0)
			return -1;
	}
	return 0;
}

/* --- proofs --------------------------------------------------------------- */

static struct wb_tree_proof inclusion(const struct wb_nodes *from,
				      uint64_t index, uint64_t size)
{
	struct wb_tree_proof ret = {0};

	assert_int_equal(wb_tree_inclusion(from, index, size, &ret), 0);
	return ret;
}

static struct wb_tree_proof consistency(const struct wb_nodes *from,
					uint64_t old, uint64_t size)
{
	struct wb_tree_proof ret = {0};

	assert_int_equal(wb_tree_consistency(from, old, size, &ret), 0);
	return ret;
}

/* What is proved: leaf a in the tree of b, or that b extends the tree of a. */
struct claim {
	uint64_t a;
	uint64_t b;
};

static int verify_inclusion(const struct wb_tree_proof *proof,
			    struct claim claim)
{
	return wb_tree_verify_inclusion(mth(claim.a, claim.a + 1), claim.a,
					claim.b, proof, mth(0, claim.b));
}

static int verify_consistency(const struct wb_tree_proof *proof,
			      struct claim claim)
{
	return wb_tree_verify_consistency(claim.a, claim.b, mth(0, claim.a),
					  mth(0, claim.b), proof);
}

static void assert_same_proof(const struct wb_tree_proof *a,
			      const struct wb_tree_proof *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->hash, b->hash, a->n * WB_HASH_LEN);
}

/* Twice the levels that a tree of size leaves has. */
static unsigned reads_allowed(uint64_t size)
{
	unsigned ret = 0;

	for (; size > 0; size >>= 1)
		ret += 2;
	return ret;
}

static void test_inclusion_is_the_definition(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= SIZES; size++) {
		for (uint64_t i = 0; i < size; i++) {
			struct claim claim = {i, size};
			struct wb_tree_proof want = {0}, got;

			path(i, 0, size, &want);
			memory.reads = 0;
			got = inclusion(&nodes, i, size);
			assert_true(memory.reads <= reads_allowed(size));
			assert_same_proof(&got, &want);
			assert_int_equal(verify_inclusion(&got, claim), 0);
		}
	}
}

static void test_consistency_is_the_definition(void **state)
{
	(void)state;
	for (uint64_t to = 1; to <= SIZES; to++) {
		for (uint64_t from = 1; from <= to; from++) {
			struct claim claim = {from, to};
			struct wb_tree_proof want = {0}, got;

			subproof(from, 0, to, true, &want);
			memory.reads = 0;
			got = consistency(&nodes, from, to);
			assert_true(memory.reads <= reads_allowed(to));
			assert_same_proof(&got, &want);
			assert_int_equal(verify_consistency(&got, claim), 0);
		}
	}
}

static void test_roots_and_loading(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= SIZES; size++) {
		uint8_t root[WB_HASH_LEN];
		struct wb_tree tree;

		assert_int_equal(wb_tree_load(&nodes, size, &tree), 0);
		assert_int_equal(tree.size, size);
		wb_tree_root(&tree, root);
		assert_memory_equal(root, mth(0, size), sizeof(root));
		if (size == SIZES)
			break;
		/* It goes on as if it had never been put away. */
		assert_int_equal(
			wb_tree_append(&tree, mth(size, size + 1), NULL, NULL),
			0);
		wb_tree_root(&tree, root);
		assert_memory_equal(root, mth(0, size + 1), sizeof(root));
	}
}

/* --- tampering ------------------------------------------------------------ */

/* What a forger can do to a proof: every one must be refused. */
static void tamper(const struct wb_tree_proof *good,
		   int (*verify)(const struct wb_tree_proof *proof,
				 struct claim claim),
		   struct claim claim)
{
	struct wb_tree_proof bad;

	assert_int_equal(verify(good, claim), 0);
	for (size_t i = 0; i < good->n; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			bad = *good;
			bad.hash[i][(i * 7 + bit * 5) % WB_HASH_LEN] ^=
				(uint8_t)(1U << bit);
			assert_int_equal(verify(&bad, claim), WB_EPROOF);
		}
		/* Left out; said twice. */
		bad = *good;
		memmove(bad.hash[i], bad.hash[i + 1],
			(bad.n - i - 1) * WB_HASH_LEN);
		bad.n--;
		assert_int_equal(verify(&bad, claim), WB_EPROOF);
		bad = *good;
		memmove(bad.hash[i + 1], bad.hash[i],
			(bad.n - i) * WB_HASH_LEN);
		bad.n++;
		assert_int_equal(verify(&bad, claim), WB_EPROOF);
	}
	bad = *good;
	memset(bad.hash[bad.n++], 0, WB_HASH_LEN);
	assert_int_equal(verify(&bad, claim), WB_EPROOF);
	bad.n = WB_PROOF_MAX + 1;
	assert_int_equal(verify(&bad, claim), WB_EPROOF);
}

static void test_tampered_proofs_are_refused(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= 34; size++) {
		for (uint64_t i = 1; i <= size; i++) {
			struct wb_tree_proof p;

			p = inclusion(&nodes, i - 1, size);
			tamper(&p, verify_inclusion,
			       (struct claim){i - 1, size});
			p = consistency(&nodes, i, size);
			tamper(&p, verify_consistency, (struct claim){i, size});
		}
	}
}

/* A proof says nothing about another leaf, place or root. */
static void test_other_leaves_are_refused(void **state)
{
	const uint64_t size = 21;

	(void)state;
	for (uint64_t i = 0; i < size; i++) {
		struct wb_tree_proof p = inclusion(&nodes, i, size);
		const uint8_t *leaf = mth(i, i + 1), *root = mth(0, size);
		int rc;

		for (uint64_t o = 0; o < SIZES; o++) {
			rc = wb_tree_verify_inclusion(mth(o, o + 1), i, size,
						      &p, root);
			assert_int_equal(rc, o == i ? 0 : WB_EPROOF);
			rc = wb_tree_verify_inclusion(leaf, o, size, &p, root);
			assert_int_equal(rc, o == i ? 0 : WB_EPROOF);
			rc = wb_tree_verify_inclusion(leaf, i, size, &p,
						      mth(0, o + 1));
			assert_int_equal(rc, o + 1 == size ? 0 : WB_EPROOF);
		}
	}
}

static void test_other_roots_are_refused(void **state)
{
	const uint64_t size = 21;

	(void)state;
	for (uint64_t i = 1; i < size; i++) {
		struct wb_tree_proof p = consistency(&nodes, i, size);
		int rc;

		for (uint64_t o = 1; o <= SIZES; o++) {
			rc = wb_tree_verify_consistency(i, size, mth(0, o),
							mth(0, size), &p);
			assert_int_equal(rc, o == i ? 0 : WB_EPROOF);
			rc = wb_tree_verify_consistency(i, size, mth(0, i),
							mth(0, o), &p);
			assert_int_equal(rc, o == size ? 0 : WB_EPROOF);
		}
	}
}

/* --- edges ---------------------------------------------------------------- */

static void test_edges(void **state)
{
	struct wb_tree_proof p = {.n = 7}, empty = {0};
	uint8_t none[WB_HASH_LEN];
	struct wb_tree tree;
	int rc;

	(void)state;
	wb_tree_init(&tree);
	wb_tree_root(&tree, none);

	assert_int_equal(wb_tree_inclusion(&nodes, 0, 0, &p), WB_EPROOF);
	assert_int_equal(wb_tree_inclusion(&nodes, 5, 5, &p), WB_EPROOF);
	assert_int_equal(wb_tree_inclusion(&nodes, 5, UINT64_MAX, &p),
			 WB_ELIMIT);
	assert_int_equal(wb_tree_consistency(&nodes, 6, 5, &p), WB_EPROOF);
	assert_int_equal(wb_tree_consistency(&nodes, 6, UINT64_MAX, &p),
			 WB_ELIMIT);
	assert_int_equal(p.n, 7); /* untouched */
	assert_int_equal(wb_tree_consistency(&nodes, 0, 5, &p), 0);
	assert_int_equal(p.n, 0);
	assert_int_equal(wb_tree_load(&nodes, UINT64_MAX, &tree), WB_ELIMIT);
	assert_int_equal(wb_tree_load(&nodes, 0, &tree), 0);
	assert_int_equal(tree.size, 0);

	/* Nothing is proved about an empty tree, nor from one. */
	rc = wb_tree_verify_inclusion(none, 0, 0, &empty, none);
	assert_int_equal(rc, WB_EPROOF);
	rc = wb_tree_verify_consistency(0, 0, none, none, &empty);
	assert_int_equal(rc, WB_EPROOF);
	rc = wb_tree_verify_consistency(0, 4, none, mth(0, 4), &empty);
	assert_int_equal(rc, WB_EPROOF);
	/* A tree does not shrink; and it is consistent with itself, without
	 * a proof. */
	rc = wb_tree_verify_consistency(4, 3, mth(0, 4), mth(0, 3), &empty);
	assert_int_equal(rc, WB_EPROOF);
	rc = wb_tree_verify_consistency(4, 4, mth(0, 4), mth(0, 4), &empty);
	assert_int_equal(rc, 0);
	rc = wb_tree_verify_consistency(4, 4, mth(0, 4), mth(0, 3), &empty);
	assert_int_equal(rc, WB_EPROOF);
}

/* A node that is not stored is the reader's error, and nothing is proved. */
static void test_missing_nodes(void **state)
{
	struct wb_tree_proof p;
	struct wb_tree tree;

	(void)state;
	assert_int_equal(wb_tree_load(&nodes, SIZES + 1, &tree), WB_ENOTFOUND);
	assert_int_equal(wb_tree_inclusion(&nodes, 0, SIZES + 1, &p),
			 WB_ENOTFOUND);
	assert_int_equal(wb_tree_consistency(&nodes, 5, SIZES + 1, &p),
			 WB_ENOTFOUND);
	assert_int_equal(wb_tree_consistency(&nodes, 255, 256, &p),
			 WB_ENOTFOUND);
}

static void test_failed_append_changes_nothing(void **state)
{
	static struct memory_tree t;
	const uint8_t leaf[WB_HASH_LEN] = {1};
	struct wb_tree before;

	(void)state;
	memory_tree_init(&t);
	for (unsigned i = 0; i < 7; i++)
		assert_int_equal(
			wb_tree_append(&t.tree, leaf, memory_tree_put, &t), 0);
	/* The eighth leaf completes four nodes; each may fail to be put. */
	before = t.tree;
	for (unsigned i = 0; i < 4; i++) {
		t.puts_left = i;
		assert_int_equal(
			wb_tree_append(&t.tree, leaf, memory_tree_put, &t),
			WB_EFULL);
		assert_memory_equal(&t.tree, &before, sizeof(before));
	}
	t.puts_left = 4;
	assert_int_equal(wb_tree_append(&t.tree, leaf, memory_tree_put, &t), 0);
	assert_int_equal(t.tree.size, 8);

	t.tree.size = (UINT64_C(1) << 63) - 1;
	assert_int_equal(wb_tree_append(&t.tree, leaf, NULL, NULL), WB_ELIMIT);
}

/* A tree in which all leaves are the same: any size costs nothing. */
static int same_get(void *ctx, unsigned level, uint64_t index,
		    uint8_t ret[WB_HASH_LEN])
{
	unsigned *reads = ctx;

	(void)index;
	++*reads;
	memset(ret, 0x5a, WB_HASH_LEN);
	for (unsigned i = 0; i < level; i++)
		wb_node_hash(ret, ret, ret);
	return 0;
}

static void prove_largest(uint64_t index, uint64_t size)
{
	unsigned reads = 0;
	const struct wb_nodes same = {same_get, &reads};
	uint8_t leaf[WB_HASH_LEN], root[WB_HASH_LEN], old[WB_HASH_LEN];
	struct wb_tree_proof p = inclusion(&same, index, size);
	struct wb_tree tree;
	int rc;

	assert_true(reads <= reads_allowed(size));
	memset(leaf, 0x5a, sizeof(leaf));
	assert_int_equal(wb_tree_load(&same, size, &tree), 0);
	wb_tree_root(&tree, root);
	rc = wb_tree_verify_inclusion(leaf, index, size, &p, root);
	assert_int_equal(rc, 0);
	if (index == 0)
		return;

	assert_int_equal(wb_tree_load(&same, index, &tree), 0);
	wb_tree_root(&tree, old);
	p = consistency(&same, index, size);
	rc = wb_tree_verify_consistency(index, size, old, root, &p);
	assert_int_equal(rc, 0);
	/* C2SP tlog-witness counts on it. */
	assert_true(p.n <= 63 || size > UINT64_C(1) << 62);
}

static void test_largest_trees(void **state)
{
	static const uint64_t size[] = {
		(UINT64_C(1) << 63) - 1,     UINT64_C(1) << 62,
		(UINT64_C(1) << 62) + 1,     UINT64_C(0x5555555555555555),
		UINT64_C(0x123456789abcdef),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		const uint64_t index[] = {0, 1, size[i] / 3, size[i] - 1};

		for (size_t j = 0; j < sizeof(index) / sizeof(index[0]); j++)
			prove_largest(index[j], size[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roots_and_loading),
		cmocka_unit_test(test_inclusion_is_the_definition),
		cmocka_unit_test(test_consistency_is_the_definition),
		cmocka_unit_test(test_tampered_proofs_are_refused),
		cmocka_unit_test(test_other_leaves_are_refused),
		cmocka_unit_test(test_other_roots_are_refused),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_missing_nodes),
		cmocka_unit_test(test_failed_append_changes_nothing),
		cmocka_unit_test(test_largest_trees),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, grow, NULL);
}
