#ifndef WB_CORE_CUSTODY_H
#define WB_CORE_CUSTODY_H

#include "core/decide.h"

/*
 * custody: where units are after they were shipped, as exporters and operators
 * say (FORMAT.md, "Custody").
 *
 * Each unit of a line of a shipment is in one state: on its way, arrived (and
 * in store), installed, given away or retired.  What does not balance is a
 * finding and stays as it was stated: it is evidence.  Only a statement that
 * nobody may make is refused: about a shipment that is not there or does not
 * name the operator, a line it does not have, or a statement of another.
 */
#define WB_HOLDERS_MAX  4 /* parties that moves have named, per shipment */
#define WB_SHIP_PARTIES (WB_INTERMEDIATES_MAX + 3 + WB_HOLDERS_MAX)
#define WB_FAC_MODELS   128 /* models of a facility that are told apart */

/* One line of a shipment; units. */
struct wb_ship_line {
	int32_t line;
	char model[WB_ID_MAX + 1]; /* "" when parameters were attested */
	int64_t tpp_x10;           /* of one unit, all its ICs; -1 unknown */
	int64_t units;             /* ICs in one unit */
	int64_t shipped;
	int64_t listed;    /* of those: by their serial numbers */
	int64_t arrived;   /* all that ever did */
	int64_t installed; /* are now */
	int64_t moved;     /* to another facility or party, all that ever did */
	int64_t away;      /* of those moved: to another party */
	int64_t retired;
};

enum wb_ship_status { WB_SHIP_LIVE, WB_SHIP_VOID };

/* The value of ship/<party>/<id>. */
struct wb_ship {
	enum wb_ship_status status;
	enum wb_verdict verdict;
	wb_date export_date;
	wb_date judged_for; /* whose law decided, or WB_DATE_NONE */
	char from[3], destination[3];
	char transport[8]; /* or "" */
	/* Counts corrections of the shipment, and statements of operators
	 * about it that were corrected or voided: serial numbers that were
	 * written under another count are to be said again. */
	uint64_t corrected, restated;
	bool arrival_seen; /* some arrival was stated */
	size_t n_parties;  /* consignee, end user or consignee, the others */
	char party[WB_SHIP_PARTIES][WB_ID_MAX + 1];
	size_t n_charges; /* what the shipment has used up */
	struct wb_charge charge[WB_CHARGES_MAX];
	int64_t attrition_x10; /* taken out of its installed base since */
	size_t n_lines;
	struct wb_ship_line line[WB_ITEMS_MAX];
};

/* 0, WB_ENOTFOUND, WB_ECORRUPT, or an error of the state. */
int wb_ship_read(const struct wb_state *state, struct wb_decision *d,
		 const char *party, const char *id,
		 struct wb_ship *ret) WB_MUST_CHECK;
int wb_ship_parse(struct wb_slice value, struct wb_ship *ret) WB_MUST_CHECK;
int wb_ship_write(struct wb_decision *d, const char *party, const char *id,
		  const struct wb_ship *ship) WB_MUST_CHECK;
struct wb_ship_line *wb_ship_line(struct wb_ship *ship, int32_t line);

/* Units of a line, as an operator has handled them. */
struct wb_acted {
	int32_t line;
	int64_t quantity;
	int64_t standing; /* of those: were installed before, or are by this */
	/* What was really taken out of a facility and put into one, and as
	 * units of what: a correction of the shipment may change that. */
	int64_t taken, put;
	char model[WB_ID_MAX + 1]; /* or "" */
	int64_t tpp_x10, units;
};

/*
 * The value of act/<party>/<id>: what an arrival, installation, move or
 * retirement has done to the lines, so that it can be taken back.
 */
struct wb_act {
	bool voided;
	enum wb_type type;
	char shipper[WB_ID_MAX + 1];
	char shipment[WB_ID_MAX + 1];
	char facility[WB_ID_MAX + 1];    /* or "" */
	char to_facility[WB_ID_MAX + 1]; /* of a move, or "" */
	char to_party[WB_ID_MAX + 1];
	size_t n_items;
	struct wb_acted item[WB_ITEMS_MAX];
};

int wb_act_parse(struct wb_slice value, struct wb_act *ret) WB_MUST_CHECK;
int wb_act_read(const struct wb_state *state, struct wb_decision *d,
		const char *party, const char *id,
		struct wb_act *ret) WB_MUST_CHECK;
int wb_act_write(struct wb_decision *d, const char *party, const char *id,
		 const struct wb_act *act) WB_MUST_CHECK;

