/* Changes from sample to sample, in a ring. */
#include "reaptop/watch/sightings.h"

enum { CHILDREN_A_SAMPLE = 100 };

static void add(struct sightings *sightings, const struct sighting *sighting)
{
	size_t place = (sightings->first + sightings->count) % SIGHTINGS_MAX;
	sightings->items[place] = *sighting;
	if (sightings->count < SIGHTINGS_MAX)
		sightings->count++;
	else
		sightings->first = (sightings->first + 1) % SIGHTINGS_MAX;
}

/* Counts the children of a sample: only the first are listed one by one. */
struct flood {
	struct sightings *sightings;
	int64_t now;
	size_t told;
	size_t untold;
};

static void add_child(struct flood *flood, enum sighting_kind kind,
		      const struct child *child)
{
	const struct sighting sighting = {
		.t_ns = flood->now,
		.kind = kind,
		.pid = child->stat.pid,
		.exit_known = child->exit_known,
		.exit_status = child->stat.exit_status,
	};
	if (flood->told == CHILDREN_A_SAMPLE) {
		flood->untold++;
		return;
	}
	flood->told++;
	add(flood->sightings, &sighting);
}

/* Adds new children, then dead ones, then gone ones: a child that did several
 * of these since the sample before has them in the right order. */
static void add_children(struct sightings *sightings,
			 const struct server *server, int64_t now)
{
	const struct child_set *children = &server->children.now;
	const struct departed *departed = &server->children.departed;
	struct flood flood = {.sightings = sightings, .now = now};
	for (size_t i = 0; i < children->count; i++)
		if (children->items[i].came > sightings->since)
			add_child(&flood, SIGHTING_CAME, &children->items[i]);
	for (size_t i = 0; i < children->count; i++)
		if (children->items[i].died > sightings->since)
			add_child(&flood, SIGHTING_DIED, &children->items[i]);
	for (size_t i = 0; i < departed->count; i++)
		if (departed->items[i].gone > sightings->since)
			add_child(&flood,
				  child_is_zombie(&departed->items[i])
					  ? SIGHTING_REAPED
					  : SIGHTING_MISSED,
				  &departed->items[i]);
	const struct sighting more = {
		.t_ns = now, .kind = SIGHTING_MORE, .count = flood.untold};
	if (flood.untold > 0)
		add(sightings, &more);
}

/* Adds one of two kinds if a state of the server changed. */
static void add_change(struct sightings *sightings, bool *before, bool now,
		       enum sighting_kind begins, enum sighting_kind ends,
		       const struct sighting *sighting)
{
	struct sighting change = *sighting;
	if (*before == now)
		return;
	*before = now;
	change.kind = now ? begins : ends;
	add(sightings, &change);
}

static void start_afresh(struct sightings *sightings, const struct watch *watch,
			 const struct server *server)
{
	*sightings = (struct sightings){
		.pid = server->stat.pid,
		.start_ticks = server->stat.start_ticks,
		.since = watch->taken - CHILD_NEWS_NS,
	};
}

void sightings_update(struct sightings *sightings, const struct watch *watch,
		      const struct server *server)
{
	if (sightings->pid != server->stat.pid ||
	    sightings->start_ticks != server->stat.start_ticks)
		start_afresh(sightings, watch, server);
	if (sightings->since >= watch->taken)
		return; /* this sample was added already */
	const struct sighting of_server = {
		.t_ns = watch->taken,
		.pid = server->stat.pid,
		.count = server->children.zombies,
	};
	if (!server->ended)
		add_change(sightings, &sightings->frozen,
			   server_is_frozen(server), SIGHTING_FROZEN,
			   SIGHTING_THAWED, &of_server);
	add_children(sightings, server, watch->taken);
	if (!server->ended)
		add_change(sightings, &sightings->pending,
			   server_sigchld_pending(server), SIGHTING_PENDING,
			   SIGHTING_TAKEN, &of_server);
	add_change(sightings, &sightings->ended, server->ended, SIGHTING_ENDED,
		   SIGHTING_ENDED, &of_server);
	sightings->since = watch->taken;
}

const struct sighting *sightings_get(const struct sightings *sightings,
				     size_t number)
{
	return &sightings->items[(sightings->first + number) % SIGHTINGS_MAX];
}
