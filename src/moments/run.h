/* One run of a server: it is started, clients come one after the other, each child is
 * held at its exit, and the plan says which child dies at which moment of the parent.
 *
 * Phase 0 is the start. In phase 1, 2, ... one client each is served. Then, one phase
 * each, the children that are still held die while the parent sleeps. In the last phase
 * all clients come at once. Read next: run.c (the phases), rest.c (who may run when),
 * parent.c (the moments), children.c (holding and dying). */
#ifndef REAP_MOMENTS_RUN_H
#define REAP_MOMENTS_RUN_H

#include "moments/facts.h"
#include "moments/moment.h"
#include "moments/statements.h"
#include "moments/story.h"
#include "moments/task.h"
#include "moments/trace.h"
#include "moments/visitor.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>

/* What is the same for all runs of one exploration. */
struct setting {
	char *const *command; /* NULL ends it */
	int clients;
	/* Where statements start, or NULL to look at system calls only. */
	const struct statements *statements;
	/* The undisturbed run, or NULL if this one is. */
	const struct facts *undisturbed;
};

enum fate { CHILD_ALIVE, CHILD_HELD, CHILD_DEAD };

struct child {
	pid_t pid;
	enum fate fate;
	int status;  /* once it is dead, as waitpid(2) gives it */
	bool reaped; /* for the log */
};

struct run {
	const struct setting *setting;
	const struct plan *plan; /* NULL: nobody dies before the end */
	int carried_out;         /* deaths of the plan */
	struct trace *trace;     /* where to record moments, or NULL */
	struct story *story;     /* where to record all that happens, or NULL */
	struct source *source;   /* asked for the place of each, or NULL */
	bool stepping;           /* record statements, too */
	struct facts *facts;     /* what came of it */
	FILE *log;               /* where to write its events, or NULL */

	struct tasks tasks;
	pid_t parent; /* 0: nobody listens yet */
	bool parent_dead;
	bool starts_freely; /* stops only where it becomes a server */
	bool holding;       /* children are held at their exit */
	int early; /* children that the parent made before any client came */
	int child_count;
	struct child children[FACTS_CHILDREN_MAX];

	int phase;
	bool all_at_once; /* the last phase, where nobody's death is placed */
	int call;
	int rests; /* in this phase */
	uint32_t path;
	pid_t current; /* thread of the parent that ran last */
	int sigchlds;  /* handled by the parent, for the log */

	struct sockaddr_storage address;
	socklen_t address_size;
	uint64_t bind_address; /* the port there is to be restored, if not 0 */
	uint16_t bind_port;
	uint64_t load; /* what the kernel added to the program's addresses */
	struct visitor visitors[FACTS_CLIENTS_MAX];
};

/* Plays one run to its end, and leaves none of its processes. The facts are what came
 * of it. */
void run_play(struct run *run);

/* The parts of a run; see the file in question. */

/* rest.c: lets all run until all sleep. Returns 0, or -1 with run->facts->outcome set
 * because the run is over. */
int rest_reach(struct run *run);

/* start.c: starts the command. Returns once somebody listens and sleeps: 0, or -1 with
 * run->facts->outcome set. */
int start_server(struct run *run);
/* Handles the stop of a thread that may become the server. */
void start_stopped(struct run *run, struct task *task);

/* Takes the address of a process's TCP socket, or of its peer. Returns false if the
 * descriptor is no such socket. */
bool start_read_address(pid_t process, int fd, bool peer,
			struct sockaddr_storage *address);

/* parent.c: handles a stop of the parent: the place of all moments but one. */
void parent_stopped(struct run *run, struct task *task);
/* Handles the moment at which the parent sleeps. Returns whether a child died. */
bool parent_asleep(struct run *run);

/* children.c */
/* Adds what a thread has made, a thread or a process. */
void children_claim(struct run *run, struct task *maker, pid_t made);
/* Handles the stop of a child, or of another process that is not the parent. */
void children_stopped(struct run *run, struct task *task);
/* Lets a held child die. On return it is a zombie of its parent, or reaped. Returns
 * false if the child is not held. */
bool children_die(struct run *run, int number);
/* Returns the number of the first child that is held, or 0. */
int children_first_held(const struct run *run);
/* Return sets of children: bit 0 is child 1. */
uint64_t children_held(const struct run *run);
uint64_t children_zombies(const struct run *run);
uint64_t children_alive(const struct run *run);

#endif
