#ifndef TESTS_UNIT_FILES_H
#define TESTS_UNIT_FILES_H

#include <stdio.h>
#include <stdlib.h>

#include "waybill/bytes.h"

/* A whole file; the test fails without it.  The caller frees .p. */
static inline struct wb_slice read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p;
	size_t n;

	if (f == NULL) {
		fprintf(stderr, "cannot read %s\n", path);
		abort();
	}
	p = malloc(16u << 20);
	n = fread(p, 1, 16u << 20, f);
	fclose(f);
	return wb_slice(p, n);
}

#endif /* TESTS_UNIT_FILES_H */
