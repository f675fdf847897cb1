#include "client/sandbox.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waybill/text.h"

/* A statement that waits: the note, and what was read out of it. */
struct wb_said {
	struct wb_buf bytes;
	struct wb_note note;
	struct wb_statement statement;
};

static int because(struct wb_sandbox *s, int error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int because(struct wb_sandbox *s, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	return error;
}

static int refused(struct wb_sandbox *s, const struct wb_said *said, int error,
		   const struct wb_problem *p)
{
	const char *type = said->statement.json == NULL
				   ? "statement"
				   : wb_kind(said->statement.type)->name;

	if (error != WB_EREFUSED)
		return because(s, error, "%s: %s", type, wb_strerror(error));
	return because(s, error, "%s: WB-%d %s: %s", type, p->code, p->pointer,
		       p->detail);
}

/* --- keys ---------------------------------------------------------------- */

const char *wb_sandbox_party(enum wb_sandbox_key key)
{
	static const char *const party[WB_SANDBOX_KEYS] = {
		[WB_SANDBOX_CHECKPOINT] = "",
		[WB_SANDBOX_RECORD] = "",
		[WB_SANDBOX_AUTHORITY] = "authority",
		[WB_SANDBOX_COMMITTEE] = "committee",
		[WB_SANDBOX_EXPORTER] = "exporter",
		[WB_SANDBOX_EARLIER] = "earlier-exporter",
		[WB_SANDBOX_GOVERNMENT] = "government",
	};

	return party[key];
}

void wb_sandbox_keys_make(struct wb_sandbox_keys *ret)
{
	uint8_t seed[WB_SEED_LEN];
	char name[WB_KEY_NAME_MAX + 1];

	for (int i = 0; i < WB_SANDBOX_KEYS; i++) {
		if (i == WB_SANDBOX_CHECKPOINT)
			snprintf(name, sizeof(name), WB_SANDBOX_ORIGIN);
		else if (i == WB_SANDBOX_RECORD)
			snprintf(name, sizeof(name),
				 WB_SANDBOX_ORIGIN "/record");
		else
			snprintf(name, sizeof(name),
				 WB_SANDBOX_ORIGIN "/party/%s/a",
				 wb_sandbox_party((enum wb_sandbox_key)i));
		wb_random(seed, sizeof(seed));
		/* Names as these are good, and so is any seed. */
		if (wb_signer_make(wb_slice_str(name), WB_SIG_ED25519, seed,
				   &ret->signer[i]) != 0)
			abort();
	}
	wb_wipe(seed, sizeof(seed));
}

void wb_sandbox_keys_wipe(struct wb_sandbox_keys *keys)
{
	wb_wipe(keys, sizeof(*keys));
}

/* --- statements ---------------------------------------------------------- */

int wb_sandbox_sign(const struct wb_sandbox_keys *keys, struct wb_slice text,
		    unsigned mask, struct wb_buf *ret_note)
{
	const struct wb_signer *signer[WB_SANDBOX_KEYS];
	size_t n = 0, cap = text.len + WB_SANDBOX_KEYS * 512;
	struct wb_writer w;
	struct wb_slice note;
	uint8_t *p = malloc(cap);
	int rc;

	wb_buf_init(ret_note, WB_NOTE_MAX);
	if (p == NULL)
		return WB_ENOMEM;
	for (int i = 0; i < WB_SANDBOX_KEYS; i++)
		if (mask >> i & 1)
			signer[n++] = &keys->signer[i];
	wb_writer_init(&w, p, cap);
	wb_note_sign(&w, text, signer, n, 0);
	rc = wb_writer_end(&w, &note);
	if (rc == 0)
		wb_buf_add(ret_note, note.p, note.len);
	free(p);
	if (rc == 0 && ret_note->failed)
		rc = WB_ENOMEM;
	return rc;
}

int wb_sandbox_note(struct wb_sandbox *s, struct wb_slice note)
{
	struct wb_problem problem = {.code = 0};
	struct wb_said *said;
	int rc;

	if (s->n_said == WB_BATCH_MAX)
		return because(s, WB_ELIMIT, "too many statements at once");
	said = &s->said[s->n_said];
	memset(said, 0, sizeof(*said));
	wb_buf_init(&said->bytes, WB_NOTE_MAX);
	wb_buf_add(&said->bytes, note.p, note.len);
	if (said->bytes.failed)
		return because(s, WB_ENOMEM, "out of memory");
	s->n_said++;
	rc = wb_statement_open(wb_buf_slice(&said->bytes), WB_SANDBOX_ORIGIN,
			       &said->note, &said->statement, &problem);
	return rc == 0 ? 0 : refused(s, said, rc, &problem);
}

int wb_sandbox_say(struct wb_sandbox *s, const char *type, const char *party,
		   const char *id, unsigned mask, const char *members)
{
	char issued[WB_TIME_TEXT + 1], own[16];
	struct wb_buf text, note;
	int rc;

	wb_time_format(s->now, issued);
	snprintf(own, sizeof(own), "n-%u", ++s->ids);
	wb_buf_init(&text, WB_NOTE_MAX);
	wb_buf_fmt(&text,
		   "{\"type\":\"%s\",\"ledger\":\"" WB_SANDBOX_ORIGIN
		   "\",\"party\":\"%s\",\"id\":\"%s\",\"issued\":\"%s\",",
		   type, party, id != NULL ? id : own, issued);
	wb_buf_str(&text, members);
	wb_buf_str(&text, "}\n");
	if (text.failed) {
		wb_buf_free(&text);
		return because(s, WB_ENOMEM, "out of memory");
	}
	rc = wb_sandbox_sign(s->keys, wb_buf_slice(&text), mask, &note);
	if (rc == 0)
		rc = wb_sandbox_note(s, wb_buf_slice(&note));
	else
		because(s, rc, "%s", wb_strerror(rc));
	wb_buf_free(&text);
	wb_buf_free(&note);
	return rc;
}

static void forget(struct wb_sandbox *s)
{
	for (size_t i = 0; i < s->n_said; i++) {
		wb_statement_free(&s->said[i].statement);
		wb_buf_free(&s->said[i].bytes);
	}
	s->n_said = 0;
}

int wb_sandbox_flush(struct wb_sandbox *s, uint64_t *ret_seq)
{
	struct wb_submission *sub = calloc(WB_BATCH_MAX, sizeof(*sub));
	size_t n = s->n_said;
	int rc;

	if (sub == NULL)
		return because(s, WB_ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		sub[i].bytes = wb_buf_slice(&s->said[i].bytes);
		sub[i].note = &s->said[i].note;
		sub[i].statement = &s->said[i].statement;
	}
	rc = n == 0 ? 0 : wb_ledger_append(s->ledger, sub, n, s->now);
	if (rc != 0)
		because(s, rc, "the ledger: %s", wb_strerror(rc));
	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = sub[i].result;
		if (rc != 0)
			refused(s, &s->said[i], rc, &sub[i].problem);
		else if (ret_seq != NULL)
			*ret_seq = sub[i].seq;
	}
	forget(s);
	free(sub);
	return rc;
}

