/* All views. */
#include "reaptop/views/views.h"

#include <stddef.h>

const struct view *const views[] = {
	&tree_view,    &sockets_view, &events_view,
	&process_view, &help_view,    NULL,
};
