/* The parts of a JSON sample that go beyond a server and its children. */
#ifndef REAP_OUTPUT_JSON_DETAIL_H
#define REAP_OUTPUT_JSON_DETAIL_H

#include "reaptop/output/output.h"
#include "reaptop/watch/connections.h"
#include "reaptop/watch/server.h"

/* The member `descendants`: what the children have started, and orphans. */
void json_descendants(struct output *output, const struct server *server);

/* The members `listening` and `connections`; null where we may not look. */
void json_sockets(struct output *output, const struct connections *connections);

#endif
