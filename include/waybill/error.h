#ifndef WB_ERROR_H
#define WB_ERROR_H

/*
 * error: what a call can answer besides 0.
 *
 * Foreign codes (errno, LMDB, libuv, jansson) are translated in the file that
 * met them.  What is wrong with a text from outside is told by a
 * struct wb_problem beside the code; see problem.h.
 */
#define WB_MUST_CHECK __attribute__((warn_unused_result))

enum wb_error {
	WB_EFORM = -1,      /* bytes are not of the form their format asks */
	WB_ELIMIT = -2,     /* longer, deeper or more than limits.h allows */
	WB_ESIG = -3,       /* a signature does not verify */
	WB_EKEY = -4,       /* the key is unknown, unsuitable or not valid */
	WB_EGAP = -5,       /* the record does not carry the next number */
	WB_EFORK = -6,      /* the record names another parent */
	WB_EPROOF = -7,     /* a proof, hash or commitment does not hold */
	WB_ENOTFOUND = -8,  /* there is no such thing */
	WB_ECONFLICT = -9,  /* the name is taken by other content */
	WB_ENOMEM = -10,    /* memory is exhausted */
	WB_EIO = -11,       /* the operating system failed a read or write */
	WB_EFULL = -12,     /* disk or map is full: retry when space returns */
	WB_ECORRUPT = -13,  /* what is stored is not what was written */
	WB_ECLOCK = -14,    /* the clock is too far from the last record */
	WB_EBUSY = -15,     /* somebody else holds it */
	WB_EACCES = -16,    /* not permitted */
	WB_EENGINE = -17,   /* engine number or edition is absent */
	WB_EROLLBACK = -19, /* the store is behind what was released */
	WB_EREFUSED = -18,  /* outside text refused; the wb_problem says why */
};

/* A short English phrase for err, without a full stop; never NULL. */
const char *wb_strerror(int err);

#endif /* WB_ERROR_H */
