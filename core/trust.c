#include <stdio.h>
#include <string.h>

#include "waybill/text.h"
#include "waybill/trust.h"

/* Where the parser stands; trust is copied out when all of it holds. */
struct parser {
	struct wb_trust trust;
	struct wb_problem *problem;
	size_t n_witnesses;
	size_t n_groups;
	bool quorum_seen;
	size_t line_no;
	struct wb_slice line; /* whole */
	struct wb_slice rest; /* of the line, not yet read */
};

/* Refuse what stands at the slice `at` of the line. */
static int refuse(struct parser *p, struct wb_slice at, const char *why)
{
	char pointer[64];
	int rc;

	snprintf(pointer, sizeof(pointer), "line %zu, column %zu", p->line_no,
		 (size_t)(at.p - p->line.p) + 1);
	rc = wb_refuse(p->problem, WB_P_LINE, pointer, "%s", why);
	wb_problem_found(p->problem, at);
	return rc;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* The next word of the line; empty, and where the line ends, if none. */
static struct wb_slice word_next(struct parser *p)
{
	struct wb_slice *rest = &p->rest, word;

	while (rest->len > 0 && is_space(rest->p[0]))
		*rest = wb_slice(rest->p + 1, rest->len - 1);
	word = wb_slice(rest->p, 0);
	while (word.len < rest->len && !is_space(rest->p[word.len]))
		word.len++;
	*rest = wb_slice(rest->p + word.len, rest->len - word.len);
	return word;
}

static int line_end(struct parser *p)
{
	struct wb_slice word = word_next(p);

	return word.len == 0 ? 0 : refuse(p, word, "nothing more belongs here");
}

/* The optional URL, which is for those who speak to the log or witness. */
static int url_and_end(struct parser *p)
{
	(void)word_next(p);
	return line_end(p);
}

/* --- keys and names ------------------------------------------------------- */

static int key_next(struct parser *p, enum wb_sig_type type,
		    struct wb_slice *ret_word, struct wb_vkey *ret)
{
	struct wb_slice word = word_next(p);
	int rc;

	if (word.len == 0)
		return refuse(p, word, "a verifier key is missing");
	rc = wb_vkey_parse(word, ret);
	if (rc == WB_EKEY)
		return refuse(p, word, "no key of this kind can be used");
	if (rc != 0)
		return refuse(p, word, "not a verifier key, or miscopied");
	if (ret->type != type && type == WB_SIG_ED25519)
		return refuse(p, word, "a log needs an Ed25519 key (type 1)");
	if (ret->type != type)
		return refuse(p, word,
			      "a witness needs a cosignature key (type 4)");
	*ret_word = word;
	return 0;
}

static int find(const struct wb_trust *trust, struct wb_slice name)
{
	for (size_t i = 0; i < trust->n_nodes; i++)
		if (wb_slice_is(name, trust->node[i].name))
			return (int)i;
	return -1;
}

/* The name that a line defines. */
static int new_name(struct parser *p, struct wb_trust_node *node)
{
	struct wb_slice word = word_next(p);

	if (word.len == 0)
		return refuse(p, word, "a name is missing");
	if (wb_slice_is(word, "none"))
		return refuse(p, word, "\"none\" is not free as a name");
	if (find(&p->trust, word) >= 0)
		return refuse(p, word, "this name is defined already");
	if (wb_slice_copy(word, node->name, sizeof(node->name)) != 0)
		return refuse(p, word, "this name is too long");
	return 0;
}

static bool same_public(const struct wb_vkey *a, const struct wb_vkey *b)
{
	return memcmp(a->key, b->key, sizeof(a->key)) == 0;
}

/* --- lines ---------------------------------------------------------------- */

static int parse_log(struct parser *p)
{
	struct wb_trust *t = &p->trust;
	struct wb_slice word;
	struct wb_vkey key;
	int rc;

	rc = key_next(p, WB_SIG_ED25519, &word, &key);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < t->n_logs; i++) {
		if (same_public(&t->log[i], &key))
			return refuse(p, word, "another log has this key");
		if (strcmp(t->log[i].name, key.name) == 0)
			return refuse(p, word, "another log has this name");
	}
	if (t->n_logs == WB_TRUST_LOGS_MAX)
		return refuse(p, word, "more than 32 logs");
	t->log[t->n_logs++] = key;
	return url_and_end(p);
}

static int parse_witness(struct parser *p)
{
	struct wb_trust_node node = {.parent = -1};
	struct wb_trust *t = &p->trust;
	struct wb_slice word;
	int rc;

	rc = new_name(p, &node);
	if (rc != 0)
		return rc;
	rc = key_next(p, WB_SIG_COSIGNATURE, &word, &node.key);
	if (rc != 0)
		return rc;
	/* A cosignature does not name its cosigner: one key, one witness. */
	for (size_t i = 0; i < t->n_nodes; i++)
		if (!t->node[i].group &&
		    same_public(&t->node[i].key, &node.key))
			return refuse(p, word, "another witness has this key");
	if (p->n_witnesses == WB_TRUST_WITNESSES_MAX)
		return refuse(p, word, "more than 32 witnesses");
	p->n_witnesses++;
	t->node[t->n_nodes++] = node;
	return url_and_end(p);
}

