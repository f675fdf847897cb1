#include <string.h>

#include "core/statement_kinds.h"

/* A string of a narrower form that several kinds of statement have. */

const char *wb_json_eccn(struct wb_json at)
{
	static const char allowed[] = "0123456789.abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *s = wb_json_string(at, WB_ECCN_MAX);

	if (s == NULL || s[strspn(s, allowed)] == '\0')
		return s;
	if (wb_json_refuse(&at, WB_P_VALUE, "This is not an ECCN."))
		wb_problem_advise(at.decoder->problem,
				  "Write the number down to its paragraph, as "
				  "in 3A090.a, or EAR99.");
	return NULL;
}
