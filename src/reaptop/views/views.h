/* All views. A new view is one file, one action in screen/keys.h that opens it,
 * and one name in views.c. */
#ifndef REAP_VIEWS_VIEWS_H
#define REAP_VIEWS_VIEWS_H

#include "reaptop/screen/view.h"

extern const struct view tree_view, sockets_view, events_view, process_view,
	help_view;

/* All of them; NULL at the end. */
extern const struct view *const views[];

#endif