/* Read the members of the group that gets the index `group`. */
static int parse_members(struct parser *p, int group, uint32_t *ret_n)
{
	uint32_t n = 0;

	for (;;) {
		struct wb_slice word = word_next(p);
		int i;

		if (word.len == 0 && n == 0)
			return refuse(p, word, "a group needs a member");
		if (word.len == 0)
			break;
		i = find(&p->trust, word);
		if (i < 0)
			return refuse(p, word,
				      "no line above defines this name");
		if (p->trust.node[i].parent >= 0)
			return refuse(p, word,
				      "this name is in a group already");
		p->trust.node[i].parent = group;
		n++;
	}
	*ret_n = n;
	return 0;
}

static int parse_group(struct parser *p)
{
	struct wb_trust_node node = {.group = true, .parent = -1};
	struct wb_trust *t = &p->trust;
	struct wb_slice word;
	uint64_t k = 0;
	uint32_t n = 0;
	int rc;

	rc = new_name(p, &node);
	if (rc != 0)
		return rc;
	word = word_next(p);
	if (!wb_slice_is(word, "all") && !wb_slice_is(word, "any") &&
	    wb_parse_dec(word, &k) != 0)
		return refuse(p, word, "all, any or a number is needed here");
	rc = parse_members(p, (int)t->n_nodes, &n);
	if (rc != 0)
		return rc;
	if (wb_slice_is(word, "all"))
		k = n;
	else if (wb_slice_is(word, "any"))
		k = 1;
	if (k < 1 || k > n)
		return refuse(p, word, "must be 1 to the number of members");
	if (p->n_groups == WB_TRUST_GROUPS_MAX)
		return refuse(p, word, "more than 32 groups");
	p->n_groups++;
	node.k = (uint32_t)k;
	t->node[t->n_nodes++] = node;
	return 0;
}

static int parse_quorum(struct parser *p)
{
	struct wb_slice word = word_next(p);

	if (p->quorum_seen)
		return refuse(p, word, "there is a quorum line already");
	if (word.len == 0)
		return refuse(p, word, "a name or none is needed here");
	p->quorum_seen = true;
	p->trust.quorum = find(&p->trust, word);
	if (p->trust.quorum < 0 && !wb_slice_is(word, "none"))
		return refuse(p, word, "no line above defines this name");
	return line_end(p);
}

static int parse_line(struct parser *p)
{
	struct wb_slice word;

	for (size_t i = 0; i < p->line.len; i++) {
		uint8_t c = p->line.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return refuse(p, wb_slice(p->line.p + i, 1),
				      "control character");
	}
	word = word_next(p);
	if (word.len == 0 || word.p[0] == '#')
		return 0;
	if (wb_slice_is(word, "log"))
		return parse_log(p);
	if (wb_slice_is(word, "witness"))
		return parse_witness(p);
	if (wb_slice_is(word, "group"))
		return parse_group(p);
	if (wb_slice_is(word, "quorum"))
		return parse_quorum(p);
	return refuse(p, word,
		      "a line begins with log, witness, group, "
		      "quorum or #");
}

int wb_trust_parse(struct wb_slice text, struct wb_trust *ret,
		   struct wb_problem *problem)
{
	struct parser p = {.problem = problem, .trust = {.quorum = -1}};
	struct wb_slice rest = text;

	if (text.len > WB_TRUST_MAX)
		return wb_refuse(problem, WB_P_TOO_LONG, "",
				 "The trust file has %zu bytes, more than %d.",
				 text.len, WB_TRUST_MAX);
	while (wb_line_next(&rest, &p.line)) {
		int rc;

		p.line_no++;
		p.rest = p.line;
		rc = parse_line(&p);
		if (rc != 0)
			return rc;
	}
	p.line_no++;
	p.line = wb_slice(rest.p, 0);
	if (rest.len > 0)
		return refuse(&p, p.line, "the last line has no newline");
	if (!p.quorum_seen)
		return refuse(&p, p.line, "there is no quorum line");
	*ret = p.trust;
	return 0;
}

/* --- using it ------------------------------------------------------------- */

const struct wb_vkey *wb_trust_log(const struct wb_trust *trust,
				   const char *name)
{
	for (size_t i = 0; i < trust->n_logs; i++)
		if (strcmp(trust->log[i].name, name) == 0)
			return &trust->log[i];
	return NULL;
}

int wb_trust_quorum(const struct wb_trust *trust, const struct wb_note *note)
{
	uint32_t count[WB_TRUST_WITNESSES_MAX + WB_TRUST_GROUPS_MAX] = {0};
	bool met = trust->quorum < 0;

	/* A group stands behind its members, so that one pass will do. */
	for (size_t i = 0; i < trust->n_nodes; i++) {
		const struct wb_trust_node *node = &trust->node[i];
		bool holds;

		if (node->group) {
			holds = count[i] >= node->k;
		} else {
			int rc = wb_note_open(note, &node->key, 1, NULL);

			if (rc != 0 && rc != WB_EKEY)
				return rc;
			holds = rc == 0;
		}
		if (holds && node->parent >= 0)
			count[node->parent]++;
		if (holds && trust->quorum == (int)i)
			met = true;
	}
	return met ? 0 : WB_EKEY;
}
