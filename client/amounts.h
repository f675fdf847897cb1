#ifndef WB_AMOUNTS_H
#define WB_AMOUNTS_H

#include <stdint.h>

/* amounts: numbers as people read them. */
#define WB_AMOUNT_TEXT 40

/* 26,898,568 */
const char *wb_count(int64_t n, char out[WB_AMOUNT_TEXT]);
/* Tenths of TPP: 26,898,568 or 4,799.2; or without commas. */
const char *wb_tpp(int64_t x10, char out[WB_AMOUNT_TEXT]);
const char *wb_plain_tpp(int64_t x10, char out[WB_AMOUNT_TEXT]);
/* How many whole H100-equivalents of h100_x10 it is; 0 if that is not
 * positive. */
int64_t wb_h100(int64_t x10, int64_t h100_x10);

#endif /* WB_AMOUNTS_H */