/* --- begin and end ------------------------------------------------------- */

static void genesis(const struct wb_sandbox *s, const char *family,
		    struct wb_buf *out)
{
	char vkey[WB_SANDBOX_KEYS][WB_VKEY_TEXT_MAX + 1];
	char issued[WB_TIME_TEXT + 1];

	for (int i = 0; i < WB_SANDBOX_KEYS; i++)
		wb_vkey_format(&s->keys->signer[i].vkey, vkey[i]);
	wb_time_format(s->now, issued);
	wb_buf_fmt(out,
		   "{\"type\":\"genesis\",\"ledger\":\"" WB_SANDBOX_ORIGIN
		   "\",\"party\":\"ledger\",\"id\":\"genesis\","
		   "\"issued\":\"%s\",\"keys\":{\"checkpoint\":\"%s\","
		   "\"record\":\"%s\"},\"authority\":{\"quorum\":1,"
		   "\"keys\":[\"%s\"]},\"committee\":{\"quorum\":1,"
		   "\"keys\":[\"%s\"]},\"family\":\"%s\","
		   "\"historical\":true,\"late_days\":30,\"engine\":%d}\n",
		   issued, vkey[WB_SANDBOX_CHECKPOINT], vkey[WB_SANDBOX_RECORD],
		   vkey[WB_SANDBOX_AUTHORITY], vkey[WB_SANDBOX_COMMITTEE],
		   family, WB_ENGINE);
}

