#ifndef WB_DAEMON_LIST_H
#define WB_DAEMON_LIST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * list: a ring of links that stand in what they link.  The head is a link of
 * its own; a link that is in no list points at itself.
 */
struct wb_link {
	struct wb_link *prev, *next;
};

static inline void wb_link_init(struct wb_link *l)
{
	l->prev = l;
	l->next = l;
}

static inline bool wb_link_alone(const struct wb_link *l)
{
	return l->next == l;
}

/* Take l out of the list it is in, if any. */
static inline void wb_link_remove(struct wb_link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	wb_link_init(l);
}

/* Put l, which is in no list, behind all others of head. */
static inline void wb_link_append(struct wb_link *head, struct wb_link *l)
{
	l->prev = head->prev;
	l->next = head;
	head->prev->next = l;
	head->prev = l;
}

/* What l stands in. */
#define WB_LINK_OF(l, type, member)                                            \
	((type *)(void *)((char *)(l)-offsetof(type, member)))

#endif /* WB_DAEMON_LIST_H */
