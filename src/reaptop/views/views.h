/* All views. A view is one file here, and one name. */
#ifndef REAP_VIEWS_VIEWS_H
#define REAP_VIEWS_VIEWS_H

#include "reaptop/screen/view.h"

extern const struct view tree_view, sockets_view, events_view, process_view,
	help_view;

#endif
