"""The catalogue: every wrong belief that the diagnosis knows, and every remark.

A belief is named by a short id that stays, and told with what was done to the
server, what a right one shows, and one question that leads on. The question never
holds the answer: what to look at, not what to write.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Belief:
    """Something that a server's author seems to hold true, in their words. `indirect`:
    what the evidence does not show itself, where it is so."""

    id: str
    says: str
    done: str
    right: str
    question: str
    indirect: str = None


@dataclass(frozen=True)
class Remark:
    """Something worth knowing of a server that is right as it is."""

    id: str
    says: str
    question: str


_VISIT = "one client was held, and another came and left"
_TOGETHER = (
    "some clients were held, the parent was frozen (SIGSTOP), all of them left, "
    "and it was thawed (SIGCONT)"
)
_MOMENTS = "one child died at each moment of the parent, one per run"

BELIEFS = {
    one.id: one
    for one in (
        Belief(
            "nobody-reaps",
            "somebody else will reap",
            "clients came and left, one by one",
            "no zombie is left when the server has come to rest",
            "Who is told when a child ends, and what must he do before the "
            "kernel may forget it?",
        ),
        Belief(
            "one-signal-one-death",
            "one SIGCHLD means one dead child",
            _TOGETHER,
            "no zombie is left, however many children die at a time",
            "While the parent was frozen, how many SIGCHLDs did its ShdPnd line "
            "show for how many deaths?",
        ),
        Belief(
            "one-client-one-death",
            "one child dies for each client that comes",
            _TOGETHER,
            "no zombie is left, however many children die at a time",
            "How many children may die between two clients, and how many of them "
            "does your server ask for?",
            "what it left was seen, and not for how many of the dead it asked",
        ),
        Belief(
            "wait-after-fork",
            "just wait() after fork",
            "one client was held, and another came",
            "the second client is served while the first stays",
            "In which call does the parent sleep while a client is here, and "
            "what would wake it?",
        ),
        Belief(
            "waits-for-the-living",
            "the loop ends when the dead are reaped",
            f"{_VISIT}; then a third came",
            "the third client is served while the second stays",
            "What does waitpid do when no child is dead, but one is alive?",
        ),
        Belief(
            "spins-for-the-living",
            "waitpid returns -1 when there is nothing to reap",
            f"{_VISIT}; then a third came",
            "the third client is served while the second stays, and the parent "
            "sleeps in between",
            "Which three kinds of value can waitpid return with WNOHANG, and "
            "what does each mean?",
        ),
        Belief(
            "blocking-calls-just-block",
            "blocking calls just block",
            "clients came and left, one by one",
            "a death leaves no trace but a reaped child: the server goes on, and "
            "no process is there that serves nobody",
            "In which call is the parent when SIGCHLD comes, and what does that "
            "call return then?",
            "what came of it was seen, and not the call that failed",
        ),
        Belief(
            "handler-leaves-no-trace",
            "a handler leaves no trace",
            "clients came and left, until none was left",
            "the server waits for the next client",
            "What does your handler do when there is no child left, and which "
            "variables of the interrupted code has it changed then?",
            "the server's end was seen, and not the call that it did not outlive",
        ),
        Belief(
            "handler-is-ordinary-code",
            "a handler is ordinary code",
            "the server's output was not read for a while; a client came, "
            "another left, and then the output was read again",
            "both the waiting client and the next are served",
            "What did the code that the handler interrupted hold at that moment, "
            "and who else wants it?",
            "that it sleeps on was seen, and not who holds what it waits for",
        ),
        Belief(
            "handler-stays",
            "a handler, once installed, stays",
            "clients came and left, one by one",
            "every death is handled as the first one was",
            "What does the parent's SigCgt line say before the first death, and "
            "what after it?",
        ),
        Belief(
            "close-ends-connection",
            "my close() closes the connection",
            "a client sent FIN and waited for the server's",
            "the client sees the server's FIN when its child has ended",
            "Which processes hold the connected socket after fork, and how many "
            "of them have let go of it?",
        ),
        Belief(
            "listener-is-the-parents",
            "the listening socket is the parent's alone",
            "the parent was killed while a client was still served, and another "
            "server tried to take the port",
            "the port is free as soon as the parent is gone",
            "Which descriptors does a child have that it never uses?",
        ),
        Belief(
            "exec-starts-clean",
            "exec starts clean",
            "clients came and left, one by one",
            "no zombie is left when the server has come to rest",
            "Which of the lines SigBlk, SigIgn and SigCgt does a program inherit "
            "from whoever started it?",
        ),
        Belief(
            "finished-child-is-gone",
            "a child that has done its work is gone",
            "a client came and left, and its child was watched",
            "the child dies when its client has left",
            "Which line does the child execute next when its client has left?",
        ),
        Belief(
            "all-children-are-mine",
            "all children are mine",
            "one client came",
            "the client is served",
            "Which children does the parent have besides those that serve "
            "clients, and who is waiting for each?",
        ),
        Belief(
            "read-fails-at-the-end",
            "read fails when the client has left",
            "a client sent FIN, and its child was watched",
            "the child reads the end, and dies",
            "What does read return at the end of a connection, and what does "
            "your loop do then?",
        ),
        Belief(
            "one-client-at-a-time",
            "one process, one client at a time",
            "one client was held, and another came",
            "the second client is served while the first stays",
            "Who could look after the second client while the server waits for "
            "the first one's next word?",
        ),
        Belief(
            "reaps-some",
            "whoever reaps some reaps all",
            "clients came and left, one by one and together",
            "no zombie is left, whichever of the children has died",
            "Which of the dead does each of your calls ask for, and which of them "
            "does none ask for?",
        ),
        Belief(
            "few-at-a-time",
            "there are never that many at a time",
            "few clients, and in another run many, were held, the parent was frozen "
            "(SIGSTOP), all of them left, and it was thawed (SIGCONT)",
            "no zombie is left, however many children die at a time",
            "How many children does your server keep account of, and what becomes "
            "of the next one?",
        ),
        Belief(
            "reaper-stays",
            "what reaps the first will reap them all",
            "clients came and left, one by one, with no other there",
            "the last death is handled as the first one was",
            "What does your reaper do when there is no child left for it to wait "
            "for, and who starts it again?",
        ),
        Belief(
            "every-death-is-an-exit",
            "children end by exit",
            "a client was held, and its child was killed (SIGKILL); then four children "
            "died together, two of them killed; then another client came and left",
            "a child that was killed is reaped like any other",
            "In which ways can a process end, with which statuses, and which of them "
            "does your server ask for?",
        ),
        Belief(
            "sigchld-means-death",
            "a SIGCHLD means that a child is dead",
            "a client was held, its child was stopped (SIGSTOP), another client "
            "came, and the child was continued (SIGCONT)",
            "the others are served meanwhile, and the child is reaped when it dies",
            "For which changes of a child's state does the kernel send SIGCHLD, "
            "and what do you conclude from it?",
        ),
        Belief(
            "clients-leave-politely",
            "clients end with FIN",
            "clients were served, and reset their connections (RST)",
            "their children die and are reaped, and the server goes on",
            "What do read and write return when the other side has reset the "
            "connection, and what does your server do then?",
        ),
        Belief(
            "descriptors-are-free",
            "an open descriptor costs nothing",
            "the parent's descriptors were counted, clients came and left, and the "
            "descriptors were counted again",
            "the parent has as many descriptors as before",
            "How many descriptors may your parent have (ulimit -n), and what "
            "happens when the last one is taken?",
        ),
        Belief(
            "storms-after-death",
            "a death, once handled, is over",
            "clients came and left, one by one, and then the server was left alone",
            "when no client is there, all processes sleep, and none is started",
            "What does your handler start, and who gets a signal when that ends?",
        ),
        Belief(
            "stop-leaves-no-trace",
            "a call that was stopped goes on",
            "the idle parent was frozen (SIGSTOP) and thawed (SIGCONT), and then a "
            "client came",
            "the client is served",
            "Which calls fail when a process is continued, with which error, and "
            "what does your server do then?",
            "what came of it was seen, and not the call that failed",
        ),
        Belief(
            "wake-ups-are-not-lost",
            "a wake-up cannot be lost",
            _MOMENTS,
            "every child is reaped at once, whenever it dies",
            "Between which two lines can a child die, so that nobody looks for it "
            "before the parent waits again?",
        ),
        Belief(
            "fork-returns-first",
            "fork returns before the child can die",
            _MOMENTS,
            "every child is reaped at once, whenever it dies",
            "What does the handler find if the child has died before the parent has "
            "run the line after fork?",
        ),
        Belief(
            "handler-sees-what-i-did",
            "the handler sees what I have just done",
            _MOMENTS,
            "every child is reaped at once, whenever it dies",
            "Which data does the handler share with the rest of the program, and in "
            "which state is it halfway through each change?",
        ),
        Belief(
            "signals-come-while-i-wait",
            "a signal interrupts whatever I wait in",
            _MOMENTS,
            "every child is reaped at once, whenever it dies",
            "Where else may the parent be when SIGCHLD comes, and what does the call "
            "that it makes next know of that?",
        ),
        Belief(
            "one-read-one-death",
            "one read of a signalfd is one death",
            _MOMENTS,
            "every child is reaped at once, whenever it dies",
            "How many deaths can one read of a signalfd tell of, and which call tells "
            "how many there were?",
        ),
        Belief(
            "unnamed",
            "(this catalogue has no name for it)",
            "clients came and left, one by one and together",
            "every client is served, every child dies with its client and is "
            "reaped, and the server goes on",
            "At which step did what you see part from what you expected?",
        ),
    )
}

# These say nothing about how a server deals with its children.
ABOUT_SOCKETS = {
    "close-ends-connection", "descriptors-are-free", "listener-is-the-parents",
}

REMARKS = {
    one.id: one
    for one in (
        Remark(
            "zombies-linger",
            "zombies linger until the next client comes, and are then reaped",
            "For how long may the next client stay away?",
        ),
        Remark(
            "reaps-late",
            "zombies stay until a timer reaps them: {late} s was the longest seen here",
            "How many children may die until the timer is due?",
        ),
        Remark(
            "child-works-on",
            "a child lives on when its client has left: {works_on} s was the longest "
            "seen here",
            "How many such children may there be at a time?",
        ),
        Remark(
            "serves-few",
            "it serves no more than {most} clients at the same time",
            "What do the others see meanwhile, and for how long?",
        ),
        Remark(
            "statuses-lost",
            "the kernel reaps for the server: no exit status is ever seen",
            "What would the server need in order to log how each child ended?",
        ),
        Remark(
            "orphans",
            "the processes that serve clients are orphans: init or a subreaper "
            "reaps them, not the server",
            "And if the process that adopts them does not reap?",
        ),
        Remark(
            "interpreter-defers",
            "the interpreter runs a handler after the call that follows: a child that "
            "dies just before a call that waits stays a zombie until that call ends",
            "How long may that call wait, and who looks for the child meanwhile?",
        ),
        Remark(
            "no-children",
            "no process is started per client: there is nothing to reap",
            "What would a mistake in serving one client do to the others?",
        ),
        Remark(
            "busy-waiting",
            "the server burns CPU while nothing happens",
            "In which call should it be asleep?",
        ),
    )
}