enum wb_serial_state {
	WB_SERIAL_LISTED, /* in a shipment that may not go as it is */
	WB_SERIAL_SHIPPED,
	WB_SERIAL_ARRIVED,
	WB_SERIAL_INSTALLED,
	WB_SERIAL_AWAY, /* given to another party */
	WB_SERIAL_RETIRED,
	WB_SERIAL_SEEN, /* in an inventory, and in no shipment */
	WB_SERIAL_STATES
};

/* The value of serial/<serial>: where one unit is; "" for what is not known. */
struct wb_serial {
	enum wb_serial_state state;
	uint64_t corrected, restated; /* of the shipment when this was said */
	char party[WB_ID_MAX + 1];    /* of the shipment */
	char id[WB_ID_MAX + 1];
	int32_t line;
	char holder[WB_ID_MAX + 1]; /* who has it */
	char facility[WB_ID_MAX + 1];
};

const char *wb_serial_state_name(enum wb_serial_state state);
int wb_serial_parse(struct wb_slice value, struct wb_serial *ret) WB_MUST_CHECK;
int wb_serial_write(struct wb_decision *d, const char *serial,
		    const struct wb_serial *s) WB_MUST_CHECK;

struct wb_fac_model {
	char model[WB_ID_MAX + 1]; /* "" where parameters were attested */
	int64_t installed;         /* units, as stated one by one */
	int64_t counted;           /* by the last inventory, or -1 */
	int64_t chips;             /* ICs of those installed */
};

/* The value of fac/<operator>/<id>: what stands in a facility. */
struct wb_fac {
	int64_t chips;         /* ICs of the units installed */
	int64_t tpp_x10;       /* of those whose TPP is known */
	wb_date counted;       /* the last inventory, or WB_DATE_NONE */
	int64_t it_power_kw;   /* as last said, or -1 */
	char evidence[3];      /* country that location evidence shows */
	wb_date evidence_date; /* or WB_DATE_NONE */
	size_t n_models;
	struct wb_fac_model model[WB_FAC_MODELS];
};

/* An empty one if nothing was ever said of it. */
int wb_fac_read(const struct wb_state *state, struct wb_decision *d,
		const char *party, const char *id,
		struct wb_fac *ret) WB_MUST_CHECK;
int wb_fac_parse(struct wb_slice value, struct wb_fac *ret) WB_MUST_CHECK;
int wb_fac_write(struct wb_decision *d, const char *party, const char *id,
		 const struct wb_fac *fac) WB_MUST_CHECK;
/* ICs of the model: as stated, or more if more units were counted.  Those are
 * taken to hold as many as the units stated do, or one. */
int64_t wb_fac_model_chips(const struct wb_fac_model *m);
/* All there are. */
int64_t wb_fac_chips(const struct wb_fac *fac);
/* The model's, added if it was not there; NULL past WB_FAC_MODELS. */
struct wb_fac_model *wb_fac_model(struct wb_fac *fac, const char *model);

/* As a shipment states it (custody_correct.c). */
void wb_ship_line_add(struct wb_ship *ship, const struct wb_engine_input *in,
		      const struct wb_item *item);
/* A shipment that is said again. */
int wb_custody_correct(const struct wb_engine_input *in,
		       struct wb_decision *d) WB_MUST_CHECK;

/* --- parts ------------------------------------------------------------------
 */

/* A shipment and whose it is. */
struct wb_ship_of {
	const char *party;
	const char *id;
	struct wb_ship *ship;
};

/* What statements say of single units (custody_serial.c). */
int wb_serials_ship(const struct wb_engine_input *in,
		    const struct wb_shipment *shipment,
		    const struct wb_ship_of *of,
		    struct wb_decision *d) WB_MUST_CHECK;
int wb_serials_handle(const struct wb_engine_input *in, enum wb_type type,
		      const struct wb_handling *h, const struct wb_ship_of *of,
		      struct wb_decision *d) WB_MUST_CHECK;
/* Units that an inventory has placed where it was made. */
struct wb_counted {
	size_t n;
	struct wb_slice serial[WB_SERIALS_MAX];
};
/* old are those of the inventory that is said again: what is not listed any
 * more is taken back. */
int wb_serials_count(const struct wb_engine_input *in,
		     const struct wb_inventory *v, const struct wb_counted *old,
		     struct wb_counted *ret,
		     struct wb_decision *d) WB_MUST_CHECK;
