#ifndef WB_CHIP_H
#define WB_CHIP_H

#include "client/cli.h"
#include "client/csv.h"

/*
 * chip: a row of a table of chips, as an item of a shipment whose figures the
 * exporter attests.  docs: waybill(1), "Scenarios".
 */

/* Tenths; -1 unknown. */
struct wb_chip {
	int64_t tpp_x10, die_x10, dram_x10, io_x10;
	int datacenter; /* 1, 0 or -1 */
};

/* Room for what is said about a row. */
#define WB_SCENARIO_WHY 600

/* 0, or WB_EFORM with the reason in why. */
int wb_chip_read(const struct wb_csv *chips, size_t row, struct wb_chip *ret,
		 char why[WB_SCENARIO_WHY]) WB_MUST_CHECK;
/* The members parameters or model of an item, and its quantity. */
void wb_chip_item(struct wb_buf *out, const struct wb_chip *chip,
		  const char *model, int64_t quantity);

/* scenarios --chips FILE without operands. */
int wb_chips_print(const struct wb_cli *cli, const char *path);

#endif /* WB_CHIP_H */
