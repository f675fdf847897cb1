#include <string.h>

#include "waybill/chain.h"
#include "waybill/tree.h"

void wb_tip_init(struct wb_tip *tip)
{
	*tip = (struct wb_tip){0};
}

int wb_tip_step(struct wb_tip *tip, struct wb_slice text)
{
	struct wb_record rec;
	int rc;

	rc = wb_record_parse(text, &rec);
	if (rc != 0)
		return rc;
	if (rec.seq != tip->seq)
		return WB_EGAP;
	if (memcmp(rec.prev, tip->hash, WB_HASH_LEN) != 0 ||
	    rec.time < tip->time)
		return WB_EFORK;
	wb_leaf_hash(text, tip->hash);
	tip->seq++;
	tip->time = rec.time;
	return 0;
}
