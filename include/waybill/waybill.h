#ifndef WB_WAYBILL_H
#define WB_WAYBILL_H

/* waybill: all of libwaybill, for programs outside this tree. */
#include "waybill/audit.h"
#include "waybill/bytes.h"
#include "waybill/chain.h"
#include "waybill/checkpoint.h"
#include "waybill/crypto.h"
#include "waybill/date.h"
#include "waybill/decision.h"
#include "waybill/engine.h"
#include "waybill/error.h"
#include "waybill/flags.h"
#include "waybill/keyfile.h"
#include "waybill/ledger.h"
#include "waybill/limits.h"
#include "waybill/note.h"
#include "waybill/policy.h"
#include "waybill/problem.h"
#include "waybill/receipt.h"
#include "waybill/record.h"
#include "waybill/replay.h"
#include "waybill/statement.h"
#include "waybill/store.h"
#include "waybill/template.h"
#include "waybill/text.h"
#include "waybill/tile.h"
#include "waybill/tree.h"
#include "waybill/trust.h"
#include "waybill/vkey.h"

#endif /* WB_WAYBILL_H */
