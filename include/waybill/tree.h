#ifndef WB_TREE_H
#define WB_TREE_H

#include <stdint.h>

#include "waybill/bytes.h"
#include "waybill/crypto.h"
#include "waybill/limits.h"

/*
 * tree: the RFC 6962 Merkle tree over SHA-256.
 *
 * Node (level, index) is MTH(D[index << level : (index + 1) << level]); only
 * complete nodes are ever stored.  Appending needs the frontier (one hash per
 * set bit of size), proofs need O(log n) point reads of stored nodes.
 */
#define WB_TREE_LEVELS 63

/* How stored nodes are read: 0, WB_ENOTFOUND or another error. */
struct wb_nodes {
	int (*get)(void *ctx, unsigned level, uint64_t index,
		   uint8_t ret[WB_HASH_LEN]);
	void *ctx;
};

/* frontier[l] holds the complete subtree of 2^l leaves if bit l of size is
 * set; the others are not looked at. */
struct wb_tree {
	uint64_t size;
	uint8_t frontier[WB_TREE_LEVELS][WB_HASH_LEN];
};

struct wb_tree_proof {
	size_t n;
	uint8_t hash[WB_PROOF_MAX][WB_HASH_LEN]; /* leaf side first */
};

/* SHA-256(0x00 || data) and SHA-256(0x01 || left || right). */
void wb_leaf_hash(struct wb_slice data, uint8_t ret[WB_HASH_LEN]);
void wb_node_hash(const uint8_t left[WB_HASH_LEN],
		  const uint8_t right[WB_HASH_LEN], uint8_t ret[WB_HASH_LEN]);

void wb_tree_init(struct wb_tree *tree);

/*
 * Append a leaf hash.  put, which may be NULL, is called for each node that
 * becomes complete, the leaf first; if it fails, its error is returned and tree
 * is unchanged.  WB_ELIMIT when the tree has 2^63 - 1 leaves.
 */
int wb_tree_append(struct wb_tree *tree, const uint8_t leaf[WB_HASH_LEN],
		   int (*put)(void *ctx, unsigned level, uint64_t index,
			      const uint8_t hash[WB_HASH_LEN]),
		   void *ctx) WB_MUST_CHECK;

/* The root; SHA-256 of nothing for the empty tree. */
void wb_tree_root(const struct wb_tree *tree, uint8_t ret[WB_HASH_LEN]);

/* Fill tree for the first size leaves from stored nodes. */
int wb_tree_load(const struct wb_nodes *nodes, uint64_t size,
		 struct wb_tree *ret) WB_MUST_CHECK;

/*
 * Proofs of what is stored.  An error of get is returned as it is; WB_EPROOF
 * if index >= size, or from > to; WB_ELIMIT for a tree that cannot be.
 */
int wb_tree_inclusion(const struct wb_nodes *nodes, uint64_t index,
		      uint64_t size, struct wb_tree_proof *ret) WB_MUST_CHECK;
/* from <= to; the proof is empty for from 0 and for from == to. */
int wb_tree_consistency(const struct wb_nodes *nodes, uint64_t from,
			uint64_t to, struct wb_tree_proof *ret) WB_MUST_CHECK;

/* RFC 9162 2.1.3.2; 0 or WB_EPROOF. */
int wb_tree_verify_inclusion(const uint8_t leaf[WB_HASH_LEN], uint64_t index,
			     uint64_t size, const struct wb_tree_proof *proof,
			     const uint8_t root[WB_HASH_LEN]) WB_MUST_CHECK;
/* RFC 9162 2.1.4.2; refuses from 0 as x/mod does; 0 or WB_EPROOF. */
int wb_tree_verify_consistency(uint64_t from, uint64_t to,
			       const uint8_t from_root[WB_HASH_LEN],
			       const uint8_t to_root[WB_HASH_LEN],
			       const struct wb_tree_proof *proof) WB_MUST_CHECK;

#endif /* WB_TREE_H */
