#include "client/chip.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "waybill/limits.h"
#include "waybill/text.h"

static int cannot(char why[WB_SCENARIO_WHY], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int cannot(char why[WB_SCENARIO_WHY], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, WB_SCENARIO_WHY, fmt, ap);
	va_end(ap);
	return WB_EFORM;
}

/* Tenths; -1 for an empty cell. */
static int tenths(const struct wb_csv *csv, size_t row, const char *column,
		  int64_t *ret, char why[WB_SCENARIO_WHY])
{
	const char *cell = wb_csv_cell(csv, row, column);

	*ret = -1;
	if (*cell == '\0')
		return 0;
	if (wb_csv_decimal(cell, 10, ret) != 0 || *ret > WB_TPP_X10_MAX)
		return cannot(why, "%s is not a figure: '%s'", column, cell);
	return 0;
}

/* The highest TOPS x bits of "FP8:1979x8 FP16:989.5x16", in tenths of TPP. */
static int formats(const char *cell, int64_t *ret, char why[WB_SCENARIO_WHY])
{
	struct wb_slice rest = wb_slice_str(cell), word;
	int64_t tops_x1000, most = -1;
	uint64_t bits;
	char part[64], *x;

	while (wb_word_next(&rest, &word)) {
		const uint8_t *colon = memchr(word.p, ':', word.len);

		if (colon != NULL) {
			word.len -= (size_t)(colon + 1 - word.p);
			word.p = colon + 1;
		}
		if (wb_slice_copy(word, part, sizeof(part)) != 0 ||
		    (x = strchr(part, 'x')) == NULL)
			return cannot(why, "'%s' is not TOPSxbits", cell);
		*x = '\0';
		if (wb_csv_decimal(part, 1000, &tops_x1000) != 0 ||
		    wb_parse_dec(wb_slice_str(x + 1), &bits) != 0 ||
		    bits == 0 || bits > 1024 || tops_x1000 > (int64_t)1 << 40)
			return cannot(why, "'%s' is not TOPSxbits", cell);
		if (tops_x1000 * (int64_t)bits / 100 > most)
			most = tops_x1000 * (int64_t)bits / 100;
	}
	*ret = most;
	return 0;
}

/* The column tpp; where it is empty, the highest of the formats. */
static int tpp(const struct wb_csv *csv, size_t row, int64_t *ret,
	       char why[WB_SCENARIO_WHY])
{
	char one[160];
	int rc = tenths(csv, row, "tpp", ret, why);

	if (rc != 0 || *ret >= 0)
		return rc;
	rc = formats(wb_csv_cell(csv, row, "all_formats"), ret, why);
	if (rc != 0 || *ret >= 0)
		return rc;
	if (*wb_csv_cell(csv, row, "dense_tops") == '\0')
		return 0;
	snprintf(one, sizeof(one), "%sx%s", wb_csv_cell(csv, row, "dense_tops"),
		 wb_csv_cell(csv, row, "op_bits"));
	return formats(one, ret, why);
}

int wb_chip_read(const struct wb_csv *chips, size_t row, struct wb_chip *ret,
		 char why[WB_SCENARIO_WHY])
{
	const char *dc = wb_csv_cell(chips, row, "dc_marketed");
	int64_t links, host;
	int rc = tpp(chips, row, &ret->tpp_x10, why);

	if (rc == 0)
		rc = tenths(chips, row, "die_area_mm2", &ret->die_x10, why);
	if (rc == 0)
		rc = tenths(chips, row, "dram_bw_gbps", &ret->dram_x10, why);
	if (rc == 0)
		rc = tenths(chips, row, "ic_bw_gbps", &links, why);
	if (rc == 0)
		rc = tenths(chips, row, "host_io_gbps", &host, why);
	if (rc != 0)
		return rc;
	ret->io_x10 = links < 0 || host < 0 ? -1 : links + host;
	/* Only dies made with non-planar transistors have an area that counts.
	 */
	if (strcmp(wb_csv_cell(chips, row, "nonplanar"), "n") == 0)
		ret->die_x10 = 0;
	if (*dc != '\0' && strchr("ynu", *dc) == NULL)
		return cannot(why, "dc_marketed is y, n or u, not '%s'", dc);
	ret->datacenter = *dc == 'y' ? 1 : *dc == 'n' ? 0 : -1;
	return 0;
}

static void member(struct wb_buf *out, const char *name, int64_t value)
{
	if (value >= 0)
		wb_buf_fmt(out, "%s\"%s\":%lld",
			   out->p[out->len - 1] == '{' ? "" : ",", name,
			   (long long)value);
}

void wb_chip_item(struct wb_buf *out, const struct wb_chip *chip,
		  const char *model, int64_t quantity)
{
	if (model != NULL) {
		wb_buf_fmt(out, "\"model\":\"%s\"", model);
	} else {
		wb_buf_str(out, "\"parameters\":{");
		member(out, "tpp_x10", chip->tpp_x10);
		member(out, "die_area_mm2_x10", chip->die_x10);
		member(out, "dram_gbps_x10", chip->dram_x10);
		member(out, "io_gbps_x10", chip->io_x10);
		if (chip->datacenter >= 0)
			wb_buf_fmt(out, "%s\"datacenter\":%s",
				   out->p[out->len - 1] == '{' ? "" : ",",
				   chip->datacenter ? "true" : "false");
		wb_buf_str(out, "}");
	}
	wb_buf_fmt(out, ",\"quantity\":%lld", (long long)quantity);
}
