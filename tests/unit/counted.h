#ifndef TESTS_UNIT_COUNTED_H
#define TESTS_UNIT_COUNTED_H

#include <string.h>

#include "waybill/decision.h"

/* How many counters of the law the decision writes: other keys (custody, red
 * flags) it may write whatever its verdict. */
static inline size_t counted(const struct wb_decision *made)
{
	static const char *const begins[] = {"lpp/", "aia/", "alloc/", "nveu/",
					     "granted/"};
	size_t n = 0;

	for (size_t i = 0; i < made->n_writes; i++)
		for (size_t k = 0; k < sizeof(begins) / sizeof(begins[0]); k++)
			n += strncmp(made->write[i].key, begins[k],
				     strlen(begins[k])) == 0;
	return n;
}

#endif /* TESTS_UNIT_COUNTED_H */
