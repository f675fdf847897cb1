#include <stdio.h>

#include "client/audit.h"
#include "client/print.h"

static void not_proved(const struct wb_auditing *a)
{
	const struct wb_audit_failure *f = &a->failure;
	struct wb_json_out out;

	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_bool(&out, "proved", false);
	wb_out_string(&out, "ledger", a->checkpoint_key->name);
	wb_out_number(&out, "seq", f->seq);
	wb_out_string(&out, "step", f->step ? f->step : "");
	wb_out_string(&out, "detail", f->detail);
	wb_out_close(&out, '}');
	(void)wb_out_done(&out);
}

int wb_audit_newer(const struct wb_auditing *a)
{
	if (a->cli->json)
		not_proved(a);
	wb_fail(WB_EXIT_OTHER,
		"%s: the audit stops at record %llu, and nothing was found "
		"wrong before it",
		a->what, (unsigned long long)a->failure.seq);
	wb_advise("%s; use a newer waybill", a->failure.detail);
	return WB_EXIT_OTHER;
}

int wb_audit_failed(const struct wb_auditing *a)
{
	const struct wb_audit_failure *f = &a->failure;

	if (a->cli->json)
		not_proved(a);
	wb_fail(WB_EXIT_PROOF, "the audit of %s FAILED at record %llu", a->what,
		(unsigned long long)f->seq);
	wb_advise("%s: %s", f->step ? f->step : "store", f->detail);
	return WB_EXIT_PROOF;
}

static int exit_of(const struct wb_auditing *a)
{
	/* A store has no checkpoint in hand whose witnesses could count. */
	if (a->checkpoint.len == 0 || a->quorum == 0)
		return WB_EXIT_DONE;
	return a->quorum == WB_EKEY ? WB_EXIT_BELOW : WB_EXIT_PROOF;
}

static int report_json(const struct wb_auditing *a)
{
	const struct wb_audit_counts *c = &a->counts;
	struct wb_json_out out;

	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_bool(&out, "proved", true);
	wb_out_string(&out, "ledger", a->checkpoint_key->name);
	wb_out_number(&out, "records", c->records);
	wb_out_number(&out, "statements", c->statements);
	wb_out_number(&out, "signatures", c->signatures);
	wb_out_number(&out, "judgements", c->judgements);
	wb_out_number(&out, "workings", c->workings);
	wb_out_number(&out, "reexecuted", c->reexecuted);
	wb_out_number(&out, "hidden", c->hidden);
	if (a->checkpoint.len > 0) {
		wb_out_number(&out, "size", a->head.size);
		wb_out_string(&out, "quorum",
			      a->trust->quorum < 0 ? "none asked"
			      : a->quorum == 0     ? "met"
						   : "below");
	}
	if (a->remembered.len > 0) {
		wb_out_number(&out, "remembered_size", a->last.size);
		wb_out_bool(&out, "consistent", a->consistent);
	}
	wb_out_close(&out, '}');
	return wb_out_done(&out);
}

static void point(const char *text)
{
	fputs("  - ", stdout);
	wb_wrap(stdout, 4, wb_slice_str(text));
}

static void print_proved(const struct wb_auditing *a)
{
	const struct wb_audit_counts *c = &a->counts;
	char text[512];

	puts("Proved here:");
	snprintf(text, sizeof(text),
		 "%llu records: each signed by the ledger, each naming the one "
		 "before, and all of them the leaves of the tree that it "
		 "signed",
		 (unsigned long long)c->records);
	point(text);
	snprintf(text, sizeof(text),
		 "%llu statements are the ones recorded; %llu were signed as "
		 "their type asks, by keys registered then",
		 (unsigned long long)c->statements,
		 (unsigned long long)c->signatures);
	point(text);
	snprintf(text, sizeof(text),
		 "%llu judgements and %llu workings are the ones committed "
		 "to; %llu decisions were made again and came out byte for "
		 "byte the same",
		 (unsigned long long)c->judgements,
		 (unsigned long long)c->workings,
		 (unsigned long long)c->reexecuted);
	point(text);
	if (a->consistent) {
		snprintf(text, sizeof(text),
			 "the ledger still holds the %llu records that it had "
			 "signed when it was audited last from here",
			 (unsigned long long)a->last.size);
		point(text);
	}
	if (a->checkpoint.len == 0)
		point("indexes, ids, tree nodes and state of the store are "
		      "exactly what the records make them");
}

static void print_open(const struct wb_auditing *a)
{
	const struct wb_audit_counts *c = &a->counts;
	char text[512];

	puts("Rests on others:");
	if (c->hidden > 0) {
		snprintf(text, sizeof(text),
			 "what %llu records say, which this reader is not "
			 "shown, and whether they were judged rightly: full "
			 "auditors see it",
			 (unsigned long long)c->hidden);
		point(text);
	}
	if (a->checkpoint.len == 0)
		point("that this store is what the world was shown: compare "
		      "a published checkpoint (waybill audit URL)");
	else if (a->trust->quorum < 0)
		point("that no one is shown another history: the trust file "
		      "asks for no witnesses");
	else if (a->quorum == 0)
		point("that no one is shown another history: the witnesses "
		      "that cosigned, as the trust file asks");
	else
		point("that no one is shown another history: too few "
		      "witnesses have cosigned the checkpoint");
	point("that the statements are true");
}

int wb_audit_report(const struct wb_auditing *a)
{
	if (a->cli->json) {
		if (report_json(a) != 0)
			return WB_EXIT_OTHER;
		return exit_of(a);
	}
	wb_say(stdout, "%s: the ledger holds together\n\n",
	       a->checkpoint_key->name);
	print_proved(a);
	putchar('\n');
	print_open(a);
	if (exit_of(a) == WB_EXIT_PROOF)
		wb_fail(WB_EXIT_PROOF, "the line of a witness on the "
				       "checkpoint does not verify");
	return exit_of(a);
}
