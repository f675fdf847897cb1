#ifndef WB_PROTO_ACCESS_H
#define WB_PROTO_ACCESS_H

#include <stdbool.h>

#include "waybill/date.h"
#include "waybill/limits.h"
#include "waybill/note.h"
#include "waybill/problem.h"

/*
 * access: the signed note by which a reader says who it is (DESIGN 4).
 *
 * It is bound to one ledger, method, request target and body, and to the
 * time: it is good for WB_ACCESS_SKEW_MS either way and may be used again
 * until then.  It travels as `Authorization: Waybill <base64url>`.
 *
 *   waybill/access/1
 *   <origin>
 *   <METHOD>
 *   <request target, exactly as on the request line>
 *   <hexadecimal SHA-256 of the body, or - for none>
 *   <time YYYY-MM-DDTHH:MM:SSZ>
 *
 * One signature line, by a key of a registered party.  Pure: who the party is
 * and whether its key is registered is for the caller to look up.
 */
#define WB_ACCESS_SKEW_MS    300000
#define WB_ACCESS_TARGET_MAX WB_TARGET_MAX
#define WB_ACCESS_NOTE_MAX   4096
/* "Waybill " and the note in base64url. */
#define WB_ACCESS_HEADER_MAX 5480

struct wb_access {
	struct wb_slice origin; /* all slices are borrowed */
	struct wb_slice method;
	struct wb_slice target;
	bool has_body;
	uint8_t body[WB_HASH_LEN]; /* SHA-256, if has_body */
	wb_time time;              /* whole seconds */
};

/*
 * Write the value of the Authorization header for what a says, signed by
 * signer, whose key is of type Ed25519.  WB_EFORM if a does not make a note
 * that wb_access_open() would take.
 */
int wb_access_write(struct wb_writer *w, const struct wb_access *a,
		    const struct wb_signer *signer) WB_MUST_CHECK;

/*
 * Decode a header's value into scratch (WB_ACCESS_NOTE_MAX bytes), which must
 * outlive ret and ret_note.  WB_EFORM or WB_ELIMIT.  Verifies no signature:
 * that is wb_note_verify(ret_note, 0, key).
 */
int wb_access_open(struct wb_slice header, uint8_t scratch[WB_ACCESS_NOTE_MAX],
		   struct wb_access *ret,
		   struct wb_note *ret_note) WB_MUST_CHECK;

/*
 * Whether got, from a header, is made out for the request want, whose time is
 * the reader's clock.  WB_EREFUSED and *problem says what differs.
 */
int wb_access_match(const struct wb_access *got, const struct wb_access *want,
		    struct wb_problem *problem) WB_MUST_CHECK;

/*
 * The party of a key named <origin>/party/<id>/<label>, NUL-terminated.
 * WB_EFORM if name is not of that form.
 */
int wb_access_party(struct wb_slice origin, struct wb_slice name,
		    char ret[WB_ID_MAX + 1]) WB_MUST_CHECK;

#endif /* WB_PROTO_ACCESS_H */
