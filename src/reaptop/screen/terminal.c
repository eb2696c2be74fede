/* The terminal, taken over and given back. For a crash, when nothing of curses
 * can be trusted, what gives it back is prepared beforehand: the terminal's
 * settings, and the bytes that undo what curses switches on. */
#include "reaptop/screen/terminal.h"

#include <curses.h>
#include <term.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "common/complain.h"
#include "reaptop/screen/frames.h"

/* Shared with the crash handler; set before `taken` is. */
static volatile sig_atomic_t taken;
static struct termios found;
static struct termios drawing; /* the modes for drawing */
static char undo[256];
static size_t undo_size;

static SCREEN *curses_screen;

static int keep_byte(int byte)
{
	if (undo_size < sizeof(undo))
		undo[undo_size++] = (char)byte;
	return byte;
}

/* Keeps the bytes that undo curses's switches, as terminfo(5) names them:
 * colours and attributes, application keys, the invisible cursor, the second
 * screen. */
static void prepare_undo(void)
{
	static const char *const names[] = {"op", "sgr0", "rmkx", "cnorm",
					    "rmcup"};
	undo_size = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *bytes = tigetstr((NCURSES_CONST char *)names[i]);
		if (bytes != NULL)
			tputs(bytes, 1, keep_byte);
	}
	/* What curses uses where terminfo has no XM: user_caps(5). */
	const char *mouse = tigetstr("XM");
	if (mouse == NULL || mouse == (char *)-1)
		mouse = "\033[?1000%?%p1%{1}%=%th%el%;";
	if (tigetstr("kmous") != NULL)
		tputs(tiparm(mouse, 0), 1, keep_byte);
	keep_byte('\r');
	keep_byte('\n');
}

/* Complains of a kind of terminal. Returns -1. Curses would need several lines,
 * or say nothing. */
static int complain_of_kind(const char *term, const char *why)
{
	char what[80] = "TERM";
	if (term != NULL) {
		strcat(what, "=");
		strncat(what, term, 60);
	}
	complain(what, why);
	return -1;
}

int terminal_check(void)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		complain(isatty(STDIN_FILENO) ? "standard output"
					      : "standard input",
			 "not a terminal; try --batch or --json");
		return -1;
	}
	const char *term = getenv("TERM");
	if (term == NULL || term[0] == '\0')
		return complain_of_kind(
			NULL, "not set, so the terminal's kind is unknown; "
			      "try --batch or --json");
	int error;
	if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return complain_of_kind(
			term, "no such kind of terminal is known here; "
			      "try --batch or --json");
	bool drawable = tigetstr("cup") != NULL && tigetflag("gn") <= 0 &&
			tigetflag("hc") <= 0;
	(void)del_curterm(cur_term); /* newterm() will read it again */
	if (!drawable)
		return complain_of_kind(term, "this kind of terminal cannot be "
					      "drawn on; try --batch or "
					      "--json");
	return 0;
}

/* Failures leave a terminal that is less handy, not wrong. Curses lets a read
 * wait for a byte. Here no read may wait: another reader can take the byte that
 * poll(2) has announced. Ctrl-S does not stop our own writing either. */
static void set_modes(void)
{
	(void)cbreak();
	(void)noecho();
	(void)nonl();
	(void)intrflush(stdscr, FALSE);
	(void)leaveok(stdscr, TRUE);
	(void)typeahead(-1); /* draws all of it, whatever is typed meanwhile */
	if (tcgetattr(STDIN_FILENO, &drawing) != 0)
		return; /* it is gone, and reading will tell */
	drawing.c_cc[VMIN] = 0;
	drawing.c_cc[VTIME] = 0;
	drawing.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &drawing);
}

/* Switches on what curses has bytes for. */
static void set_switches(void)
{
	frames_begin();
	(void)keypad(stdscr, TRUE);
	(void)curs_set(0);
	(void)mousemask(BUTTON1_PRESSED, NULL); /* switches the mouse on */
	frames_end();
}

int terminal_open(void)
{
	if (terminal_check() != 0)
		return -1;
	if (tcgetattr(STDIN_FILENO, &found) != 0) {
		complain_errno("terminal", errno);
		return -1;
	}
	/* On the Linux console curses would load gpm's library for the mouse,
	 * and keep some of its memory: curs_mouse(3X). Without it clicks come
	 * as from any other terminal, or not at all. */
	(void)setenv("NCURSES_GPM_TERMS", "", 1);
	if (frames_open() != 0) {
		complain_errno("terminal", errno);
		return -1;
	}
	curses_screen = newterm(NULL, stdout, stdin);
	if (curses_screen == NULL) {
		frames_close();
		complain("terminal", "curses cannot use it; try --batch");
		return -1;
	}
	prepare_undo();
	taken = 1;
	set_modes();
	set_switches();
	return 0;
}

/* Ends curses' modes, and sets the terminal's own. curses cannot do the latter,
 * as its output is a file (frames.h). A second try makes up for a call that
 * fails once, because a shell is hard to use without echo. */
static void leave_modes(void)
{
	frames_settle();
	frames_begin();
	(void)endwin();
	frames_end();
	frames_settle();
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &found) != 0)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &found);
}

void terminal_close(void)
{
	if (!taken)
		return;
	/* The next prompt comes in the last line. These fail when the terminal
	 * is gone: then there is nothing to restore. */
	frames_settle();
	(void)move(LINES - 1, 0);
	(void)clrtoeol();
	frames_begin();
	(void)refresh();
	frames_end();
	leave_modes();
	taken = 0;
	delscreen(curses_screen);
	curses_screen = NULL;
	frames_close();
}

void terminal_rescue(void)
{
	if (!taken)
		return;
	taken = 0;
	frames_rescue(undo, undo_size);
	/* Nothing more can be done if this fails. */
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &found);
}

void terminal_update(void)
{
	(void)wnoutrefresh(stdscr);
	frames_begin();
	(void)doupdate();
	frames_end();
}

bool terminal_lacks_blocks(void)
{
	const char *term = getenv("TERM");
	return term != NULL && strncmp(term, "linux", 5) == 0;
}

void terminal_repaint(void)
{
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &drawing);
	set_switches();
	(void)clearok(curscr, TRUE);
}

void terminal_follow_size(void)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 ||
	    size.ws_col == 0 || !is_term_resized(size.ws_row, size.ws_col))
		return;
	/* Without memory the old size stays. */
	(void)resize_term(size.ws_row, size.ws_col);
	(void)clearok(curscr, TRUE); /* what stands there is unknown */
}

void terminal_suspend(void)
{
	struct sigaction stop = {.sa_handler = SIG_DFL}, ours;
	sigset_t only, before;
	leave_modes();
	sigemptyset(&only);
	sigaddset(&only, SIGTSTP);
	(void)sigaction(SIGTSTP, &stop, &ours);
	(void)raise(SIGTSTP);
	/* Here it stops, until SIGCONT. */
	(void)sigprocmask(SIG_UNBLOCK, &only, &before);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	(void)sigaction(SIGTSTP, &ours, NULL);
	terminal_repaint();
}
