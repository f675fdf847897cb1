#ifndef TESTS_UNIT_ANY_GRANT_H
#define TESTS_UNIT_ANY_GRANT_H

#include "tests/unit/history_world.h"

/* What the authority grants and finds, at random: a part of any_history.h. */

static const char *const statuses[] = {"active", "active", "suspended",
				       "revoked"};

static inline void say_grant(const char *kind, unsigned n)
{
	say_begin("licence", AUTHORITY, n);
	SAY(",\"grant\":\"%s\",\"number\":\"%s\",\"status\":\"%s\","
	    "\"valid_from\":\"%s\",\"valid_to\":\"%s\"",
	    kind, NOW_AND_THEN(4) ? "D2" : "D1", PICK(statuses),
	    in_text(today - (wb_date)pick(400)), in_text(today + 300));
}

static inline enum who say_licence(unsigned n)
{
	switch (pick(4)) {
	case 0:
		say_grant("uveu", n);
		SAY(",\"holder\":\"%s\",\"world_tpp_x10\":%u,\"countries\":["
		    "{\"country\":\"MY\",\"tpp_x10\":%u}],"
		    "\"destinations\":[\"MY\",\"SA\"]",
		    PICK(listed), 100000000 + pick(100000000), pick(100000000));
		break;
	case 1:
		say_grant("nveu", n);
		SAY(",\"holder\":\"%s\",\"country\":\"MY\","
		    "\"installed_tpp_x10\":%u",
		    PICK(listed), pick(2000000000));
		break;
	default:
		say_grant("licence", n);
		SAY(",\"exporters\":[\"acme\",\"beta\"],\"consignee\":\"%s\","
		    "\"destination\":\"MY\",\"items\":[{\"eccn\":\"3A090.a\","
		    "\"quantity\":%u},{\"eccn\":\"4A090.a\",\"tpp_x10\":%u}]",
		    pick(3) > 0 ? "kuala" : PICK(listed), 1 + pick(300),
		    1 + pick(10000000));
	}
	SAY("}\n");
	return AUTHORITY;
}

static inline enum who say_letter(unsigned n)
{
	static const char *const names[] = {"h20-2025", "a100-2022", "other"};

	say_begin("letter", AUTHORITY, n);
	SAY(",\"exporter\":\"acme\",\"name\":\"%s\",\"effective\":\"%s\"",
	    PICK(names), in_text(today - (wb_date)pick(40)));
	if (NOW_AND_THEN(3))
		SAY(",\"until\":\"%s\"", in_text(today + (wb_date)pick(20)));
	SAY("}\n");
	return AUTHORITY;
}

static inline enum who say_listing(unsigned n)
{
	static const char *const lists[] = {"entity_list", "unverified_list",
					    "approved_designer"};

	say_begin("listing", AUTHORITY, n);
	SAY(",\"subject\":\"%s\",\"list\":\"%s\",\"effective\":\"%s\"",
	    PICK(listed), PICK(lists), in_text(today - (wb_date)pick(40)));
	if (NOW_AND_THEN(3))
		SAY(",\"until\":\"%s\"", in_text(today + (wb_date)pick(20)));
	SAY("}\n");
	return AUTHORITY;
}

static inline enum who say_agreement(unsigned n)
{
	static const char *const stands[] = {"in_force", "in_force",
					     "suspended", "ended"};

	say_begin("agreement", AUTHORITY, n);
	SAY(",\"government\":\"putrajaya\",\"country\":\"MY\","
	    "\"effective\":\"%s\",\"status\":\"%s\","
	    "\"commitments\":[\"align_controls\"%s],\"factor_percent\":%u",
	    in_text(today - (wb_date)pick(20)), PICK(stands),
	    NOW_AND_THEN(2) ? ",\"anti_smuggling\","
			      "\"no_military_cooperation\""
			    : "",
	    100 + pick(101));
	if (NOW_AND_THEN(2))
		SAY(",\"chip_ceiling\":%u", pick(60000));
	SAY("}\n");
	return BOTH;
}

static inline enum who say_finding(unsigned n)
{
	static const char *const outcomes[] = {"closed", "confirmed",
					       "check_passed", "check_failed"};
	static const char *const codes[] = {"licence-required", "late",
					    "eccn-differs",
					    "unregistered-party"};
	enum who who = NOW_AND_THEN(3) ? PUTRAJAYA : AUTHORITY;

	say_begin("finding", who, n);
	SAY(",\"about\":{\"party\":\"acme\",\"id\":\"shipment-%u\"},"
	    "\"code\":\"%s\",\"outcome\":\"%s\"}\n",
	    pick(n + 1), PICK(codes), PICK(outcomes));
	return who;
}

static inline enum who say_engine(unsigned n)
{
	say_begin("engine", COMMITTEE, n);
	SAY(",\"engine\":1}\n");
	return COMMITTEE;
}

#endif /* TESTS_UNIT_ANY_GRANT_H */
