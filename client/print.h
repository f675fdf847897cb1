#ifndef WB_PRINT_H
#define WB_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "waybill/bytes.h"

/*
 * print: the one funnel to the terminal.
 *
 * What peers and files supply may hold bytes that move the cursor, recolour,
 * or turn the direction of writing.  All text goes through wb_put(), which
 * shows such characters as \x1b; only a newline of our own is one.
 */
enum wb_style {
	WB_PLAIN,
	WB_BOLD,
	WB_DIM,
	WB_GOOD,
	WB_CAREFUL,
	WB_BAD,
};

/* s, made harmless; newlines and tabs are kept if lines. */
void wb_put(FILE *f, struct wb_slice s, bool lines);
/* printf through wb_put with lines. */
void wb_say(FILE *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* s in a style, if f is a terminal that wants colour. */
void wb_put_styled(FILE *f, enum wb_style style, struct wb_slice s);
/* Style for a verdict or severity word. */
enum wb_style wb_style_of(struct wb_slice word);

/* Columns that s takes when put. */
size_t wb_columns(struct wb_slice s);
/* Columns of the terminal; 80 where f is none. */
size_t wb_width(FILE *f);

/*
 * Put text in lines of at most the terminal's width, each after the first
 * indented by indent columns; the first is taken to stand there already.
 */
void wb_wrap(FILE *f, size_t indent, struct wb_slice text);

/* "waybill: <sentence>" on standard error; returns code. */
int wb_fail(int code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* What to do, indented below it. */
void wb_advise(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

struct wb_problem;
/* A problem with its code, place, what was found and what to do. */
void wb_print_problem(FILE *f, const char *where,
		      const struct wb_problem *problem);

#endif /* WB_PRINT_H */
