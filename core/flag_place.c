#include <stdio.h>
#include <string.h>

#include "core/flag.h"

/* flag_place: where the goods pass. */

/*
 * Supp. 3 to part 732, 10: a route through a country of concern to a
 * destination that is none.
 */
WB_FLAG(20)
{
	enum { SET };
	const struct wb_shipment *s = w->s;

	if (wb_flag_in(w, p, SET, s->destination))
		return 0;
	if (wb_flag_in(w, p, SET, s->port))
		(void)wb_flag_raise(w->d, p, 1, 0, "stops",
				    "to %s by way of a port in %s",
				    s->destination, s->port);
	for (size_t i = 0; i < s->n_intermediates; i++) {
		char key[WB_STATE_KEY_MAX + 1];
		struct wb_profile via;
		int rc = wb_flag_room(w, 1);

		if (rc == 0)
			rc = wb_profile_read_own(w->in->state, w->d,
						 s->intermediate[i],
						 s->export_date, &via);

		if (rc != 0)
			return rc;
		if (!wb_flag_in(w, p, SET, via.country))
			continue;
		wb_state_key(key, "detail/%s", via.id);
		wb_seen_rests_on(w->d,
				 wb_flag_raise(w->d, p, 1, 0, "stops",
					       "to %s by way of %s in %s",
					       s->destination, via.id,
					       via.country),
				 key);
	}
	return 0;
}

/* Supp. 3 to part 732, 7: nobody is to install or maintain the servers. */
WB_FLAG(23)
{
	enum { FORMS };

	if (w->s->declined_service != 1)
		return 0;
	for (size_t i = 0; i < w->s->n_items; i++) {
		const struct wb_item *item = &w->s->item[i];

		if (!wb_flag_word(p, FORMS, wb_form_name(item->form)))
			continue;
		(void)wb_flag_raise(w->d, p, item->quantity, 0, "units",
				    "installation and support were declined "
				    "for %lld units of form %s",
				    (long long)item->quantity,
				    wb_form_name(item->form));
		return 0;
	}
	return 0;
}
