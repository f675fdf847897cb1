#include <string.h>

#include "core/statement_kinds.h"

/* policy: the committee adopts one document of the law. */

/* In the order of enum wb_document. */
static const char *const documents[] = {"edition", "catalogue", "countries",
					"flags"};

/* Which document o brings; an error unless it is exactly one. */
static struct wb_json find_document(const struct wb_json *o,
				    enum wb_document *ret)
{
	struct wb_json found = {.decoder = o->decoder};

	for (size_t i = 0; i < WB_COUNT(documents); i++) {
		struct wb_json at = wb_json_may(o, documents[i]);

		if (at.value == NULL)
			continue;
		if (found.value != NULL)
			(void)wb_json_refuse(&at, WB_P_VALUE,
					     "There is a member \"%s\" too; a "
					     "policy statement brings one "
					     "document.",
					     found.name);
		found = at;
		*ret = (enum wb_document)i;
	}
	if (found.value == NULL)
		(void)wb_json_refuse(o, WB_P_MISSING,
				     "One of the members \"edition\", "
				     "\"catalogue\", \"countries\" and "
				     "\"flags\" is missing.");
	return found;
}

void wb_decode_policy(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {WB_COMMON_MEMBERS, "edition",
					    "catalogue",       "countries",
					    "flags",           "sha256"};
	struct wb_policy_adoption *p = &st->u.policy;
	char digest[2 * WB_HASH_LEN + 1];
	struct wb_json sha256;
	const char *stated;

	wb_json_known(o, names, WB_COUNT(names));
	p->text = wb_json_text(find_document(o, &p->document),
			       WB_POLICY_TEXT_MAX);
	sha256 = wb_json_need(o, "sha256");
	stated = wb_json_digest(sha256);
	wb_sha256(&p->text, 1, p->digest);
	wb_hex(p->digest, sizeof(p->digest), digest);
	if (stated != NULL && strcmp(stated, digest) != 0 &&
	    wb_json_refuse(&sha256, WB_P_DIGEST,
			   "The SHA-256 of the text is %s.", digest))
		wb_problem_advise(o->decoder->problem,
				  "Check that the text is the one adopted; if "
				  "it is, write its digest.");
}
