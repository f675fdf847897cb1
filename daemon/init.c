#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/cli.h"
#include "daemon/init.h"
#include "daemon/read.h"
#include "daemon/service.h"
#include "waybill/engine.h"
#include "waybill/text.h"

/*
 * init: keys, genesis, ledger.  What has been made is never made over.
 */

/* --- genesis ---------------------------------------------------------- */

static void write_board(struct wb_buf *b, const struct wb_board *board)
{
	char text[WB_VKEY_TEXT_MAX + 1];

	wb_buf_fmt(b, "  \"%s\": {\n    \"quorum\": %u,\n    \"keys\": [",
		   board->party, board->k);
	for (size_t i = 0; i < board->n; i++) {
		wb_vkey_format(&board->key[i], text);
		wb_buf_fmt(b, "%s\n      \"%s\"", i > 0 ? "," : "", text);
	}
	wb_buf_str(b, "\n    ]\n  },\n");
}

/* The ledger that this one goes on from. */
static void write_continues(struct wb_buf *b, const struct wb_init *in)
{
	if (in->continues.len == 0)
		return;
	wb_buf_fmt(b,
		   ",\n  \"continues\": {\n"
		   "    \"origin\": \"%s\",\n"
		   "    \"checkpoint\": ",
		   in->continued.origin);
	wb_json_add(b, wb_buf_slice(&in->continues));
	wb_buf_str(b, "\n  }");
}

/* Every value was checked or cannot hold what JSON escapes; the decoder goes
 * over the text once more. */
static void write_genesis(struct wb_buf *b, const struct wb_init *in)
{
	char time[WB_TIME_TEXT + 1], checkpoint[WB_VKEY_TEXT_MAX + 1],
		record[WB_VKEY_TEXT_MAX + 1];

	wb_time_format(wb_clock_ms(), time);
	wb_vkey_format(&in->services.checkpoint.vkey, checkpoint);
	wb_vkey_format(&in->services.record.vkey, record);
	wb_buf_fmt(b,
		   "{\n"
		   "  \"type\": \"genesis\",\n"
		   "  \"ledger\": \"%s\",\n"
		   "  \"party\": \"ledger\",\n"
		   "  \"id\": \"genesis\",\n"
		   "  \"issued\": \"%s\",\n"
		   "  \"keys\": {\n"
		   "    \"checkpoint\": \"%s\",\n"
		   "    \"record\": \"%s\"\n"
		   "  },\n",
		   in->origin, time, checkpoint, record);
	write_board(b, &in->authority);
	write_board(b, &in->committee);
	wb_buf_fmt(b,
		   "  \"family\": \"%s\",\n"
		   "  \"historical\": %s,\n"
		   "  \"late_days\": %u,\n"
		   "  \"engine\": %d",
		   in->family, in->historical ? "true" : "false", in->late_days,
		   WB_ENGINE);
	write_continues(b, in);
	wb_buf_str(b, "\n}\n");
}

/* Sign the text by the service and by those members who can. */
static int sign_genesis(const struct wb_init *in, struct wb_slice text,
			struct wb_writer *w)
{
	const struct wb_signer *by[2 + WB_QUORUM_MAX] = {
		&in->services.checkpoint,
		&in->services.record,
	};
	struct wb_slice done;

	for (size_t i = 0; i < in->authority.n_signers; i++)
		by[2 + i] = &in->authority.signer[i];
	wb_note_sign(w, text, by, 2 + in->authority.n_signers, 0);
	return wb_writer_end(w, &done);
}

/* --- the ledger ------------------------------------------------------- */

static int write_trust(const struct wb_init *in)
{
	char path[WB_PATH_MAX];
	struct wb_buf b;
	int rc;

	rc = wb_path_join(path, in->dir, "trust");
	if (rc != 0)
		return rc;
	wb_buf_init(&b, WB_TRUST_MAX);
	wb_services_trust(&in->services, &b);
	rc = b.failed ? WB_ENOMEM : wb_file_replace(path, wb_buf_slice(&b));
	wb_buf_free(&b);
	return rc;
}

