/* The interactive session: see interactive.h. It polls stdin and the socket together.
 * So it notices at once if the server closes, and it reads the echo while it still
 * sends: otherwise both sides could block in a write. */
#include "client/interactive.h"

#include "client/host.h"
#include "common/clock.h"
#include "common/complain.h"
#include "common/write_all.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 65536 };

enum outcome { GOES_ON, LEFT, FAILED };

/* Finds the line that ends the session, a "q" or "Q" alone, in input that comes in
 * pieces of any size. Piped input that has held a NUL byte is binary: in it, such a
 * line has no meaning. */
struct quit_line {
	bool typed; /* set by the caller: a terminal sends only text */
	bool binary;
	bool inside_line; /* a part of the line was passed on */
	char held;        /* a 'q' or 'Q' that may be the whole line, or 0 */
	bool found;
};

struct conversation {
	int fd;
	char server[ADDRESS_TEXT_SIZE]; /* for messages */
	int timeout_ms;
	bool prompts;     /* stdin and stdout are terminals */
	bool input_ended; /* the FIN follows when nothing is pending */
	bool half_closed;
	struct quit_line quit;
	uint64_t sent;
	uint64_t received;
	size_t pending_from; /* the part of `pending` that is unsent */
	size_t pending_to;
	char pending[PIECE + 1];
	char piece[PIECE];
};

/* Copies the next piece of input to `output`, up to the quit line. `output` has room
 * for size + 1 bytes. Holds back a last letter that may be a quit line until the next
 * piece comes. Returns the number of bytes copied. */
static size_t quit_line_filter(struct quit_line *line, const char *input,
			       size_t size, char *output)
{
	size_t used = 0;

	for (size_t i = 0; i < size && !line->found; i++) {
		char byte = input[i];

		if (line->held != 0) {
			if (byte == '\n') {
				line->found = true;
				continue;
			}
			output[used++] = line->held;
			line->held = 0;
			line->inside_line = true;
		}
		if (byte == '\0' && !line->typed)
			line->binary = true;
		if (!line->binary && !line->inside_line &&
		    (byte == 'q' || byte == 'Q')) {
			line->held = byte;
			continue;
		}
		output[used++] = byte;
		line->inside_line = byte != '\n';
	}
	return used;
}

static bool has_pending(const struct conversation *talk)
{
	return talk->pending_from < talk->pending_to;
}

/* Ends the session with a complaint about the server. */
static enum outcome lost(const struct conversation *talk, const char *why)
{
	if (talk->prompts)
		/* Starts a new line after the prompt. If this fails, so will
		 * the complaint. */
		(void)write_all(STDERR_FILENO, "\n", 1);
	complain(talk->server, why);
	return FAILED;
}

static enum outcome lost_errno(const struct conversation *talk, int error)
{
	return lost(talk, error == EPIPE ? "the server closed the connection"
					 : strerror(error));
}

static enum outcome print(const void *data, size_t size)
{
	if (write_all(STDOUT_FILENO, data, size) < 0) {
		complain_errno("standard output", errno);
		return FAILED;
	}
	return GOES_ON;
}

static enum outcome prompt(const struct conversation *talk)
{
	return talk->prompts && !talk->input_ended ? print("> ", 2) : GOES_ON;
}

static enum outcome greet(const struct conversation *talk)
{
	char text[ADDRESS_TEXT_SIZE + 64];

	if (!talk->prompts)
		return GOES_ON;

	int size = snprintf(text, sizeof(text),
			    "Connected to %s. Type a line; q leaves.\n",
			    talk->server);

	if (print(text, (size_t)size) != GOES_ON)
		return FAILED;
	return prompt(talk);
}

/* Handles the server's FIN. */
static enum outcome server_closed(const struct conversation *talk)
{
	char why[120];

	if (!talk->half_closed)
		return lost(talk, "the server closed the connection");
	if (talk->received >= talk->sent)
		return LEFT;
	snprintf(why, sizeof(why),
		 "the server closed the connection after %" PRIu64
		 " of %" PRIu64 " bytes",
		 talk->received, talk->sent);
	return lost(talk, why);
}

