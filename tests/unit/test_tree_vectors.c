#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/file_into.h"
#include "waybill/text.h"
#include "waybill/tree.h"

/*
 * The published proofs of tests/vectors/merkle-*.txt, whose heads say what a
 * line holds.  A hash that is not 32 bytes long cannot be handed to the
 * verifiers at all: that is how our formats refuse it.
 */
struct vector {
	bool good;
	uint64_t a;
	uint64_t b;
	uint8_t hash[2][WB_HASH_LEN];
	struct wb_tree_proof proof;
	bool expressible; /* all hashes have 32 bytes */
};

static struct wb_slice word(struct wb_slice *line)
{
	struct wb_slice ret = {0};

	assert_true(wb_word_next(line, &ret));
	return ret;
}

static void read_hash(struct vector *v, struct wb_slice text,
		      uint8_t out[WB_HASH_LEN])
{
	size_t len = 0;

	if (!wb_slice_is(text, "_"))
		assert_int_equal(wb_unbase64(text, out, WB_HASH_LEN, &len), 0);
	if (len != WB_HASH_LEN)
		v->expressible = false;
}

static void read_proof(struct vector *v, struct wb_slice text)
{
	if (wb_slice_is(text, "-"))
		return;
	for (;;) {
		const uint8_t *comma = memchr(text.p, ',', text.len);
		size_t len =
			comma == NULL ? text.len : (size_t)(comma - text.p);

		assert_true(v->proof.n < WB_PROOF_MAX);
		read_hash(v, wb_slice(text.p, len),
			  v->proof.hash[v->proof.n++]);
		if (comma == NULL)
			return;
		text = wb_slice(comma + 1, text.len - len - 1);
	}
}

static struct vector read_vector(struct wb_slice line)
{
	struct vector v = {.expressible = true};
	struct wb_slice judged;

	(void)word(&line); /* its name */
	judged = word(&line);
	v.good = wb_slice_is(judged, "good");
	assert_true(v.good || wb_slice_is(judged, "bad"));
	assert_int_equal(wb_parse_dec(word(&line), &v.a), 0);
	assert_int_equal(wb_parse_dec(word(&line), &v.b), 0);
	read_hash(&v, word(&line), v.hash[0]);
	read_hash(&v, word(&line), v.hash[1]);
	read_proof(&v, word(&line));
	assert_int_equal(line.len, 0);
	return v;
}

static int inclusion(const struct vector *v)
{
	return wb_tree_verify_inclusion(v->hash[1], v->a, v->b, &v->proof,
					v->hash[0]);
}

static int consistency(const struct vector *v)
{
	return wb_tree_verify_consistency(v->a, v->b, v->hash[0], v->hash[1],
					  &v->proof);
}

struct tally {
	unsigned good;
	unsigned bad;        /* judged by the verifier */
	unsigned form;       /* bad, and no hash of 32 bytes */
	unsigned impossible; /* good, and no hash of 32 bytes */
};

static struct tally run(const char *file, int (*verify)(const struct vector *v))
{
	static char text[32768];
	struct wb_slice rest = file_into(file, text, sizeof(text)), line;
	struct tally t = {0};

	while (wb_line_next(&rest, &line)) {
		struct vector v;

		if (wb_slice_starts(line, "#"))
			continue;
		v = read_vector(line);
		if (!v.expressible) {
			*(v.good ? &t.impossible : &t.form) += 1;
			continue;
		}
		*(v.good ? &t.good : &t.bad) += 1;
		if (verify(&v) != (v.good ? 0 : WB_EPROOF))
			fail_msg("%.*s", (int)line.len, (const char *)line.p);
	}
	assert_int_equal(rest.len, 0);
	return t;
}

static void test_inclusion(void **state)
{
	struct tally t = run("tests/vectors/merkle-inclusion.txt", inclusion);

	(void)state;
	assert_int_equal(t.good + t.bad + t.form, 98);
	assert_int_equal(t.good, 6);
	assert_int_equal(t.impossible, 0);
}

/* One case calls a root of 12 bytes good, since nothing is hashed in it. */
static void test_consistency(void **state)
{
	struct tally t =
		run("tests/vectors/merkle-consistency.txt", consistency);

	(void)state;
	assert_int_equal(t.good + t.bad + t.form, 97);
	assert_int_equal(t.good, 5);
	assert_int_equal(t.impossible, 1);
}

/* The eight leaves of Certificate Transparency, and the roots they make. */
static void test_certificate_transparency_tree(void **state)
{
	static const struct {
		const char *leaf;
		const char *root; /* of the tree that ends with it */
	} row[] = {
		{"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb337387685"
		     "11a30617afa01d"},
		{"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d"
		       "98662f00e3c125"},
		{"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba15"
		       "9158f329e06e77"},
		{"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe"
			 "8b30cd95209614b7"},
		{"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612"
			 "bfce4c13a86264d4"},
		{"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce7"
			     "5277b5232a127f2087ef"},
		{"5051525354555657", "ddb89be403809e325750d3d263cd78929c29"
				     "42b7942a34b77e122c9594a74c8c"},
		{"606162636465666768696a6b6c6d6e6f",
		 "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff"
		 "4604328"},
	};
	uint8_t leaf[WB_HASH_LEN], root[WB_HASH_LEN], data[16];
	char hex[2 * WB_HASH_LEN + 1];
	struct wb_tree tree;

	(void)state;
	wb_tree_init(&tree);
	wb_tree_root(&tree, root);
	wb_hex(root, sizeof(root), hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e464"
				 "9b934ca495991b7852b855");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		size_t len = strlen(row[i].leaf) / 2;

		assert_int_equal(wb_unhex(wb_slice_str(row[i].leaf), data, len),
				 0);
		wb_leaf_hash(wb_slice(data, len), leaf);
		assert_int_equal(wb_tree_append(&tree, leaf, NULL, NULL), 0);
		wb_tree_root(&tree, root);
		wb_hex(root, sizeof(root), hex);
		assert_string_equal(hex, row[i].root);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificate_transparency_tree),
		cmocka_unit_test(test_inclusion),
		cmocka_unit_test(test_consistency),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
