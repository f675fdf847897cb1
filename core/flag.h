#ifndef WB_CORE_FLAG_H
#define WB_CORE_FLAG_H

#include "core/decide.h"
#include "waybill/flags.h"

#define WB_FLAG_LIST_MAX   64 /* words of a bounded list */
#define WB_FLAG_MODELS_MAX 8  /* models of a shipment that are compared */

/*
 * flag: what the predicates of the red flags share.  One small function each,
 * in files by theme; flag.c asks them in the order of the table.
 *
 * A predicate reads what it needs through wb_state_read() and raises nothing
 * when a fact is missing: a flag says what is there, not what may be.
 */

/* Rows of the table by number; an octal 08 is none, so names are pasted. */
enum wb_flag_index {
	WB_RF_01,
	WB_RF_02,
	WB_RF_03,
	WB_RF_04,
	WB_RF_05,
	WB_RF_06,
	WB_RF_07,
	WB_RF_08,
	WB_RF_09,
	WB_RF_10,
	WB_RF_11,
	WB_RF_12,
	WB_RF_13,
	WB_RF_14,
	WB_RF_15,
	WB_RF_16,
	WB_RF_17,
	WB_RF_18,
	WB_RF_19,
	WB_RF_20,
	WB_RF_21,
	WB_RF_22,
	WB_RF_23,
	WB_RF_24,
	WB_RF_25,
	WB_RF_26,
	WB_RF_27,
	WB_RF_28,
	WB_RF_29,
	WB_RF_30,
	WB_RF_31,
	WB_RF_32,
	WB_RF_33,
	WB_RF_34,
	WB_RF_35,
	WB_RF_36,
	WB_RF_37,
	WB_RF_38,
	WB_RF_39,
	WB_RF_40,
	WB_RF_41,
	WB_RF_42,
	WB_RF_43,
	WB_RF_44,
	WB_DC_01
};
#define WB_RF(n) WB_RF_##n

/* What earlier shipments told of a consignee: the value of seen/ID. */
struct wb_flag_known {
	wb_date first, last; /* WB_DATE_NONE; last: cleared on an authority */
	/* As declared last, or "". */
	char headquarters[3], parent_headquarters[3];
	char parent[WB_ID_MAX + 1];
};

/* A shipment, after it was judged. */
struct wb_flag_work {
	const struct wb_engine_input *in;
	const struct wb_shipment *s;
	const char *party, *id; /* the shipment's own, also when corrected */
	wb_date today;
	struct wb_profile consignee;
	struct wb_flag_known known;
	size_t n_models; /* distinct ones of the catalogue, with quantities */
	struct {
		const char *model;
		int64_t quantity;
	} model[WB_FLAG_MODELS_MAX];
	struct wb_decision *d;
};

/*
 * Raise a flag with its own value and threshold; what is returned may be
 * filled further.  NULL when no finding fits any more.
 */