static void tell_refused(const struct wb_init *in, const char *from, int err,
			 const struct wb_problem *problem)
{
	if (err == WB_EREFUSED)
		wb_cli_problem(from, problem);
	else if (err == WB_EKEY)
		wb_cli_error("%s: names other keys than those in %s/keys", from,
			     in->dir);
	else
		wb_cli_error("%s: cannot begin the ledger: %s", in->dir,
			     wb_strerror(err));
}

/* Begin the ledger with a genesis that enough members have signed.  The store
 * gets its name last, so that there is a whole ledger or none. */
static int create(const struct wb_init *in, struct wb_slice genesis,
		  const char *from)
{
	char path[WB_PATH_MAX], draft[WB_PATH_MAX];
	struct wb_problem problem;
	int rc;

	memset(&problem, 0, sizeof(problem));
	rc = wb_path_join(path, in->dir, "store");
	if (rc == 0)
		rc = wb_path_join(draft, in->dir, "store.draft");
	if (rc != 0)
		return rc;
	wb_folder_remove(draft); /* of an attempt that was cut short */
	rc = wb_folder_make(draft);
	if (rc != 0)
		return rc;
	rc = wb_ledger_create(draft, &in->services, genesis, wb_clock_ms(),
			      &problem);
	if (rc != 0) {
		tell_refused(in, from, rc, &problem);
		wb_folder_remove(draft);
		return rc;
	}
	rc = write_trust(in);
	if (rc == 0)
		rc = wb_file_move(draft, path);
	return rc;
}

static void tell_done(const struct wb_init *in)
{
	printf("The ledger %s begins in %s.\n",
	       in->services.checkpoint.vkey.name, in->dir);
	if (in->made_keys)
		printf("\nThe keys of the authority and the committee are in\n"
		       "  %s/keys/authority.key\n"
		       "  %s/keys/committee.key\n"
		       "Move them off this machine: whoever has them can "
		       "register parties and adopt\npolicies.\n",
		       in->dir, in->dir);
	printf("\nGive %s/trust to everybody who verifies.\n"
	       "Next: waybilld run --data %s\n",
	       in->dir, in->dir);
}

static void tell_to_sign(const struct wb_init *in, const char *path)
{
	printf("%u of %zu members of the authority must sign the genesis; %zu "
	       "have.\n\n"
	       "1. Let members sign it, one after the other:\n"
	       "     waybill sign --key THEIR.key %s\n"
	       "2. Then begin the ledger:\n"
	       "     waybilld init --genesis %s --data %s\n",
	       in->authority.k, in->authority.n, in->authority.n_signers, path,
	       path, in->dir);
}

/* --- the two ways ----------------------------------------------------- */

static int keep_for_signing(const struct wb_init *in, struct wb_slice note)
{
	char path[WB_PATH_MAX];
	int rc;

	rc = wb_path_join(path, in->dir, "genesis.note");
	if (rc == 0)
		rc = wb_file_make(path, 0600, note);
	if (rc == 0)
		tell_to_sign(in, path);
	return rc;
}

static int begin(struct wb_init *in)
{
	uint8_t note[WB_STATEMENT_MAX];
	struct wb_problem problem;
	struct wb_statement st;
	struct wb_writer w;
	struct wb_buf text;
	int rc;

	wb_buf_init(&text, WB_STATEMENT_MAX);
	write_genesis(&text, in);
	if (text.failed)
		return WB_ENOMEM;
	memset(&problem, 0, sizeof(problem));
	rc = wb_statement_decode(wb_buf_slice(&text), in->origin, &st,
				 &problem);
	if (rc == 0)
		wb_statement_free(&st);
	else if (rc == WB_EREFUSED)
		wb_cli_problem("genesis", &problem);
	wb_writer_init(&w, note, sizeof(note));
	if (rc == 0)
		rc = sign_genesis(in, wb_buf_slice(&text), &w);
	wb_buf_free(&text);
	if (rc != 0)
		return rc;
	if (in->authority.n_signers < in->authority.k)
		return keep_for_signing(in, wb_slice(note, w.len));
	rc = create(in, wb_slice(note, w.len), "genesis");
	if (rc == 0)
		tell_done(in);
	return rc;
}

