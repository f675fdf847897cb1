#include "client/amounts.h"

#include <stdio.h>
#include <string.h>

const char *wb_count(int64_t n, char out[WB_AMOUNT_TEXT])
{
	char digits[24];
	size_t len, at = 0;

	len = (size_t)snprintf(digits, sizeof(digits), "%lld", (long long)n);
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && digits[i - 1] != '-' && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

static const char *tenth(int64_t x10, char out[WB_AMOUNT_TEXT])
{
	size_t len = strlen(out);

	if (x10 % 10 != 0)
		snprintf(out + len, WB_AMOUNT_TEXT - len, ".%d",
			 (int)(x10 % 10));
	return out;
}

const char *wb_tpp(int64_t x10, char out[WB_AMOUNT_TEXT])
{
	wb_count(x10 / 10, out);
	return tenth(x10, out);
}

const char *wb_plain_tpp(int64_t x10, char out[WB_AMOUNT_TEXT])
{
	snprintf(out, WB_AMOUNT_TEXT, "%lld", (long long)(x10 / 10));
	return tenth(x10, out);
}

int64_t wb_h100(int64_t x10, int64_t h100_x10)
{
	return h100_x10 > 0 ? x10 / h100_x10 : 0;
}
