/*
 * interop_emit FOLDER: write what the judges of tests/interop look at: the
 * small ledger's trust file, statements, records, receipts, checkpoints,
 * tiles and proofs, the same bytes each time.
 *
 * The files "inclusion" and "consistency" are as tests/vectors/merkle-*.txt.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/tools/tool.h"
#include "tests/unit/small_ledger.h"
#include "waybill/tile.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct small_ledger ledger;
static const char *folder;

/* Around the powers of two, and around a tile. */
static const uint64_t sizes[] = {1, 2, 3, 7, 8, 9, 64, 255, 256, 257, 300};

/* Open FOLDER/path for writing, making the folders on the way. */
static FILE *create(const char *path)
{
	char full[4096];
	FILE *f;
	int len = snprintf(full, sizeof(full), "%s/%s", folder, path);

	if (len < 0 || (size_t)len >= sizeof(full))
		tool_die(path, WB_ELIMIT);
	for (char *at = strchr(full + 1, '/'); at != NULL;
	     at = strchr(at + 1, '/')) {
		*at = '\0';
		if (mkdir(full, 0777) != 0 && errno != EEXIST)
			tool_die(full, WB_EIO);
		*at = '/';
	}
	f = fopen(full, "wb");
	if (f == NULL)
		tool_die(full, WB_EIO);
	return f;
}

static void finish(FILE *f, const char *path)
{
	if (ferror(f) || fclose(f) != 0)
		tool_die(path, WB_EIO);
}

static void write_file(const char *path, struct wb_slice bytes)
{
	FILE *f = create(path);

	fwrite(bytes.p, 1, bytes.len, f);
	finish(f, path);
}

static void write_notes(void)
{
	static char text[WB_RECEIPT_MAX];
	char path[64];

	write_file("trust", small_trust(&ledger, "two", text, sizeof(text)));
	for (size_t i = 0; i < N(sizes); i++) {
		snprintf(path, sizeof(path), "checkpoint.%" PRIu64, sizes[i]);
		write_file(path, small_checkpoint(&ledger, sizes[i], 2, text,
						  sizeof(text)));
	}
	for (uint64_t i = 0; i < ledger.n; i++) {
		snprintf(path, sizeof(path), "record.%" PRIu64, i);
		write_file(path, small_record(&ledger, i));
	}
	for (uint64_t i = 0; i < ledger.n; i += 23) {
		snprintf(path, sizeof(path), "statement.%" PRIu64, i);
		write_file(path,
			   small_statement(&ledger, i, text, sizeof(text)));
		snprintf(path, sizeof(path), "receipt.%" PRIu64, i);
		write_file(path, small_receipt(&ledger, i, ledger.n, 2, text,
					       sizeof(text)));
	}
}

/* --- tiles ---------------------------------------------------------------- */

static void write_tile(const struct wb_tile *tile)
{
	char path[WB_TILE_PATH_MAX + 1], full[WB_TILE_PATH_MAX + 8];
	unsigned level = tile->level * (unsigned)WB_TILE_HEIGHT;
	FILE *f;

	wb_tile_format(tile, path);
	snprintf(full, sizeof(full), "tile/%s", path);
	f = create(full);
	for (uint64_t i = 0; i < tile->width; i++)
		fwrite(ledger.memory.node[level][tile->index * 256 + i], 1,
		       WB_HASH_LEN, f);
	finish(f, full);
}

static void write_bundle(const struct wb_tile *tile)
{
	char path[WB_TILE_PATH_MAX + 1], full[WB_TILE_PATH_MAX + 8];
	FILE *f;

	wb_tile_format(tile, path);
	snprintf(full, sizeof(full), "tile/%s", path);
	f = create(full);
	for (uint64_t i = 0; i < tile->width; i++) {
		struct wb_note note;
		uint8_t len[2];
		int rc = wb_note_parse(
			small_record(&ledger, tile->index * 256 + i), &note);

		if (rc != 0)
			tool_die(full, rc);
		len[0] = (uint8_t)(note.text.len >> 8);
		len[1] = (uint8_t)note.text.len;
		fwrite(len, 1, sizeof(len), f);
		fwrite(note.text.p, 1, note.text.len, f);
	}
	finish(f, full);
}

