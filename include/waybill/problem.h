#ifndef WB_PROBLEM_H
#define WB_PROBLEM_H

#include "waybill/bytes.h"

/*
 * problem: what is wrong with a text from outside, for the person who sent
 * it: a stable code, the place, what was found, and what to do.
 *
 * The codes are in one table, problem.c; proto/ makes it
 * application/problem+json, the client prints it.
 */
enum wb_problem_code {
	/* 1xxx: the form of a text (422) */
	WB_P_NOTE = 1001,     /* not a signed note */
	WB_P_TOO_LONG = 1002, /* longer than its limit (413) */
	WB_P_UTF8 = 1003,
	WB_P_JSON = 1004,      /* not JSON */
	WB_P_DUPLICATE = 1005, /* a member, key, party ... twice */
	WB_P_FLOAT = 1006,     /* a number that is no integer */
	WB_P_RANGE = 1007,     /* a number outside its range */
	WB_P_CONTROL = 1008,   /* a control character in a string */
	WB_P_DEPTH = 1009,
	WB_P_BLANK_LINE = 1010,
	WB_P_UNKNOWN = 1011, /* unknown member */
	WB_P_MISSING = 1012, /* member missing */
	WB_P_TYPE = 1013,    /* wrong type of value */
	WB_P_VALUE = 1014,   /* a value that is not allowed here */
	WB_P_DATE = 1015,
	WB_P_ORDER = 1016,  /* the first five members out of order */
	WB_P_KIND = 1017,   /* no such statement type */
	WB_P_TOTAL = 1018,  /* a total above 2^53 - 1 tenths */
	WB_P_LEDGER = 1019, /* made out to another ledger */
	WB_P_DIGEST = 1020, /* a digest that is not the text's */
	WB_P_FUTURE = 1021, /* a date too far ahead */
	WB_P_LINE = 1022,   /* a line of a line format (policy, trust) */
	/* 2xxx: keys and signatures (403) */
	WB_P_LINES = 2001, /* not the signature lines asked for */
	WB_P_KEY_UNKNOWN = 2002,
	WB_P_SIGNATURE = 2003, /* does not verify */
	WB_P_QUORUM = 2004,    /* too few distinct members */
	WB_P_KEY_TIME = 2005,  /* the party's keys are not valid then */
	WB_P_ROLE = 2006,      /* the party's role may not say this */
	WB_P_KEY_TAKEN = 2007, /* the key is registered already */
	WB_P_KEY_BAD = 2008,   /* small order, not canonical, wrong name */
	/* 3xxx: the ledger (409 or 422) */
	WB_P_ID_TAKEN = 3001,   /* same party and id, other text (409) */
	WB_P_PARTY = 3002,      /* names a party that is not registered */
	WB_P_PARTY_ROLE = 3003, /* registered with another role (409) */
	WB_P_OWNERS = 3004,     /* owners that make a circle or > 100 % */
	WB_P_EDITION = 3005,    /* overlaps or backdates an edition */
	WB_P_NO_LAW = 3006,     /* no edition, catalogue or table recorded */
	WB_P_GENESIS = 3007,    /* a second genesis, or none yet */
	WB_P_CUSTODY = 3008,    /* about no shipment or statement of theirs */
	WB_P_NUMBER = 3009,     /* a number that is another's (409) */
	WB_P_OVERLAP = 3010,    /* days that meet those recorded (409) */
	WB_P_GOVERNMENT = 3011, /* speaks for another country (403) */
	WB_P_ENGINE = 3012,     /* an engine that is not at hand */
	WB_P_STATEMENT = 3013,  /* names a statement that is not recorded */
	WB_P_STATUS = 3014,     /* a status that cannot follow (409) */
	WB_P_COUNTRY = 3015,    /* a country that is not in the table */
	/* 4xxx: reading (401, 403, 404) */
	WB_P_ACCESS = 4001,      /* needs an access note (401) */
	WB_P_ACCESS_NOTE = 4002, /* the access note does not hold (403) */
	WB_P_NOT_FOUND = 4003,   /* not there, or not yours (404) */
	/* 5xxx: the service (503, 500) */
	WB_P_BUSY = 5001,     /* (503, Retry-After) */
	WB_P_FULL = 5002,     /* no space (503, Retry-After) */
	WB_P_CLOCK = 5003,    /* the clock jumped (503) */
	WB_P_CLOSING = 5004,  /* shutting down (503, Retry-After) */
	WB_P_LATCHED = 5005,  /* refuses to write after an error (503) */
	WB_P_INTERNAL = 5006, /* (500) */
	/* 6xxx: HTTP (400, 404, 405, 408, 411, 413, 414, 431, 505) */
	WB_P_HTTP = 6001,    /* (400) */
	WB_P_METHOD = 6002,  /* (405) */
	WB_P_LENGTH = 6003,  /* (411) */
	WB_P_BODY = 6004,    /* (413) */
	WB_P_HEADERS = 6005, /* (431) */
	WB_P_SLOW = 6006,    /* (408) */
	WB_P_PATH = 6007,    /* (404) */
	WB_P_QUERY = 6008,   /* (400) unknown or bad query parameter */
	/* 7xxx: configuration */
	WB_P_CONFIG = 7001,
};

struct wb_problem {
	enum wb_problem_code code; /* 0 while nothing is wrong */
	char pointer[160];    /* JSON pointer, or "line 3, column 7", or "" */
	char found[120];      /* what stood there, shortened and printable */
	char detail[320];     /* one sentence with the actual values */
	char resolution[320]; /* what to do */
};

/* One row per code. */
struct wb_problem_kind {
	enum wb_problem_code code;
	int status; /* HTTP */
	const char *title;
	const char *resolution; /* used when the problem brings none */
};

/* The row of code; never NULL for a code of the enum. */
const struct wb_problem_kind *wb_problem_kind(enum wb_problem_code code);
/* Row i of the table, or NULL past its end. */
const struct wb_problem_kind *wb_problem_row(size_t i);

/*
 * Fill in p (which may be NULL) unless it is filled already, and return
 * WB_EREFUSED, so that a decoder can `return wb_refuse(...)`.
 */
int wb_refuse(struct wb_problem *p, enum wb_problem_code code,
	      const char *pointer, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Say what stood there: shortened, with control bytes shown as '?'. */
void wb_problem_found(struct wb_problem *p, struct wb_slice found);
/* Say what to do, in place of the table's advice. */
void wb_problem_advise(struct wb_problem *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* WB_PROBLEM_H */
