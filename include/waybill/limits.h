#ifndef WB_LIMITS_H
#define WB_LIMITS_H

/*
 * limits: everything has one.  Lengths are bytes without a closing NUL.
 *
 * waybilld --limits prints this table; the tests stand at each limit and one
 * past it.
 */

/* Names. */
#define WB_ORIGIN_MAX    100 /* an origin (DESIGN 3.1) */
#define WB_ID_MAX        64  /* party id, statement id, label */
#define WB_KEY_NAME_MAX  255 /* C2SP: also the bound of ML-DSA lines */
#define WB_VKEY_TEXT_MAX 320 /* name + "+" + 8 + "+" + base64(33) */

/* Signed notes. */
#define WB_NOTE_LINES_MAX 100     /* signature lines; Go x/mod stops there */
#define WB_NOTE_LINE_MAX  4096    /* one signature line; ML-DSA needs 3,600 */
#define WB_NOTE_MAX       1310720 /* any note: a policy and its signatures */

/* Statements. */
#define WB_STATEMENT_MAX        49152   /* a statement note, all bytes */
#define WB_POLICY_STATEMENT_MAX 1048576 /* a policy statement note */
#define WB_JSON_DEPTH_MAX       7       /* a correction holds a shipment */
#define WB_JSON_VALUES_MAX      16384 /* bounds what parsing a text allocates */
#define WB_STRING_MAX           1024  /* a free string of a statement */
#define WB_ITEMS_MAX            100   /* items of a shipment */
#define WB_LOTS_MAX             100   /* lots of an item */
#define WB_SERIALS_MAX          512   /* serial numbers of a statement */
#define WB_SERIAL_MAX           64    /* one of them */
#define WB_ECCN_MAX             15    /* 5A992.z.1 */
#define WB_INTERMEDIATES_MAX    8
#define WB_NOTICES_MAX          16
#define WB_UNITS_MAX            10000    /* ICs in one unit of an item */
#define WB_COUNTS_MAX           100      /* models counted in an inventory */
#define WB_PARTY_KEYS_MAX       8        /* keys in one party statement */
#define WB_QUORUM_MAX           16       /* members of authority or committee */
#define WB_OWNERS_MAX           8        /* owners in one party-detail */
#define WB_OWNERSHIP_DEPTH_MAX  8        /* steps to the ultimate parent */
#define WB_DETAILS_MAX          16       /* dated details kept of one party */
#define WB_QUANTITY_MAX         10000000 /* units of an item (DESIGN 3.2) */
#define WB_USD_MAX              1000000000       /* value of one unit */
#define WB_POWER_KW_MAX         100000000        /* of a facility: 100 GW */
#define WB_TPP_X10_MAX          1000000000       /* tenths of TPP of one unit */
#define WB_INTEGER_MAX          9007199254740991 /* 2^53 - 1, tenths of TPP */
#define WB_ISSUED_AHEAD_S       86400 /* how far issued may be in the future */
#define WB_EXPORT_AHEAD_DAYS    366   /* and the date of export */

/* Registrations and grants. */
#define WB_GOVERNED_MAX           8  /* countries of one government */
#define WB_LINKS_MAX              6  /* links in one party-detail */
#define WB_LINKED_MAX             8  /* parties kept of one link */
#define WB_FACILITIES_MAX         8  /* facilities in one party-detail */
#define WB_GRANT_EXPORTERS_MAX    8  /* exporters of a licence */
#define WB_GRANT_ITEMS_MAX        8  /* items of a licence */
#define WB_GRANT_MODELS_MAX       8  /* models of such an item */
#define WB_GRANT_COUNTRIES_MAX    64 /* countries in which a uveu holds units */
#define WB_GRANT_DESTINATIONS_MAX 32 /* in which it may build */
#define WB_SPANS_MAX              32 /* letters to, listings of a party */
#define WB_AGREEMENTS_MAX         16 /* dated agreements of a country */
#define WB_FACTOR_PERCENT_MIN     100 /* of an allocation, by agreement */
#define WB_FACTOR_PERCENT_MAX     200

/* The book. */
#define WB_RECORD_MAX     1024 /* a record note */
#define WB_JUDGEMENT_MAX  262144
#define WB_WORKINGS_MAX   524288
#define WB_CHECKPOINT_MAX 8192 /* a checkpoint note with cosignatures */
#define WB_RECEIPT_MAX    1048576
#define WB_BATCH_MAX      256 /* statements in one commit */
#define WB_PROOF_MAX                                                           \
	64 /* hashes of a proof; below 2^62 leaves a                           \
	      consistency proof has at most 63 */

/* The engine. */
#define WB_READS_MAX       64 /* state reads of one decision: rules, flags */
#define WB_READS_INDEX     32 /* besides, of what is asked on a later day */
#define WB_READS_ALL_MAX   (WB_READS_MAX + WB_READS_INDEX + WB_SERIALS_MAX)
#define WB_WRITES_MAX      (80 + WB_SERIALS_MAX) /* and writes */
#define WB_FINDINGS_MAX    128
#define WB_SCOPES_MAX      48 /* countries entitled to a decision */
#define WB_STATE_KEY_MAX   300
#define WB_STATE_VALUE_MAX 16384

/* Law as data. */
#define WB_FAMILY_MAX        31     /* the name of a family of editions */
#define WB_POLICY_TEXT_MAX   786432 /* an edition, catalogue, country table */
#define WB_POLICY_LINE_MAX   4096
#define WB_EDITIONS_MAX      64   /* editions recorded in one ledger */
#define WB_PRODUCTS_MAX      2048 /* lines of a product catalogue */
#define WB_COUNTRY_LINES_MAX 1024 /* lines of a country table */

/* Store. */
#define WB_MAP_BYTES       (64ULL << 30) /* an address range, no memory */
#define WB_QUERY_PAGE_MAX  1000          /* records listed in one answer */
#define WB_QUERY_SCAN_MAX  20000         /* records looked at for one answer */
#define WB_QUERY_BYTES_MAX 4194304 /* an answer with contents stops here */

/* The wire. */
#define WB_TARGET_MAX  2048  /* path and query of a request */
#define WB_HEAD_MAX    16384 /* request line and headers together */
#define WB_HEADERS_MAX 64    /* header lines of a request */
#define WB_PROBLEM_MAX 8192  /* application/problem+json */

#endif /* WB_LIMITS_H */