struct wb_seen *wb_flag_raise(struct wb_decision *d, const struct wb_flag *p,
			      int64_t value, int64_t threshold,
			      const char *unit, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* That its value and records, if it is not NULL, tell of what others shipped:
 * the judgement is silent of them, and so must the narrative be. */
struct wb_seen *wb_flag_shared(struct wb_seen *seen);

/* Whether word is one of those of value i. */
bool wb_flag_word(const struct wb_flag *p, size_t i, const char *word);
/* Whether the country is in the set of value i on date. */
bool wb_flag_in(const struct wb_flag_work *w, const struct wb_flag *p, size_t i,
		const char *country);
/* The amount of value i, which may be that of the edition in force; -1 if that
 * has no such limit. */
int64_t wb_flag_limit(const struct wb_decision *d, const struct wb_flag *p,
		      size_t i);
/* TPP of the items that move under an exception whose name is one of the words
 * of value i; -1 unknown. */
int64_t wb_flag_path_x10(const struct wb_decision *d, const struct wb_flag *p,
			 size_t i);

/* WB_ELIMIT unless so many reads more leave a few to others. */
int wb_flag_room(const struct wb_flag_work *w, size_t reads) WB_MUST_CHECK;
/* Read the state; WB_ELIMIT leaves a few reads to others. */
int wb_flag_read(const struct wb_flag_work *w, const char *key,
		 struct wb_slice *ret) WB_MUST_CHECK;

/*
 * Bounded lists in one value of the state: texts parted by spaces, the oldest
 * falling out.  Whoever reads them takes what is there.
 */
struct wb_flag_list {
	char key[WB_STATE_KEY_MAX + 1];
	size_t n;
	struct wb_slice word[WB_FLAG_LIST_MAX];
};

/* Read the list at key: none is an empty one. */
int wb_flag_list_read(const struct wb_flag_work *w, const char *key,
		      struct wb_flag_list *ret) WB_MUST_CHECK;
/* Write it back as it stands. */
int wb_flag_list_write(const struct wb_flag_work *w,
		       const struct wb_flag_list *list) WB_MUST_CHECK;
/* Write it back with one word more, without its first when max are there. */
int wb_flag_list_add(const struct wb_flag_work *w, struct wb_flag_list *list,
		     size_t max, const char *word) WB_MUST_CHECK;
/* Take the next field of a word, up to ':' or its end. */
struct wb_slice wb_flag_field(struct wb_slice *word);
int wb_flag_field_number(struct wb_slice *word, int64_t *ret) WB_MUST_CHECK;
int wb_flag_field_date(struct wb_slice *word, wb_date *ret) WB_MUST_CHECK;

/*
 * The predicates, by theme.  p is never NULL; each answers 0 or an error of
 * the state, WB_ELIMIT when no more may be read.
 */
#define WB_FLAG(n)                                                             \
	int wb_rf_##n(const struct wb_flag_work *w, const struct wb_flag *p)

/* flag_parties.c */
WB_FLAG(01) WB_MUST_CHECK;
WB_FLAG(07) WB_MUST_CHECK;
WB_FLAG(18) WB_MUST_CHECK;
/* What is known of the consignee from before, and what is from now on. */
int wb_flag_known_read(const struct wb_flag_work *w,
		       struct wb_flag_known *ret) WB_MUST_CHECK;
int wb_flag_known_write(const struct wb_flag_work *w) WB_MUST_CHECK;

/* flag_who.c */
WB_FLAG(02) WB_MUST_CHECK;
WB_FLAG(03) WB_MUST_CHECK;
WB_FLAG(04) WB_MUST_CHECK;
WB_FLAG(08) WB_MUST_CHECK;
WB_FLAG(09) WB_MUST_CHECK;
WB_FLAG(19) WB_MUST_CHECK;
WB_FLAG(21) WB_MUST_CHECK;
WB_FLAG(22) WB_MUST_CHECK;
WB_FLAG(44) WB_MUST_CHECK;
/* Whether the party is listed or owned by such on date: the flag, if so. */
int wb_flag_listed(const struct wb_flag_work *w, const struct wb_flag *p,
		   const char *party, wb_date date) WB_MUST_CHECK;

/* flag_quantities.c */
WB_FLAG(05) WB_MUST_CHECK;
WB_FLAG(24) WB_MUST_CHECK;
WB_FLAG(25) WB_MUST_CHECK;
WB_FLAG(26) WB_MUST_CHECK;
WB_FLAG(29) WB_MUST_CHECK;

/* flag_place.c */
WB_FLAG(20) WB_MUST_CHECK;
WB_FLAG(23) WB_MUST_CHECK;

/* flag_papers.c */
WB_FLAG(27) WB_MUST_CHECK;
WB_FLAG(28) WB_MUST_CHECK;
WB_FLAG(37) WB_MUST_CHECK;
WB_FLAG(38) WB_MUST_CHECK;
WB_FLAG(39) WB_MUST_CHECK;

/* flag_time.c */
WB_FLAG(41) WB_MUST_CHECK;
WB_FLAG(43) WB_MUST_CHECK;

/* After a statement's effects (flag_custody.c). */
struct wb_flag_after {
	const struct wb_engine_input *in;
	struct wb_decision *d;
	const struct wb_flags *flags;
	wb_date today;
	const char *holder; /* the operator who speaks */
	const char *id;     /* facility that is asked about */
	wb_date asked;      /* on a later day, but not before this one */
};

/* flag_handling.c: of an installation, move or retirement, also when it is
 * said again. */
int wb_flags_handling(const struct wb_flag_after *a, enum wb_type type,
		      const struct wb_handling *h) WB_MUST_CHECK;

/* flag_facility.c: after an installation, inventory, move or retirement. */
int wb_flags_facility(const struct wb_flag_after *a) WB_MUST_CHECK;

#endif /* WB_CORE_FLAG_H */
