/* What is said of moments and verdicts, once for text and JSON. */
#ifndef REAP_MOMENTS_WORDS_H
#define REAP_MOMENTS_WORDS_H

#include "moments/judge.h"
#include "moments/moment.h"

enum { WORDS_SIZE = 96 };

/* `before`, `entered`, `returned`, `signal`, `asleep` or `statement`. */
const char *words_kind(const struct moment *at);

/* `lingers`: the name of a verdict for programs. */
const char *words_verdict(enum verdict verdict);

/* What went wrong, in a few words; and what to ask oneself, never the cure. */
const char *words_trouble(enum verdict verdict);
const char *words_question(enum verdict verdict);

/* Where the parent stands: `is about to call accept`. */
const char *words_moment(const struct moment *at, char text[WORDS_SIZE]);

/* `SIGCHLD`, or `signal 40`. */
const char *words_signal(int number, char text[WORDS_SIZE]);

#endif
