#include <string.h>

#include "core/statement_kinds.h"

/* serials: the numbers of single units, as statements list them. */

void wb_once_add(const struct wb_json *at, struct wb_once *set, const char *s)
{
	size_t low = 0, high = set->n;

	if (set->n == WB_COUNT(set->s)) {
		(void)wb_json_refuse(at, WB_P_TOO_LONG,
				     "A statement has at most %d of these.",
				     WB_SERIALS_MAX);
		return;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(s, set->s[middle]);

		if (order == 0) {
			(void)wb_json_refuse(at, WB_P_DUPLICATE,
					     "%s stands in the statement "
					     "before.",
					     s);
			return;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	memmove(&set->s[low + 1], &set->s[low],
		(set->n - low) * sizeof(set->s[0]));
	set->s[low] = s;
	set->n++;
}

/* It stands in lists that have one digest, and in request targets. */
static bool is_serial(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~' || strchr("\"#%?\\", *s) != NULL)
			return false;
	return true;
}

void wb_decode_serials(struct wb_json at, size_t max, struct wb_once *once,
		       struct wb_serials *all, size_t *ret_n)
{
	struct wb_json list = wb_json_list(at, 1, max, ret_n);

	for (size_t i = 0; i < *ret_n; i++) {
		struct wb_json one = wb_json_at(&list, i);
		const char *s = wb_json_string(one, WB_SERIAL_MAX);

		if (s == NULL)
			return;
		if (!is_serial(s))
			(void)wb_json_refuse(&one, WB_P_VALUE,
					     "A serial number is printable "
					     "ASCII without spaces and without "
					     "any of \" # %% ? \\.");
		wb_once_add(&one, once, s);
		if (one.decoder->error != 0)
			return;
		all->serial[all->n++] = s; /* as many as once has */
	}
}
