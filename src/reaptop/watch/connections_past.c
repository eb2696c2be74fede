/* What is known of connections from the sample before, and since when the
 * server itself has held them. */
#include "reaptop/watch/connections_past.h"

static bool is_held_by(const struct connection *connection, pid_t pid)
{
	for (size_t i = 0; i < connection->holder_count; i++)
		if (connection->holders[i].pid == pid)
			return true;
	return false;
}

/* Between accept(2) and close(2) every parent holds one for a moment: it keeps
 * it if it was found with it twice, and it counts as held after a second. */
static void remember_parent(struct connections *connections,
			    struct connection *connection,
			    const struct connection *before, int64_t now)
{
	const struct process_sockets *own =
		holdings_of(&connections->holdings, connections->pid);
	connection->parent_holds = is_held_by(connection, connections->pid);
	connection->parent_since = now;
	if (!connection->parent_holds || before == NULL ||
	    !before->parent_holds)
		return;
	connection->parent_since = before->parent_since;
	connection->parent_keeps =
		before->parent_keeps || (own != NULL && own->fresh);
	if (connection->parent_keeps &&
	    now - connection->parent_since >= NS_PER_SECOND)
		connections->parent_keeps++;
}

void connections_remember(struct connections *connections, int64_t now)
{
	connections->parent_keeps = 0;
	for (size_t i = 0; i < connections->now.count; i++) {
		struct connection *connection = &connections->now.items[i];
		const struct connection *before = connection_set_find(
			&connections->before, &connection->server,
			&connection->client);
		connection->number =
			before != NULL ? before->number : connections->samples;
		remember_parent(connections, connection, before, now);
	}
}