static enum outcome receive(struct conversation *talk)
{
	ssize_t size = recv(talk->fd, talk->piece, sizeof(talk->piece), 0);

	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return GOES_ON;
	if (size < 0)
		return lost_errno(talk, errno);
	if (size == 0)
		return server_closed(talk);
	talk->received += (uint64_t)size;
	if (print(talk->piece, (size_t)size) != GOES_ON)
		return FAILED;
	if (talk->received >= talk->sent && talk->piece[size - 1] == '\n')
		return prompt(talk);
	return GOES_ON;
}

static enum outcome transmit(struct conversation *talk)
{
	ssize_t size =
		send(talk->fd, talk->pending + talk->pending_from,
		     talk->pending_to - talk->pending_from, MSG_NOSIGNAL);

	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return GOES_ON;
	if (size < 0)
		return lost_errno(talk, errno);
	talk->pending_from += (size_t)size;
	talk->sent += (uint64_t)size;
	return GOES_ON;
}

/* Reads a piece of input into `pending`, which must be empty. */
static enum outcome take_input(struct conversation *talk)
{
	ssize_t size = read(STDIN_FILENO, talk->piece, sizeof(talk->piece));

	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return GOES_ON;
	if (size < 0) {
		complain_errno("standard input", errno);
		return FAILED;
	}
	talk->pending_from = 0;
	talk->pending_to = quit_line_filter(&talk->quit, talk->piece,
					    (size_t)size, talk->pending);
	talk->input_ended = size == 0 || talk->quit.found;
	/* After Ctrl-D the cursor is still on the prompt's line. */
	return size == 0 && talk->prompts ? print("\n", 1) : GOES_ON;
}

/* Sends the FIN if the input has ended and all of it was sent. */
static enum outcome half_close(struct conversation *talk)
{
	if (!talk->input_ended || talk->half_closed || has_pending(talk))
		return GOES_ON;
	/* ENOTCONN: the connection was reset. The next recv(2) reports that. */
	if (shutdown(talk->fd, SHUT_WR) < 0 && errno != ENOTCONN)
		return lost_errno(talk, errno);
	talk->half_closed = true;
	return GOES_ON;
}

/* Waits for the socket or for input, and handles what is ready. The timeout counts
 * only while the server owes an answer. */
static enum outcome wait_and_serve(struct conversation *talk)
{
	bool owed = talk->input_ended || has_pending(talk);
	struct pollfd ready[] = {
		{.fd = talk->fd, .events = POLLIN},
		{.fd = owed ? -1 : STDIN_FILENO, .events = POLLIN},
	};
	enum outcome outcome = GOES_ON;

	if (has_pending(talk))
		ready[0].events |= POLLOUT;

	int count = poll(ready, 2, owed ? talk->timeout_ms : -1);

	if (count < 0 && errno != EINTR)
		return lost_errno(talk, errno);
	if (count < 0)
		return GOES_ON;
	if (count == 0)
		return lost(talk,
			    talk->half_closed && talk->received >= talk->sent
				    ? "timed out, no FIN from the server "
				      "after ours"
				    : "timed out, echo incomplete");
	if (ready[0].revents & ~POLLOUT)
		outcome = receive(talk);
	if (outcome == GOES_ON && (ready[0].revents & POLLOUT))
		outcome = transmit(talk);
	if (outcome == GOES_ON && ready[1].revents != 0)
		outcome = take_input(talk);
	return outcome;
}

int interactive_command(const struct options *options)
{
	static struct conversation talk; /* too large for the stack */
	union address server;
	enum outcome outcome;

	talk.timeout_ms = (int)(options->plan.patience_ns / NS_PER_MS);
	talk.fd = host_connect(options->host, options->port, talk.timeout_ms,
			       &server);
	if (talk.fd < 0)
		return EXIT_FAILED;
	address_format(&server, talk.server);
	talk.quit.typed = isatty(STDIN_FILENO) == 1;
	talk.prompts = talk.quit.typed && isatty(STDOUT_FILENO) == 1;
	outcome = greet(&talk);
	while (outcome == GOES_ON) {
		outcome = half_close(&talk);
		if (outcome == GOES_ON)
			outcome = wait_and_serve(&talk);
	}
	(void)close(talk.fd); /* nothing can be lost any more */
	return outcome == LEFT ? EXIT_DONE : EXIT_FAILED;
}
