/* What --help says. */
#ifndef REAP_REAPTOP_OPTIONS_HELP_H
#define REAP_REAPTOP_OPTIONS_HELP_H

extern const char options_help[];

#endif
