#include "client/draft.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/files.h"
#include "client/print.h"
#include "waybill/text.h"

#define DRAFT_MODE 0644

void wb_draft_init(struct wb_draft *draft)
{
	wb_buf_init(&draft->text, 2 * WB_POLICY_STATEMENT_MAX);
	draft->comma = false;
}

void wb_draft_quote(struct wb_draft *draft, struct wb_slice value)
{
	size_t cap = 6 * value.len + 2; /* the longest escape is six bytes */
	uint8_t *room = malloc(cap);
	struct wb_slice quoted;
	struct wb_writer w;

	if (room == NULL) {
		draft->text.failed = true;
		return;
	}
	wb_writer_init(&w, room, cap);
	wb_write_json(&w, value);
	if (wb_writer_end(&w, &quoted) == 0)
		wb_buf_add(&draft->text, quoted.p, quoted.len);
	free(room);
}

void wb_draft_name(struct wb_draft *draft, const char *name)
{
	if (draft->comma)
		wb_buf_str(&draft->text, ",\n");
	draft->comma = true;
	wb_buf_fmt(&draft->text, "  \"%s\": ", name);
}

void wb_draft_member(struct wb_draft *draft, const char *name,
		     struct wb_slice value)
{
	wb_draft_name(draft, name);
	wb_draft_quote(draft, value);
}

int wb_draft_issued(const struct wb_cli *cli, char room[WB_TIME_TEXT + 1],
		    const char **ret)
{
	const char *given = wb_opt(&cli->opt, WB_OPT_TIME);
	wb_time time_ms;

	if (given != NULL) {
		if (wb_time_parse(wb_slice_str(given), &time_ms) != 0)
			return wb_fail(WB_EXIT_USAGE,
				       "--time is written "
				       "2025-05-15T08:00:00Z, not '%s'",
				       given);
		*ret = given;
		return 0;
	}
	wb_time_format((wb_time)time(NULL) * 1000, room);
	*ret = room;
	return 0;
}

int wb_draft_begin(const struct wb_cli *cli, struct wb_draft *draft,
		   enum wb_type type, const char *party, const char *id)
{
	char now[WB_TIME_TEXT + 1];
	const char *issued, *origin;
	int rc = wb_opt_need(&cli->opt, WB_OPT_LEDGER, &origin);

	if (rc == 0)
		rc = wb_draft_issued(cli, now, &issued);
	if (rc != 0)
		return rc;
	wb_buf_str(&draft->text, "{\n");
	wb_draft_member(draft, "type", wb_slice_str(wb_kind(type)->name));
	wb_draft_member(draft, "ledger", wb_slice_str(origin));
	wb_draft_member(draft, "party", wb_slice_str(party));
	wb_draft_member(draft, "id", wb_slice_str(id));
	wb_draft_member(draft, "issued", wb_slice_str(issued));
	return 0;
}

void wb_draft_end(struct wb_draft *draft)
{
	wb_buf_str(&draft->text, "\n}\n");
}

int wb_draft_done(const struct wb_cli *cli, struct wb_draft *draft)
{
	struct wb_problem problem = {.code = 0};
	const char *out = wb_opt(&cli->opt, WB_OPT_OUT);
	struct wb_statement st;
	int rc;

	if (draft->text.failed) {
		wb_buf_free(&draft->text);
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	}
	rc = wb_statement_decode(wb_buf_slice(&draft->text), NULL, &st,
				 &problem);
	if (rc == 0) {
		wb_statement_free(&st);
		rc = wb_store_file(out ? out : "-", wb_buf_slice(&draft->text),
				   DRAFT_MODE, WB_FILE_NEW);
	} else if (rc == WB_EREFUSED) {
		wb_print_problem(stderr, "the statement", &problem);
		rc = WB_EXIT_USAGE;
	} else {
		rc = wb_fail(WB_EXIT_OTHER, "%s", wb_strerror(rc));
	}
	wb_buf_free(&draft->text);
	return rc;
}
