#include <stdlib.h>
#include <string.h>

#include "core/audit_parts.h"

/*
 * After something was hidden, a decision is done again on two sources: what is
 * public (keys, roles, quorums, law) as the auditor made it from the records
 * themselves, and the rest as the workings say that it was read.  Workings are
 * the operator's word, so each read must fit what the records shown wrote.
 */
struct partly {
	struct wb_audit *audit;
	struct wb_memory shown;
	uint64_t seq;                    /* of the record in hand */
	char lied[WB_STATE_KEY_MAX + 1]; /* a read that cannot be, or "" */
};

/* Written by statements that everybody may read, and by no others. */
static bool is_public(const char *key)
{
	static const char *const begins[] = {"quorum/", "party/",
					     "signer/", "key/",
					     "policy/", "agreement/"};

	if (strcmp(key, "ledger") == 0)
		return true;
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (strncmp(key, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

int wb_audit_obscure(struct wb_audit *a, uint64_t seq)
{
	size_t at = (size_t)(seq / 8);

	if (at >= a->obscure_len) {
		size_t len = 2 * at + 64;
		uint8_t *p = realloc(a->obscure, len);

		if (p == NULL)
			return WB_ENOMEM;
		memset(p + a->obscure_len, 0, len - a->obscure_len);
		a->obscure = p;
		a->obscure_len = len;
	}
	a->obscure[at] |= (uint8_t)(1u << seq % 8);
	return 0;
}

static bool is_obscure(const struct wb_audit *a, uint64_t seq)
{
	size_t at = (size_t)(seq / 8);

	return at < a->obscure_len && (a->obscure[at] >> seq % 8 & 1) != 0;
}

/*
 * A read of what a record shown wrote has its value.  Another one is of a
 * record since then whose writes nobody showed.
 */
static bool fits(struct partly *p, const char *key, bool present,
		 struct wb_slice value, uint64_t seq)
{
	struct wb_state known = wb_memory_state(&p->audit->memory);
	struct wb_slice made;
	uint64_t by;

	if (known.get(known.ctx, key, &made, &by) != 0)
		return !present || (seq < p->seq && is_obscure(p->audit, seq));
	if (present && seq == by)
		return wb_slice_eq(made, value);
	return present && seq > by && seq < p->seq && is_obscure(p->audit, seq);
}

static int get(void *ctx, const char *key, struct wb_slice *ret_value,
	       uint64_t *ret_seq)
{
	struct partly *p = ctx;
	struct wb_state from =
		wb_memory_state(is_public(key) ? &p->audit->memory : &p->shown);
	struct wb_slice value = {0};
	uint64_t seq = 0;
	int rc = from.get(from.ctx, key, &value, &seq);

	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	if (!is_public(key) && !fits(p, key, rc == 0, value, seq)) {
		memcpy(p->lied, key, strlen(key) + 1);
		return WB_EPROOF;
	}
	if (rc == 0) {
		*ret_value = value;
		*ret_seq = seq;
	}
	return rc;
}

int wb_audit_partly(struct wb_audit *a, const struct wb_audit_record *in,
		    const struct wb_note *note, const struct wb_statement *st,
		    const struct wb_record *rec,
		    struct wb_audit_failure *failure)
{
	struct partly p = {.audit = a, .seq = rec->seq};
	struct wb_state state = {get, &p};
	int rc;

	rc = wb_memory_from_workings(&p.shown, in->workings);
	if (rc == WB_EFORM)
		rc = wb_audit_fail(failure, rec->seq, "workings",
				   "they are not of their form");
	if (rc == 0)
		rc = wb_audit_judge(a, note, st, &state, rec, failure);
	if (p.lied[0] != '\0')
		rc = wb_audit_fail(failure, rec->seq, "workings",
				   "the records shown do not make %s what they "
				   "say was read",
				   p.lied);
	if (rc == 0)
		rc = wb_audit_same_texts(a, in, rec->seq, failure);
	wb_memory_free(&p.shown);
	return rc;
}
