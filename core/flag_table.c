#include <stddef.h>

#include "core/flag.h"

/*
 * flag_table: every red flag of RULES 9, and what a document must say of it.
 *
 * A row is built, or says why the data of a ledger cannot decide it.  The
 * policy README lists both; tests hold table, README and FORMAT together.
 */

#define ROW(n, v, sev, what, todo, ...)                                        \
	[WB_RF(n)] = {                                                         \
		"RF-" #n, v, NULL, {"rf-" #n, sev, what, todo}, {__VA_ARGS__}}

static const struct wb_flag_kind rows[WB_FLAG_KINDS] = {
	ROW(01, 1, WB_VERIFY, "a consignee seen for the first time buys much",
	    "check the consignee before the next shipment",
	    {"days", WB_FV_COUNT}, {"tpp", WB_FV_TPP}),
	ROW(02, 1, WB_VERIFY,
	    "the consignee was incorporated after the controls began",
	    "ask who is behind the consignee", {"after", WB_FV_DATE},
	    {"eccn", WB_FV_WORDS}),
	ROW(03, 2, WB_ALERT,
	    "consignees that are linked use more than one limit together",
	    "find out who controls them; have the registry amended",
	    {"tpp", WB_FV_LIMIT}, {"counter", WB_FV_WORDS},
	    {"links", WB_FV_WORDS}),
	ROW(04, 1, WB_ALERT,
	    "consignees of different parents share one facility",
	    "find out who controls them; have the registry amended", {0}),
	ROW(05, 1, WB_ALERT,
	    "several shipments stay just below the size that asks for a notice",
	    "ask for the orders behind them", {"count", WB_FV_COUNT},
	    {"days", WB_FV_COUNT}, {"tpp", WB_FV_TPP},
	    {"percent", WB_FV_PERCENT}, {"exception", WB_FV_WORDS}),
	ROW(06, 1, WB_ALERT,
	    "a party moves under a headquarters of concern after shipments "
	    "to it",
	    "stop open orders and review what it has received",
	    {"set", WB_FV_SET}, {"days", WB_FV_COUNT}),
	ROW(07, 1, WB_VERIFY,
	    "headquarters or parent are declared otherwise than before",
	    "ask the exporter which is right; have the registry amended", {0}),
	ROW(08, 2, WB_FATAL,
	    "a party is listed, or owned by listed parties above the share",
	    "stop the shipment and take advice", {"percent", WB_FV_PERCENT},
	    {"lists", WB_FV_WORDS}),
	ROW(09, 1, WB_ALERT,
	    "a new consignee shares people or addresses with a listed one",
	    "check the consignee before the next shipment",
	    {"days", WB_FV_COUNT}, {"links", WB_FV_WORDS},
	    {"lists", WB_FV_WORDS}),
	ROW(10, 1, WB_ALERT, "what arrived is not what was shipped",
	    "ask exporter, carrier and operator where the rest is", {0}),
	ROW(11, 1, WB_ALERT, "no arrival was attested in time",
	    "ask the operator for the arrival; consider a check on site",
	    {"days_air", WB_FV_COUNT}, {"days", WB_FV_COUNT}),
	ROW(12, 2, WB_ALERT, "arrived long ago and not installed",
	    "ask the operator where the items are", {"days", WB_FV_COUNT}),
	ROW(13, 2, WB_ALERT,
	    "installed or handed over in another country than shipped to, or "
	    "at a facility that is not registered",
	    "have the facility registered, or ask for the authority of the "
	    "move",
	    {0}),
	ROW(14, 1, WB_ALERT,
	    "the location proof is of another country, or is overdue",
	    "ask for a proof with a recent checkpoint as nonce",
	    {"days", WB_FV_COUNT}, {"due", WB_FV_YEARLY}),
	ROW(15, 1, WB_FATAL, "a serial number stands in two places",
	    "check both places", {0}),
	ROW(16, 1, WB_FATAL, "a serial number that nobody has shipped",
	    "ask where the item comes from", {0}),
	ROW(17, 2, WB_ALERT, "the power attested cannot run what is installed",
	    "check the facility's power supply", {"watts", WB_FV_COUNT}),
	ROW(18, 1, WB_VERIFY, "the consignee resells, or its type is unknown",
	    "ask for the end user", {"types", WB_FV_WORDS},
	    {"eccn", WB_FV_WORDS}),
	ROW(19, 1, WB_ALERT,
	    "a forwarder, trader or free-zone warehouse is the ultimate "
	    "consignee",
	    "ask for the end user", {"business", WB_FV_WORDS},
	    {"addresses", WB_FV_WORDS}),
	ROW(20, 1, WB_ALERT, "the route passes a country of concern",
	    "ask the forwarder for the reason of the route",
	    {"set", WB_FV_SET}),
	ROW(21, 1, WB_ALERT, "delivered to a home or a mail drop",
	    "ask where the items are really used", {"addresses", WB_FV_WORDS}),
	ROW(22, 1, WB_VERIFY,
	    "the consignee's business has no use for such items",
	    "ask for the end use and the end user", {"business", WB_FV_WORDS}),
	ROW(23, 1, WB_VERIFY, "installation and support were declined",
	    "ask who will install and maintain the servers",
	    {"forms", WB_FV_WORDS}),
	ROW(24, 2, WB_VERIFY, "an unusual price, or paid from elsewhere",
	    "ask for the invoice and the payer", {"percent", WB_FV_PERCENT},
	    {"days", WB_FV_COUNT}, {"least", WB_FV_COUNT}),
	ROW(25, 2, WB_ALERT, "an order that was refused comes another way",
	    "compare the two orders", {"set", WB_FV_SET}, {"days", WB_FV_COUNT},
	    {"percent", WB_FV_PERCENT}),
	ROW(26, 2, WB_VERIFY, "a hub suddenly takes in much more of a part",
	    "ask the hub's government where the parts are",
	    {"times", WB_FV_COUNT}, {"set", WB_FV_SET}, {"least", WB_FV_COUNT}),
	ROW(27, 1, WB_VERIFY, "the consignee's statement is not of its time",
	    "obtain a new statement", {"days", WB_FV_COUNT},
	    {"paper", WB_FV_WORDS}),
	ROW(28, 1, WB_VERIFY, "a notice or filing is not there in time",
	    "file it and correct the statement", {"days", WB_FV_COUNT},
	    {"tpp", WB_FV_TPP}, {"filing", WB_FV_WORDS},
	    {"notice", WB_FV_WORDS}, {"exception", WB_FV_WORDS}),
	ROW(29, 2, WB_ALERT, "more than the limit of a year is claimed",
	    "stop shipments under the exception; count again",
	    {"tpp", WB_FV_LIMIT}, {"counter", WB_FV_WORDS}),
	ROW(30, 2, WB_ALERT,
	    "stock under an exception moves or is sold without authority",
	    "ask for the authority of the move", {"counter", WB_FV_WORDS}),
	ROW(31, 2, WB_ALERT, "the shares of a universal validated end user",
	    "ask the holder for its plan to return within them", {0}),
	ROW(32, 1, WB_ALERT,
	    "the installed base of a national validated end user",
	    "stop shipments under the authorization", {"counter", WB_FV_WORDS}),
	ROW(33, 2, WB_VERIFY, "a report is overdue",
	    "ask the operator for the report", {"due", WB_FV_YEARLY},
	    {"accounting", WB_FV_YEARLY}),
	ROW(34, 1, WB_ALERT, "items are resold without a buyer",
	    "ask the operator who has the items", {"kinds", WB_FV_WORDS}),
	ROW(35, 1, WB_ALERT, "computing is sold to customers of concern",
	    "ask the operator for those customers", {"count", WB_FV_COUNT}),
	ROW(36, 2, WB_ALERT, "a large facility does not disclose its customers",
	    "ask for the customers, or for an agreement with the government",
	    {"count", WB_FV_COUNT}),
	ROW(37, 1, WB_VERIFY,
	    "the ITN is missing or stands on another shipment",
	    "compare with the filing in AES", {"set", WB_FV_SET}),
	ROW(38, 1, WB_VERIFY,
	    "classified lower than computed, or by other figures than the "
	    "catalogue's",
	    "compare with the datasheet", {"percent", WB_FV_PERCENT}),
	ROW(39, 1, WB_VERIFY,
	    "figures look like those with sparsity, or a data-centre part is "
	    "said to be none",
	    "compare with the datasheet", {"percent", WB_FV_PERCENT}),
	ROW(40, 1, WB_ALERT, "a grant is exceeded, expired or for elsewhere",
	    "stop shipments under the grant", {0}),
	ROW(41, 1, WB_VERIFY, "filed in AES after the goods had left",
	    "ask for the post-departure approval", {"days", WB_FV_COUNT}),
	ROW(42, 2, WB_FATAL, "a part nobody may deal in is in an inventory",
	    "take advice on General Prohibition 10", {"vendors", WB_FV_WORDS},
	    {"from", WB_FV_DATE}),
	ROW(43, 1, WB_INFO, "the statement is dated far from the record",
	    "set the clock; submit at the time of export",
	    {"hours", WB_FV_COUNT}),
	ROW(44, 2, WB_ALERT,
	    "all consignees at one facility together pass the limit",
	    "find out who controls the facility", {"tpp", WB_FV_LIMIT},
	    {"exception", WB_FV_WORDS}),
	[WB_DC_01] = {"DC-01",
		      2,
		      NULL,
		      {"dc-01", WB_ALERT,
		       "a large data centre in a country at high risk without "
		       "an agreement",
		       "make the agreement before more is installed"},
		      {{"count", WB_FV_COUNT},
		       {"set", WB_FV_SET},
		       {"vendors", WB_FV_WORDS}}},
};

#define BY_MAKERS_NUMBER                                                       \
	"a part that is named by the maker's number: figures are compared "    \
	"where `part` is an id of the catalogue"

/* What of a row the data of a ledger cannot decide. */
static const char *const left_out[WB_FLAG_KINDS] = {
	[WB_RF_04] = "that consignees share a signing key: a key is registered "
		     "for one party only, and consignees sign nothing",
	[WB_RF_06] = "that subsidiaries of the party are there: the registry "
		     "is asked upwards only",
	[WB_RF_08] = "that an address is listed: addresses are kept by hash",
	[WB_RF_14] = "that a device answers from there, and that the nonce is "
		     "the hash of a recent checkpoint: of the evidence the "
		     "ledger has the hash and what it is said to show, and "
		     "checkpoints are no records; who has the ledger's "
		     "checkpoints compares",
	[WB_RF_20] = "that a route is longer than the direct one: only stops "
		     "and the port are stated",
	[WB_RF_25] = "an application that was never a shipment statement: a "
		     "denied one stands for it",
	[WB_RF_27] =
		"who signed the paper: the ledger has its hash and its date",
	[WB_RF_28] = "the notice of the consignee that its limit is reached: "
		     "nobody states it",
	[WB_RF_30] = "whether an exception covers a move: one is judged of a "
		     "shipment; and what is left of a grant that is named",
	[WB_RF_34] = "that a rate is above the median of the fleet: it needs "
		     "all operators in one count",
	[WB_RF_37] = "that country, ECCN or quantity differ in AES: the ledger "
		     "does not see the filing",
	[WB_RF_38] = BY_MAKERS_NUMBER,
	[WB_RF_39] = BY_MAKERS_NUMBER,
};

const char *wb_flag_left_out(size_t i)
{
	return i < WB_FLAG_KINDS ? left_out[i] : NULL;
}

const struct wb_flag_kind *wb_flag_row(size_t i)
{
	return i < WB_FLAG_KINDS ? &rows[i] : NULL;
}