int wb_serials_uncount(const struct wb_engine_input *in, const char *facility,
		       const struct wb_counted *old,
		       struct wb_decision *d) WB_MUST_CHECK;

/* The facilities of the author that a statement has to do with, each read and
 * written once. */
#define WB_PLACES_OF_ACT 4
/* Counters of installed bases: of the shipment, and of that corrected. */
#define WB_BASES_OF_ACT 2

struct wb_places {
	const struct wb_engine_input *in;
	struct wb_decision *d;
	size_t n;
	struct {
		char id[WB_ID_MAX + 1];
		struct wb_fac fac;
	} at[WB_PLACES_OF_ACT];
	size_t n_bases;
	struct wb_charge base[WB_BASES_OF_ACT]; /* taken out of each */
};

int wb_places_write(struct wb_places *p) WB_MUST_CHECK;

/*
 * Of a line of which `before` units were retired, `standing` that stood in a
 * facility are retired, or are not after all: what they count in an installed
 * base is noted, and written with the places (attrition.c).
 */
void wb_attrition_note(struct wb_places *p, struct wb_ship *ship,
		       const struct wb_ship_line *line, int64_t before,
		       int64_t standing, bool back);
int wb_attrition_write(struct wb_places *p) WB_MUST_CHECK;
/* Whether it is charged to an installed base: one of a shipment is at most. */
bool wb_attrition_is_of(const struct wb_charge *charge);
/* What d takes back of ship, less what is out of its base already. */
void wb_attrition_credit(const struct wb_ship *ship, struct wb_decision *d);
/* ship, which was judged anew and was old or NULL, has the same retired. */
int wb_attrition_carry(const struct wb_engine_input *in,
		       const struct wb_ship *old, struct wb_ship *ship,
		       struct wb_decision *d) WB_MUST_CHECK;

/* Do to lines and facilities what an operator states, and fill in *ret; or
 * take it back (custody_units.c). */
int wb_units_handle(struct wb_places *p, enum wb_type type,
		    const struct wb_handling *h, struct wb_ship *ship,
		    struct wb_act *ret) WB_MUST_CHECK;
int wb_units_undo(struct wb_places *p, const struct wb_act *act,
		  struct wb_ship *ship) WB_MUST_CHECK;
/* Whether as many have arrived as were shipped: findings if not. */
void wb_units_balance(const struct wb_ship_line *line, struct wb_decision *d);

/* An inventory, said for the first time, again, or taken back
 * (custody_count.c). */
int wb_count_new(const struct wb_engine_input *in, const struct wb_inventory *v,
		 struct wb_decision *d) WB_MUST_CHECK;
int wb_count_correct(const struct wb_engine_input *in, const char *id,
		     const struct wb_inventory *v,
		     struct wb_decision *d) WB_MUST_CHECK;
int wb_count_void(const struct wb_engine_input *in, const char *id,
		  char ret_facility[WB_ID_MAX + 1],
		  struct wb_decision *d) WB_MUST_CHECK;
/* The facility of an inventory of the author that stands or stood, and was not
 * taken back; WB_ENOTFOUND. */
int wb_count_facility(const struct wb_engine_input *in, const char *id,
		      char ret[WB_ID_MAX + 1],
		      struct wb_decision *d) WB_MUST_CHECK;

/* Shipments that did not fit: note one, and ask of them once the counters
 * that d takes back from are less (custody_wait.c). */
int wb_wait_note(const struct wb_engine_input *in, const char *id,
		 struct wb_decision *d) WB_MUST_CHECK;
int wb_wait_ask(const struct wb_engine_input *in, const char *id,
		struct wb_decision *d) WB_MUST_CHECK;

/* --- the engine's calls ----------------------------------------------------
 */

/* After a shipment was judged, whatever the verdict: ship/..., serials. */
int wb_custody_shipment(const struct wb_engine_input *in,
			const struct wb_shipment *s,
			struct wb_decision *d) WB_MUST_CHECK;
/* Whether the ledger takes a statement of custody: 0 or WB_EREFUSED. */
int wb_custody_admit(const struct wb_engine_input *in, struct wb_decision *d,
		     struct wb_problem *problem) WB_MUST_CHECK;
/* The authority confirms the finding void-late: what was voided too late is
 * taken back after all. */
int wb_custody_finding(const struct wb_engine_input *in,
		       struct wb_decision *d) WB_MUST_CHECK;
/* The effects of one that it took. */
int wb_custody(const struct wb_engine_input *in,
	       struct wb_decision *d) WB_MUST_CHECK;

#endif /* WB_CORE_CUSTODY_H */