/* All that a tree of this size has, the partial ones last. */
static void write_tiles(uint64_t size)
{
	for (uint8_t level = 0; size > 0; level++, size /= WB_TILE_WIDTH) {
		for (uint64_t i = 0; i * WB_TILE_WIDTH < size; i++) {
			uint64_t left = size - i * WB_TILE_WIDTH;
			struct wb_tile tile = {.level = level, .index = i};

			tile.width = (uint16_t)(left < WB_TILE_WIDTH
							? left
							: WB_TILE_WIDTH);
			write_tile(&tile);
			if (level > 0)
				continue;
			tile.level = WB_TILE_ENTRIES;
			write_bundle(&tile);
		}
	}
}

/* --- proofs --------------------------------------------------------------- */

static void write_hash(FILE *f, const uint8_t hash[WB_HASH_LEN])
{
	char text[64];

	wb_base64(hash, WB_HASH_LEN, text);
	fputs(text, f);
}

static void write_root(FILE *f, uint64_t size)
{
	struct wb_nodes nodes = memory_tree_nodes(&ledger.memory);
	uint8_t root[WB_HASH_LEN];
	struct wb_tree tree;
	int rc = wb_tree_load(&nodes, size, &tree);

	if (rc != 0)
		tool_die("root", rc);
	wb_tree_root(&tree, root);
	write_hash(f, root);
}

static void write_proof(FILE *f, const struct wb_tree_proof *proof)
{
	fputc(' ', f);
	for (size_t i = 0; i < proof->n; i++) {
		if (i > 0)
			fputc(',', f);
		write_hash(f, proof->hash[i]);
	}
	fputs(proof->n == 0 ? "-\n" : "\n", f);
}

static void write_inclusion(FILE *f, uint64_t index, uint64_t size)
{
	struct wb_nodes nodes = memory_tree_nodes(&ledger.memory);
	struct wb_tree_proof proof;
	int rc = wb_tree_inclusion(&nodes, index, size, &proof);

	if (rc != 0)
		tool_die("inclusion", rc);
	fprintf(f, "%" PRIu64 "/%" PRIu64 " good %" PRIu64 " %" PRIu64 " ",
		index, size, index, size);
	write_root(f, size);
	fputc(' ', f);
	write_hash(f, ledger.memory.node[0][index]);
	write_proof(f, &proof);
}

static void write_consistency(FILE *f, uint64_t from, uint64_t to)
{
	struct wb_nodes nodes = memory_tree_nodes(&ledger.memory);
	struct wb_tree_proof proof;
	int rc = wb_tree_consistency(&nodes, from, to, &proof);

	if (rc != 0)
		tool_die("consistency", rc);
	fprintf(f, "%" PRIu64 "-%" PRIu64 " good %" PRIu64 " %" PRIu64 " ",
		from, to, from, to);
	write_root(f, from);
	fputc(' ', f);
	write_root(f, to);
	write_proof(f, &proof);
}

static void write_proofs(void)
{
	FILE *f = create("inclusion");

	for (size_t i = 0; i < N(sizes); i++)
		for (uint64_t index = 0; index < sizes[i]; index++)
			if (sizes[i] < 10 || index % 37 == 0 ||
			    index + 2 >= sizes[i])
				write_inclusion(f, index, sizes[i]);
	finish(f, "inclusion");

	f = create("consistency");
	for (size_t to = 0; to < N(sizes); to++)
		for (size_t from = 0; from <= to; from++)
			write_consistency(f, sizes[from], sizes[to]);
	finish(f, "consistency");
}

int main(int argc, char *argv[])
{
	int rc = wb_crypto_init();

	if (argc != 2) {
		fprintf(stderr, "interop_emit FOLDER\n");
		return 2;
	}
	if (rc != 0)
		tool_die("crypto", rc);
	folder = argv[1];
	small_ledger_init(&ledger);
	while (ledger.n < SMALL_MAX)
		small_ledger_add(&ledger);
	write_notes();
	write_tiles(ledger.n);
	write_proofs();
	return 0;
}
