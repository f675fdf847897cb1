#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waybill/flags.h"

/*
 * Red flags: what is taken has a citation on every line, each parameter in
 * its range, and no flag that the engine cannot ask; what is refused is
 * refused at a place in the text.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

#define CITED(s) require((s)[0] != '\0' && strnlen(s, sizeof(s)) < sizeof(s))

static void check_value(const struct wb_flags *flags,
			enum wb_flag_value_kind kind,
			const struct wb_flag_value *v)
{
	bool words = kind == WB_FV_WORDS || kind == WB_FV_YEARLY;

	CITED(v->citation);
	require(kind == WB_FV_DATE || v->number >= 0);
	require(v->number <= WB_INTEGER_MAX);
	require(v->set >= 0);
	require(kind != WB_FV_SET || (size_t)v->set < flags->sets->n_sets);
	if (kind == WB_FV_LIMIT) /* an amount, or the name of one */
		require(v->n_words == 0 || (v->n_words == 1 && v->number == 0));
	else
		require((v->n_words > 0) == words &&
			v->n_words <= WB_WORDS_MAX);
	for (size_t i = 0; i < v->n_words; i++)
		CITED(v->word[i]);
}

static void check(const struct wb_flags *flags)
{
	size_t n = 0;

	CITED(flags->id);
	for (size_t i = 0; i < WB_FLAG_KINDS; i++) {
		const struct wb_flag *flag = flags->on[i];

		if (flag == NULL)
			continue;
		n++;
		require(flag->kind == wb_flag_row(i));
		require(flag->kind->unbuilt == NULL);
		require(flag->severity <= WB_FATAL);
		CITED(flag->citation);
		for (size_t k = 0; flag->kind->param[k].name != NULL; k++)
			check_value(flags, flag->kind->param[k].kind,
				    &flag->value[k]);
	}
	require(n > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_problem why = {0};
	unsigned line, column;
	struct wb_flags *flags;

	require(wb_crypto_init() == 0);
	if (wb_flags_parse(wb_slice(p, n), &flags, &why) == 0) {
		check(flags);
		wb_flags_free(flags);
		return 0;
	}
	require(why.code == WB_P_TOO_LONG ||
		sscanf(why.pointer, "line %u, column %u", &line, &column) == 2);
	return 0;
}
