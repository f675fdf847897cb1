#ifndef TESTS_UNIT_CSV_H
#define TESTS_UNIT_CSV_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Vectors come as RFC 4180 tables without line breaks inside fields. */
#define CSV_FIELDS_MAX 40

struct csv_row {
	char text[4096];
	size_t n;
	const char *field[CSV_FIELDS_MAX];
};

static inline bool csv_read(FILE *f, struct csv_row *row)
{
	char line[4096];
	char *in = line, *out = row->text;

	if (fgets(line, sizeof(line), f) == NULL)
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	row->n = 0;
	while (row->n < CSV_FIELDS_MAX) {
		bool quoted = *in == '"';

		row->field[row->n++] = out;
		in += quoted;
		while (*in != '\0' && (quoted || *in != ',')) {
			if (quoted && *in == '"' && *++in != '"')
				break;
			*out++ = *in++;
		}
		*out++ = '\0';
		if (*in != ',')
			break;
		in++;
	}
	return true;
}

/* The field of that column of the header row, "" if the row is short. */
static inline const char *csv_get(const struct csv_row *head,
				  const struct csv_row *row, const char *name)
{
	for (size_t i = 0; i < head->n && i < row->n; i++)
		if (strcmp(head->field[i], name) == 0)
			return row->field[i];
	return "";
}

#endif /* TESTS_UNIT_CSV_H */