static int finish(struct wb_init *in)
{
	struct wb_buf note;
	int rc;

	rc = wb_services_load(in->dir, "", "", &in->services);
	if (rc != 0)
		return rc;
	wb_buf_init(&note, WB_STATEMENT_MAX);
	rc = wb_file_read(in->genesis, &note);
	if (rc == 0)
		rc = create(in, wb_buf_slice(&note), in->genesis);
	wb_buf_free(&note);
	if (rc == 0)
		tell_done(in);
	return rc;
}

static int check_place(struct wb_init *in)
{
	static const char *const taken[] = {"store/data.mdb",
					    "keys/checkpoint.key"};
	char path[WB_PATH_MAX];
	size_t n = in->genesis != NULL ? 1 : 2;
	int rc;

	rc = wb_data_dir(in->data_option, NULL, in->dir);
	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = wb_path_join(path, in->dir, taken[i]);
		if (rc == 0 && wb_file_exists(path)) {
			wb_cli_error(i == 0 ? "%s: a ledger is there already"
					    : "%s: keys are there already; "
					      "finish with --genesis",
				     in->dir);
			rc = WB_ECONFLICT;
		}
	}
	if (rc == 0 && in->genesis == NULL)
		rc = wb_folder_make(in->dir);
	return rc;
}

/* The last checkpoint known of the ledger that this one goes on from. */
static int load_continues(struct wb_init *in)
{
	struct wb_note note;
	int rc;

	if (in->continues_path == NULL)
		return 0;
	rc = wb_file_read(in->continues_path, &in->continues);
	if (rc != 0)
		return rc;
	rc = wb_note_parse(wb_buf_slice(&in->continues), &note);
	if (rc == 0)
		rc = wb_checkpoint_parse(note.text, &in->continued);
	if (rc != 0)
		wb_cli_error("%s: not a checkpoint note: %s",
			     in->continues_path, wb_strerror(rc));
	return rc;
}

static int run(struct wb_init *in)
{
	int rc = load_continues(in);

	if (rc == 0)
		rc = check_place(in);
	if (rc == 0 && in->genesis != NULL)
		return finish(in);
	if (rc == 0 && !in->made_keys)
		rc = wb_init_board(in, &in->authority);
	if (rc == 0 && !in->made_keys)
		rc = wb_init_board(in, &in->committee);
	if (rc == 0)
		rc = wb_init_services(in);
	if (rc == 0 && in->made_keys)
		rc = wb_init_member(in, &in->authority);
	if (rc == 0 && in->made_keys)
		rc = wb_init_member(in, &in->committee);
	if (rc != 0)
		return rc;
	if (in->authority.k == 0)
		in->authority.k = (unsigned)in->authority.n / 2 + 1;
	if (in->committee.k == 0)
		in->committee.k = (unsigned)in->committee.n / 2 + 1;
	return begin(in);
}

/* --- the command line ------------------------------------------------- */

static int add_member(struct wb_board *b, const char *text)
{
	if (b->n == WB_QUORUM_MAX)
		return wb_cli_usage("init", "more than %d members of the %s",
				    WB_QUORUM_MAX, b->party);
	b->text[b->n++] = text;
	return 0;
}

static int parse_number(const char *option, const char *text, unsigned max,
			unsigned *ret)
{
	uint64_t n;

	if (wb_parse_dec(wb_slice_str(text), &n) != 0 || n > max)
		return wb_cli_usage("init", "--%s is a number up to %u, not %s",
				    option, max, text);
	*ret = (unsigned)n;
	return 0;
}