static int create(struct wb_sandbox *s, const char *family)
{
	unsigned mask = 1u << WB_SANDBOX_CHECKPOINT | 1u << WB_SANDBOX_RECORD |
			1u << WB_SANDBOX_AUTHORITY;
	struct wb_problem problem = {.code = 0};
	struct wb_buf text, note;
	int rc;

	wb_buf_init(&text, WB_STATEMENT_MAX);
	genesis(s, family, &text);
	rc = text.failed ? WB_ENOMEM
			 : wb_sandbox_sign(s->keys, wb_buf_slice(&text), mask,
					   &note);
	wb_buf_free(&text);
	if (rc != 0)
		return because(s, rc, "%s", wb_strerror(rc));
	rc = wb_ledger_create(s->dir, &s->services, wb_buf_slice(&note), s->now,
			      &problem);
	wb_buf_free(&note);
	if (rc == 0)
		rc = wb_ledger_open(s->dir, &s->services, &s->ledger);
	if (rc == WB_EREFUSED)
		return because(s, rc, "genesis: WB-%d %s: %s", problem.code,
			       problem.pointer, problem.detail);
	if (rc != 0)
		return because(s, rc, "%s: %s", s->dir, wb_strerror(rc));
	return 0;
}

/* TMPDIR; without, where no disk is: the ledger is thrown away. */
static const char *folder(void)
{
	const char *tmp = getenv("TMPDIR");

	if (tmp != NULL && *tmp == '/')
		return tmp;
	return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

int wb_sandbox_begin(struct wb_sandbox *s, const struct wb_sandbox_keys *keys,
		     const char *family, wb_date day)
{
	const char *tmp = folder();
	int n;

	memset(s, 0, sizeof(*s));
	s->keys = keys;
	s->services.checkpoint = keys->signer[WB_SANDBOX_CHECKPOINT];
	s->services.record = keys->signer[WB_SANDBOX_RECORD];
	s->now = (wb_time)day * 86400000 + 43200000;
	s->said = calloc(WB_BATCH_MAX, sizeof(*s->said));
	if (s->said == NULL)
		return because(s, WB_ENOMEM, "out of memory");
	n = snprintf(s->dir, sizeof(s->dir), "%s/waybill-XXXXXX", tmp);
	if (n < 0 || (size_t)n >= sizeof(s->dir) || mkdtemp(s->dir) == NULL) {
		s->dir[0] = '\0';
		return because(s, WB_EIO, "no folder can be made in %s", tmp);
	}
	return create(s, family);
}

static int remove_one(const char *path, const struct stat *sb, int type,
		      struct FTW *ftw)
{
	(void)sb, (void)type, (void)ftw;
	return remove(path);
}

void wb_sandbox_end(struct wb_sandbox *s)
{
	if (s->said != NULL)
		forget(s);
	free(s->said);
	s->said = NULL;
	if (s->ledger != NULL)
		wb_ledger_close(s->ledger);
	s->ledger = NULL;
	/* What cannot be removed stays in the folder for such things. */
	if (s->dir[0] != '\0')
		(void)nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	s->dir[0] = '\0';
	wb_wipe(&s->services, sizeof(s->services));
}

/* --- what is recorded ---------------------------------------------------- */

int wb_sandbox_texts(struct wb_sandbox *s, uint64_t seq,
		     struct wb_answer **ret_judgement,
		     struct wb_answer **ret_workings)
{
	struct wb_answer *judgement = NULL, *workings = NULL;
	struct wb_view *view;
	struct wb_entry entry;
	int rc = wb_view_open(wb_ledger_store(s->ledger), &view);

	if (rc != 0)
		return because(s, rc, "the store: %s", wb_strerror(rc));
	rc = wb_ledger_entry(s->ledger, view, seq, &entry);
	if (rc == 0)
		rc = wb_answer_parse(entry.judgement, &judgement);
	if (rc == 0)
		rc = wb_answer_parse(entry.workings, &workings);
	wb_view_close(view);
	if (rc != 0) {
		wb_answer_free(judgement);
		return because(s, rc, "record %llu: %s",
			       (unsigned long long)seq, wb_strerror(rc));
	}
	*ret_judgement = judgement;
	*ret_workings = workings;
	return 0;
}

int wb_sandbox_counter(struct wb_sandbox *s, const char *key, int64_t *ret)
{
	struct wb_view *view;
	struct wb_state state;
	struct wb_slice value;
	uint64_t seq, number = 0;
	int rc = wb_view_open(wb_ledger_store(s->ledger), &view);

	if (rc != 0)
		return because(s, rc, "the store: %s", wb_strerror(rc));
	state = wb_view_state(view);
	rc = state.get(state.ctx, key, &value, &seq);
	if (rc == WB_ENOTFOUND)
		rc = 0;
	else if (rc == 0 && wb_parse_dec(value, &number) != 0)
		rc = WB_ECORRUPT;
	wb_view_close(view);
	if (rc != 0)
		return because(s, rc, "%s: %s", key, wb_strerror(rc));
	*ret = (int64_t)number;
	return 0;
}
