#ifndef TESTS_UNIT_LAW_FILES_H
#define TESTS_UNIT_LAW_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waybill/policy.h"

/*
 * law_files: the texts of policy/ and tests/vectors/, read and parsed; a test
 * that cannot have them ends with a message.
 */

/* The bytes of the file at path, from the top folder.  Freed by the caller. */
static inline struct wb_slice law_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *p = malloc(WB_POLICY_TEXT_MAX + 1);
	size_t len;

	if (f == NULL || p == NULL) {
		fprintf(stderr, "%s: run tests from the top folder\n", path);
		exit(1);
	}
	len = fread(p, 1, WB_POLICY_TEXT_MAX + 1, f);
	fclose(f);
	return wb_slice(p, len);
}

static inline void law_file_free(struct wb_slice text)
{
	free((void *)(uintptr_t)text.p);
}

static inline void law_refused(const char *path, const struct wb_problem *why)
{
	fprintf(stderr, "%s: %s: %s\n", path, why->pointer, why->detail);
	exit(1);
}

static inline struct wb_edition *law_edition_file(const char *path)
{
	struct wb_slice text = law_file(path);
	struct wb_problem why = {0};
	struct wb_edition *ret;

	if (wb_edition_parse(text, &ret, &why) != 0)
		law_refused(path, &why);
	law_file_free(text);
	return ret;
}

static inline struct wb_catalogue *law_catalogue_file(const char *path)
{
	struct wb_slice text = law_file(path);
	struct wb_problem why = {0};
	struct wb_catalogue *ret;

	if (wb_catalogue_parse(text, &ret, &why) != 0)
		law_refused(path, &why);
	law_file_free(text);
	return ret;
}

static inline struct wb_countries *law_countries_file(const char *path)
{
	struct wb_slice text = law_file(path);
	struct wb_problem why = {0};
	struct wb_countries *ret;

	if (wb_countries_parse(text, &ret, &why) != 0)
		law_refused(path, &why);
	law_file_free(text);
	return ret;
}

static inline wb_date law_date(const char *s)
{
	wb_date date;

	if (wb_date_parse(wb_slice_str(s), &date) != 0) {
		fprintf(stderr, "%s: not a date\n", s);
		exit(1);
	}
	return date;
}

#endif /* TESTS_UNIT_LAW_FILES_H */
