#ifndef WB_CORE_POLICY_PARSE_H
#define WB_CORE_POLICY_PARSE_H

#include "core/policy_lex.h"

/*
 * policy_parse: the parts of an edition's parser.
 *
 * Each call parses one line whose words are read (wb_lex_words) and whose
 * keyword is taken, and appends to ed what the line says.  What a line names
 * must stand in ed already, so an index never points forward.
 */

/* Groups as texts name them, by enum wb_group. */
extern const char *const wb_group_names[WB_GROUPS];

/* policy_set.c */
int wb_parse_set(struct wb_lex *lex, struct wb_edition *ed) WB_MUST_CHECK;
int wb_parse_setting(struct wb_lex *lex, struct wb_edition *ed) WB_MUST_CHECK;
/* The next word as the index of a set or setting defined above. */
int wb_parse_set_name(struct wb_lex *lex, const struct wb_edition *ed,
		      int *ret) WB_MUST_CHECK;
int wb_parse_setting_name(struct wb_lex *lex, const struct wb_edition *ed,
			  int *ret) WB_MUST_CHECK;

/* policy_rule.c: "term and term", which stands behind "when" or "unless", to
 * the end of the line, and its citation. */
int wb_parse_rule(struct wb_lex *lex, const struct wb_edition *ed,
		  struct wb_rule *ret) WB_MUST_CHECK;

/* An ECCN or the entry or limb of one, by its form: 3A090, 5A992.z.1. */
bool wb_eccn_shaped(const char *s);

/* policy_item.c: lines about items and licences as a whole. */
int wb_parse_eccn(struct wb_lex *lex, struct wb_edition *ed) WB_MUST_CHECK;
int wb_parse_exclude(struct wb_lex *lex, struct wb_edition *ed) WB_MUST_CHECK;
int wb_parse_companion(struct wb_lex *lex, struct wb_edition *ed) WB_MUST_CHECK;
int wb_parse_exempt(struct wb_lex *lex, struct wb_edition *ed) WB_MUST_CHECK;
int wb_parse_licence(struct wb_lex *lex, struct wb_edition *ed) WB_MUST_CHECK;

/* policy_exception.c */
int wb_parse_exception(struct wb_lex *lex, struct wb_edition *ed) WB_MUST_CHECK;
/* An indented line, which belongs to the last exception. */
int wb_parse_exception_line(struct wb_lex *lex,
			    struct wb_edition *ed) WB_MUST_CHECK;
/* What must be true of the last exception once its lines are read. */
int wb_check_exception(struct wb_lex *lex,
		       const struct wb_edition *ed) WB_MUST_CHECK;

#endif /* WB_CORE_POLICY_PARSE_H */
