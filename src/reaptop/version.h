/* The version that --version and the title give. */
#ifndef REAP_REAPTOP_VERSION_H
#define REAP_REAPTOP_VERSION_H

#define REAPTOP_VERSION "0.1"

#endif
