/* The view of one process: what it holds open. */
#include "reaptop/views/process_sections.h"

#include <netinet/tcp.h>
#include <string.h>

#include "reaptop/words/tcp_wording.h"

static void add_socket(const struct tcp_socket *socket, struct rows *rows)
{
	char local[TCP_ENDPOINT_SIZE], remote[TCP_ENDPOINT_SIZE];
	tcp_wording_endpoint(&socket->local, local);
	if (socket->state == TCP_LISTEN) {
		rows_format(rows, STYLE_PLAIN, "TCP %s ", local);
		rows_add(rows, STYLE_NAME, "LISTEN");
		return;
	}
	tcp_wording_endpoint(&socket->remote, remote);
	rows_format(rows, STYLE_PLAIN, "TCP %s - %s ", local, remote);
	rows_add(rows,
		 socket->state == TCP_CLOSE_WAIT ? STYLE_FROZEN : STYLE_NAME,
		 tcp_wording_state(socket->state));
}

static uint64_t descriptors_allowed(const struct limits *limits)
{
	for (size_t i = 0; i < limits->count; i++)
		if (strcmp(limits->entries[i].name, "Max open files") == 0)
			return limits->entries[i].soft;
	return LIMIT_NONE;
}

static void add_heading(const struct process_facts *facts, struct rows *rows)
{
	uint64_t allowed = descriptors_allowed(&facts->limits);
	rows_begin(rows);
	rows_begin(rows);
	rows_add(rows, STYLE_MESSAGE, "Descriptors");
	if (facts->descriptors_hidden)
		return;
	rows_format(rows, STYLE_PLAIN, "  %s%zu",
		    facts->descriptors.cut ? "more than " : "",
		    facts->descriptors.count);
	if (allowed != LIMIT_NONE)
		rows_format(rows, STYLE_FAINT, " of %llu allowed",
			    (unsigned long long)allowed);
}

void process_section_descriptors(const struct process_facts *facts,
				 struct rows *rows)
{
	add_heading(facts, rows);
	if (facts->descriptors_hidden) {
		rows_label(rows, "");
		rows_add(rows, STYLE_FAINT, "may not be read");
	}
	for (size_t i = 0; i < facts->descriptors.count; i++) {
		const struct descriptor *one = &facts->descriptors.entries[i];
		const struct tcp_socket *socket = NULL;
		if (one->socket != 0)
			socket = tcp_table_find(&facts->sockets, one->socket);
		rows_begin(rows);
		rows_format(rows, STYLE_FAINT, "%6d  ", one->number);
		if (socket != NULL)
			add_socket(socket, rows);
		else
			rows_add_foreign(rows, STYLE_PLAIN, one->target);
	}
}
