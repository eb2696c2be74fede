/* What was seen to happen, as a sentence. */
#include "reaptop/words/sighting_wording.h"

#include "reaptop/words/wording.h"

static void add_death(const struct sighting *sighting, struct line *line)
{
	char text[WORDING_SIZE];
	line_add(line, STYLE_ZOMBIE, "is a zombie");
	if (sighting->exit_known)
		line_format(line, STYLE_PLAIN, ": %s",
			    wording_exit(sighting->exit_status, text));
}

static void add_pending(const struct sighting *sighting, struct line *line)
{
	line_add(line, STYLE_FROZEN, "1 SIGCHLD pending");
	line_format(line, STYLE_PLAIN, ", with %zu zombie%s", sighting->count,
		    sighting->count == 1 ? "" : "s");
}

void sighting_wording(const struct sighting *sighting, struct line *line)
{
	switch (sighting->kind) {
	case SIGHTING_CAME:
		line_add(line, STYLE_PLAIN, "is there");
		break;
	case SIGHTING_DIED:
		add_death(sighting, line);
		break;
	case SIGHTING_REAPED:
		line_add(line, STYLE_PLAIN, "was reaped");
		break;
	case SIGHTING_MISSED:
		line_add(line, STYLE_PLAIN, "ended and was reaped");
		break;
	case SIGHTING_MORE:
		line_format(line, STYLE_PLAIN, "and %zu more like these",
			    sighting->count);
		break;
	case SIGHTING_FROZEN:
		line_add(line, STYLE_FROZEN, "was frozen");
		break;
	case SIGHTING_THAWED:
		line_add(line, STYLE_PLAIN, "goes on");
		break;
	case SIGHTING_PENDING:
		add_pending(sighting, line);
		break;
	case SIGHTING_TAKEN:
		line_format(line, STYLE_PLAIN,
			    "SIGCHLD taken, %zu zombie%s left", sighting->count,
			    sighting->count == 1 ? "" : "s");
		break;
	case SIGHTING_ENDED:
		line_add(line, STYLE_ENDED, "ended");
		break;
	}
}

bool sighting_is_of_server(const struct sighting *sighting)
{
	return sighting->kind >= SIGHTING_FROZEN;
}
