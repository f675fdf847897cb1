#ifndef WB_CORE_POLICY_LEX_H
#define WB_CORE_POLICY_LEX_H

#include "waybill/policy.h"

/*
 * policy_lex: the words of a policy text, and where each stands.
 *
 * Shared by the parsers of editions, catalogues and country tables; nobody
 * else includes it.  Lines are `<words> # <citation>`; blank lines and lines
 * that begin with # are passed over.  Every refusal names line and column
 * (both from 1; columns count characters), what stood there and what to do.
 *
 * Invariants:
 *  1. The text was checked whole before its first line is given out: UTF-8,
 *     no control characters, lines of bounded length, a newline at the end.
 *  2. Words borrow from the text, so a word knows its own column.
 */
#define WB_LEX_WORDS_MAX 192

struct wb_lex_word {
	struct wb_slice s; /* without quotes */
	bool quoted;
};

struct wb_lex {
	struct wb_slice rest; /* lines not read yet */
	struct wb_problem *problem;
	uint32_t number;          /* of the line, from 1; 0 before the first */
	struct wb_slice line;     /* whole */
	struct wb_slice body;     /* before " # ", without spaces around */
	struct wb_slice citation; /* behind it; empty if there is none */
	bool indented;
	size_t n, i; /* words of body, and those taken */
	struct wb_lex_word word[WB_LEX_WORDS_MAX];
};

/* Begin; checks the whole text (invariant 1). */
int wb_lex_open(struct wb_lex *lex, struct wb_slice text,
		struct wb_problem *problem) WB_MUST_CHECK;

/*
 * Go to the next line that says something.  ret_more is false at the end.
 * wb_lex_line leaves the body alone; wb_lex_words parts it into words.
 */
int wb_lex_line(struct wb_lex *lex, bool *ret_more) WB_MUST_CHECK;
int wb_lex_words(struct wb_lex *lex) WB_MUST_CHECK;

/*
 * Refuse what stands at `at`, a part of the current line; at.len 0 is a
 * place.  Always WB_EREFUSED.
 */
int wb_lex_refuse(struct wb_lex *lex, struct wb_slice at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * Refuse the word at as none of the n that may stand there, with the nearest
 * of them, or all if none is near.
 */
int wb_lex_unknown(struct wb_lex *lex, struct wb_slice at, const char *what,
		   const char *const name[], size_t n);
/* The place behind the last word. */
struct wb_slice wb_lex_end_of(const struct wb_lex *lex);

/* Whether the next word is s (and not quoted); it is taken if so. */
bool wb_lex_is(struct wb_lex *lex, const char *s);
/* Take the next word; what is what should stand there. */
int wb_lex_take(struct wb_lex *lex, const char *what,
		struct wb_slice *ret) WB_MUST_CHECK;
int wb_lex_expect(struct wb_lex *lex, const char *s) WB_MUST_CHECK;
int wb_lex_end(struct wb_lex *lex) WB_MUST_CHECK;

/* A word that is one of the n names: its index. */
int wb_lex_choice(struct wb_lex *lex, const char *what,
		  const char *const name[], size_t n, int *ret) WB_MUST_CHECK;
/* A name of [A-Za-z0-9._-], the first a letter or digit, that fits cap. */
int wb_lex_name(struct wb_lex *lex, const char *what, char *ret,
		size_t cap) WB_MUST_CHECK;
/* The same for s, a word or a field. */
int wb_lex_name_of(struct wb_lex *lex, struct wb_slice s, const char *what,
		   char *ret, size_t cap) WB_MUST_CHECK;
/* A text in double quotes, not empty, that fits cap. */
int wb_lex_quoted(struct wb_lex *lex, const char *what, char *ret,
		  size_t cap) WB_MUST_CHECK;
/* Copy s, not empty, to ret. */
int wb_lex_copy(struct wb_lex *lex, struct wb_slice s, const char *what,
		char *ret, size_t cap) WB_MUST_CHECK;
/* `as "text"`, if it comes next: how a path or policy is shown; else other. */
int wb_lex_as(struct wb_lex *lex, const char *other,
	      char ret[WB_SHOWN_MAX]) WB_MUST_CHECK;
/* The line must have a citation; wb_lex_cite copies it too. */
int wb_lex_cited(struct wb_lex *lex) WB_MUST_CHECK;
int wb_lex_cite(struct wb_lex *lex, char *ret, size_t cap) WB_MUST_CHECK;

/*
 * A decimal number with at most `places` digits behind the point, times ten
 * to that power: 5.92 with 2 places is 592.  One spelling: no sign, no
 * leading zero, no zero at the end of a fraction.
 */
int wb_lex_decimal(struct wb_lex *lex, struct wb_slice s, int places,
		   int64_t max, int64_t *ret) WB_MUST_CHECK;
int wb_lex_number(struct wb_lex *lex, const char *what, int places, int64_t max,
		  int64_t *ret) WB_MUST_CHECK;
int wb_lex_date(struct wb_lex *lex, struct wb_slice s,
		wb_date *ret) WB_MUST_CHECK;
/* AMBIG-n, a row of the doubt register, if it comes next; else "". */
int wb_lex_doubt(struct wb_lex *lex, char ret[16]) WB_MUST_CHECK;

#endif /* WB_CORE_POLICY_LEX_H */
