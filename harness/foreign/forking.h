/* The forking echo server that the servers in C here start from. Each replaces one or two
 * of its steps: see forking.c. */
#ifndef FOREIGN_FORKING_H
#define FOREIGN_FORKING_H

#include <stddef.h>
#include <sys/types.h>

/* A server: the word that chooses it on the command line, and the steps that are its own.
 * NULL stands for the correct step. */
struct server {
	const char *name;
	/* Installs what reaps, before the first client. A pool never returns. */
	void (*set_up)(int listener);
	/* Returns the next client's connection. */
	int (*take)(int listener);
	/* Runs in the child, whose handlers are the parent's; ends it. */
	void (*in_child)(int listener, int connection);
	/* Runs in the parent after fork, with SIGCHLD blocked. */
	void (*in_parent)(pid_t child, int connection);
};

/* Runs the server that argv[1] names on port argv[2]. Returns the exit status. */
int run(int argc, char **argv, const struct server *servers, size_t count);
#define RUN(argc, argv, servers) \
	run(argc, argv, servers, sizeof(servers) / sizeof((servers)[0]))

/* Installs a handler, with SA_RESTART. */
void on_signal(int signum, void (*handler)(int));
/* A handler: reaps every child that is dead. */
void reap_all(int signum);
/* Sends everything back until the client's FIN, or an error. */
void echo(int connection);
/* Accepts a client; tries again if that is interrupted. */
int take_client(int listener);
/* Closes the listener, echoes, and exits. */
void serve_child(int listener, int connection);

#endif