static int check_options(struct wb_init *in)
{
	struct wb_slice origin = wb_slice_str(in->origin);

	if (in->genesis != NULL)
		return in->origin == NULL && in->continues_path == NULL
			       ? 0
			       : wb_cli_usage("init", "--genesis says all "
						      "that there is to say");
	if (in->origin == NULL)
		return wb_cli_usage("init", "--origin NAME is missing");
	if (!wb_origin_valid(origin))
		return wb_cli_usage("init",
				    "%s cannot be an origin: it has a '/', no "
				    "space, and at most %d characters",
				    in->origin, WB_ORIGIN_MAX);
	in->made_keys = in->authority.n == 0 && in->committee.n == 0;
	if (!in->made_keys && (in->authority.n == 0 || in->committee.n == 0))
		return wb_cli_usage("init", "give --authority and --committee, "
					    "or neither");
	if (in->made_keys && (in->authority.k > 1 || in->committee.k > 1))
		return wb_cli_usage("init", "a quorum needs members: give "
					    "--authority and --committee");
	return 0;
}

static int parse_option(struct wb_init *in, int c)
{
	switch (c) {
	case 'o':
		in->origin = optarg;
		return 0;
	case 'd':
		in->data_option = optarg;
		return 0;
	case 'a':
		return add_member(&in->authority, optarg);
	case 'c':
		return add_member(&in->committee, optarg);
	case 'q':
		return parse_number("quorum", optarg, WB_QUORUM_MAX,
				    &in->authority.k);
	case 'Q':
		return parse_number("committee-quorum", optarg, WB_QUORUM_MAX,
				    &in->committee.k);
	case 'f':
		in->family = optarg;
		return 0;
	case 'H':
		in->historical = true;
		return 0;
	case 'l':
		return parse_number("late-days", optarg, 3660, &in->late_days);
	case 'g':
		in->genesis = optarg;
		return 0;
	case 'C':
		in->continues_path = optarg;
		return 0;
	}
	return wb_cli_usage("init", "the command line is not understood");
}

static const struct option options[] = {
	{"origin", required_argument, NULL, 'o'},
	{"data", required_argument, NULL, 'd'},
	{"authority", required_argument, NULL, 'a'},
	{"quorum", required_argument, NULL, 'q'},
	{"committee", required_argument, NULL, 'c'},
	{"committee-quorum", required_argument, NULL, 'Q'},
	{"family", required_argument, NULL, 'f'},
	{"historical", no_argument, NULL, 'H'},
	{"late-days", required_argument, NULL, 'l'},
	{"genesis", required_argument, NULL, 'g'},
	{"continues", required_argument, NULL, 'C'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int wb_cmd_init(int argc, char *argv[])
{
	struct wb_init *in = calloc(1, sizeof(*in));
	int c, rc = 0;

	if (in == NULL)
		return WB_EXIT_OTHER;
	in->authority.party = "authority";
	in->committee.party = "committee";
	in->family = "paper";
	in->late_days = 30;
	wb_buf_init(&in->continues, WB_CHECKPOINT_MAX);
	while (rc == 0 &&
	       (c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'h') {
			free(in);
			wb_cli_help("init");
			return WB_EXIT_OK;
		}
		rc = parse_option(in, c);
	}
	if (rc == 0 && optind < argc)
		rc = wb_cli_usage("init", "what is %s?", argv[optind]);
	if (rc == 0)
		rc = check_options(in);
	if (rc == 0) {
		rc = run(in);
		if (rc == WB_ECONFLICT)
			rc = WB_EXIT_USAGE;
		else
			rc = wb_cli_exit(rc);
	}
	wb_buf_free(&in->continues);
	wb_wipe(in, sizeof(*in));
	free(in);
	return rc;
}
