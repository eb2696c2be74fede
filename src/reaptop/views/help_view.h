/* The help, as a view: every key, and what the marks mean. */
#ifndef REAP_VIEWS_HELP_VIEW_H
#define REAP_VIEWS_HELP_VIEW_H

#include "reaptop/screen/view.h"

extern const struct view help_view;

#endif
