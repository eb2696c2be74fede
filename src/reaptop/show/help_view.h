/* The help, as a view: every key, and what the marks mean. */
#ifndef REAP_SHOW_HELP_VIEW_H
#define REAP_SHOW_HELP_VIEW_H

#include "reaptop/show/view.h"

extern const struct view help_view;

#endif
