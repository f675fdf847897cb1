#include "waybill/error.h"

const char *wb_strerror(int err)
{
	switch ((enum wb_error)err) {
	case WB_EFORM:
		return "not of the form asked for";
	case WB_ELIMIT:
		return "over a limit";
	case WB_ESIG:
		return "signature does not verify";
	case WB_EKEY:
		return "key unknown or not valid here";
	case WB_EGAP:
		return "record number out of order";
	case WB_EFORK:
		return "record names another parent";
	case WB_EPROOF:
		return "proof does not hold";
	case WB_ENOTFOUND:
		return "not found";
	case WB_ECONFLICT:
		return "name taken by other content";
	case WB_ENOMEM:
		return "out of memory";
	case WB_EIO:
		return "input or output error";
	case WB_EFULL:
		return "no space left";
	case WB_ECORRUPT:
		return "stored data is damaged";
	case WB_ECLOCK:
		return "clock too far from the last record";
	case WB_EBUSY:
		return "held by another process";
	case WB_EACCES:
		return "permission denied";
	case WB_EENGINE:
		return "engine or edition not available";
	case WB_EROLLBACK:
		return "the store is behind what was released";
	case WB_EREFUSED:
		return "refused";
	}
	return err == 0 ? "no error" : "unknown error";
}
