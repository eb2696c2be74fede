/* The program's source by libdw: see source.h. The table of lines is read once from the
 * program's file. libdwfl is asked only for the frames of a stopped thread. */
#include "moments/source.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One row of the table of lines: it holds up to the next row. */
struct row {
	uint64_t address;
	const char *file; /* NULL: behind the last one of a function */
	const char *folder;
	int line;
	bool statement;
};

struct source {
	int fd;
	Dwarf *dwarf;
	struct row *rows;
	size_t row_count, row_room;
	struct statements statements;
	struct place *places;
	int place_count, place_room;
	Dwfl *frames; /* of the process below */
	pid_t process;
};

static void *grow(void *array, size_t count, size_t *room, size_t size)
{
	void *more = array;

	if (count == *room) {
		*room = *room > 0 ? 2 * *room : 256;
		more = realloc(array, *room * size);
	}
	return more;
}

static int add_row(struct source *source, const struct row *row)
{
	struct row *rows = grow(source->rows, source->row_count,
				&source->row_room, sizeof(*rows));

	if (rows == NULL)
		return -1;
	source->rows = rows;
	source->rows[source->row_count++] = *row;
	return 0;
}

static int read_line(struct source *source, Dwarf_Line *line,
		     const char *folder)
{
	struct row row = {.folder = folder};
	Dwarf_Addr address;
	bool end = false;

	if (dwarf_lineaddr(line, &address) != 0 ||
	    dwarf_lineno(line, &row.line) != 0 ||
	    dwarf_linebeginstatement(line, &row.statement) != 0 ||
	    dwarf_lineendsequence(line, &end) != 0)
		return 0;
	row.address = address;
	if (!end && row.line > 0)
		row.file = dwarf_linesrc(line, NULL, NULL);
	return add_row(source, &row);
}

static int read_unit(struct source *source, Dwarf_Die *unit)
{
	Dwarf_Attribute attribute;
	const char *folder =
		dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
	Dwarf_Lines *lines;
	size_t count;

	if (dwarf_getsrclines(unit, &lines, &count) != 0)
		return 0; /* compiled without -g */
	for (size_t i = 0; i < count; i++)
		if (read_line(source, dwarf_onesrcline(lines, i), folder) < 0)
			return -1;
	return 0;
}

/* By address; the end of one function comes before the start of the next. */
static int compare_rows(const void *one, const void *other)
{
	const struct row *a = one, *b = other;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return (a->file != NULL) - (b->file != NULL);
}

static int read_rows(struct source *source)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;

	while (dwarf_get_units(source->dwarf, unit, &unit, NULL, NULL, &die,
			       NULL) == 0)
		if (dwarf_tag(&die) == DW_TAG_compile_unit &&
		    read_unit(source, &die) < 0)
			return -1;
	if (source->row_count == 0)
		return -1;
	qsort(source->rows, source->row_count, sizeof(*source->rows),
	      compare_rows);
	return 0;
}

/* Lists where statements start: at each change of the line. */
static int list_statements(struct source *source)
{
	struct statements *found = &source->statements;
	const struct row *before = NULL;
	GElf_Ehdr header;

	if (gelf_getehdr(dwarf_getelf(source->dwarf), &header) == NULL)
		return -1;
	found->entry = header.e_entry;
	found->addresses = calloc(source->row_count, sizeof(uint64_t));
	if (found->addresses == NULL)
		return -1;
	for (size_t i = 0; i < source->row_count; i++) {
		const struct row *row = &source->rows[i];
		bool same = before != NULL && before->file == row->file &&
			    before->line == row->line;

		if (row->file == NULL || !row->statement || same)
			continue;
		before = row;
		if (found->count == 0 ||
		    found->addresses[found->count - 1] != row->address)
			found->addresses[found->count++] = row->address;
	}
	return 0;
}

struct source *source_open(const char *program)
{
	struct source *source = calloc(1, sizeof(*source));

	if (source == NULL)
		return NULL;
	source->fd = open(program, O_RDONLY | O_CLOEXEC);
	if (source->fd >= 0)
		source->dwarf = dwarf_begin(source->fd, DWARF_C_READ);
	if (source->dwarf == NULL || read_rows(source) < 0 ||
	    list_statements(source) < 0) {
		source_close(source);
		return NULL;
	}
	return source;
}

void source_close(struct source *source)
{
	if (source == NULL)
		return;
	if (source->frames != NULL)
		dwfl_end(source->frames);
	if (source->dwarf != NULL)
		(void)dwarf_end(source->dwarf); /* only memory */
	if (source->fd >= 0)
		(void)close(source->fd); /* was only read */
	for (int i = 0; i < source->place_count; i++) {
		free((char *)source->places[i].path);
		free((char *)source->places[i].text);
	}
	free(source->places);
	free(source->statements.addresses);
	free(source->rows);
	free(source);
}

const struct statements *source_statements(struct source *source)
{
	return source != NULL ? &source->statements : NULL;
}

/* Returns the row that holds at an address, or NULL. */
static const struct row *find_row(const struct source *source, uint64_t address)
{
	size_t low = 0, high = source->row_count;

	while (low < high) { /* the first row behind the address */
		size_t middle = low + (high - low) / 2;

		if (source->rows[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || source->rows[low - 1].file == NULL)
		return NULL;
	return &source->rows[low - 1];
}

/* Returns where the file of a row was when it was compiled: to be freed, or NULL. */
static char *whole_path(const struct row *row)
{
	bool below = row->file[0] != '/' && row->folder != NULL;
	char *path;

	return asprintf(&path, "%s%s%s", below ? row->folder : "",
			below ? "/" : "", row->file) < 0
		       ? NULL
		       : path;
}

/* Returns a copy of one line of a file without the spaces around it, or NULL. */
static char *read_text(const char *path, int number)
{
	char *line = NULL;
	size_t room = 0, size;
	ssize_t got = -1;
	FILE *file;

	file = fopen(path, "re");
	if (file == NULL)
		return NULL;
	for (int i = 0; i < number; i++)
		if ((got = getline(&line, &room, file)) < 0)
			break;
	(void)fclose(file); /* was only read */
	if (got < 0) {
		free(line);
		return NULL;
	}
	size = strlen(line);
	while (size > 0 && strchr(" \t\r\n", line[size - 1]) != NULL)
		line[--size] = '\0';
	size_t skip = strspn(line, " \t");
	memmove(line, line + skip, size - (skip < size ? skip : size) + 1);
	return line;
}

static int add_place(struct source *source, const struct row *row)
{
	size_t room = (size_t)source->place_room;
	const char *slash = strrchr(row->file, '/');
	char *path = whole_path(row);
	struct place *places;

	if (path == NULL)
		return -1;
	places = grow(source->places, (size_t)source->place_count, &room,
		      sizeof(*places));
	if (places == NULL) {
		free(path);
		return -1;
	}
	source->places = places;
	source->place_room = (int)room;
	places[source->place_count] = (struct place){
		.path = path,
		.unit = row->file,
		.file = slash != NULL ? slash + 1 : row->file,
		.line = row->line,
		.text = read_text(path, row->line),
	};
	return source->place_count++;
}

int source_place_of(struct source *source, uint64_t address)
{
	const struct row *row = find_row(source, address);

	if (row == NULL)
		return -1;
	for (int i = 0; i < source->place_count; i++)
		if (source->places[i].line == row->line &&
		    strcmp(source->places[i].unit, row->file) == 0)
			return i;
	return add_place(source, row);
}

/* No other files with debugging information, and none from the network. */
static int find_no_debuginfo(Dwfl_Module *module, void **data, const char *name,
			     Dwarf_Addr base, const char *file,
			     const char *link, GElf_Word sum, char **found)
{
	(void)module, (void)data, (void)name, (void)base, (void)file;
	(void)link, (void)sum, (void)found;
	return -1;
}

/* Makes libdwfl ready for the frames of that process. Returns 0, or -1. */
static int attach(struct source *source, pid_t process)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = find_no_debuginfo,
	};

	if (source->frames != NULL && source->process == process)
		return 0;
	if (source->frames != NULL)
		dwfl_end(source->frames);
	source->process = process;
	source->frames = dwfl_begin(&callbacks);
	if (source->frames == NULL)
		return -1;
	if (dwfl_linux_proc_report(source->frames, process) == 0 &&
	    dwfl_report_end(source->frames, NULL, NULL) == 0 &&
	    dwfl_linux_proc_attach(source->frames, process, true) == 0)
		return 0;
	dwfl_end(source->frames);
	source->frames = NULL;
	return -1;
}

struct search {
	struct source *source;
	uint64_t load;
	int place;
};

static int look_at_frame(Dwfl_Frame *frame, void *data)
{
	struct search *search = data;
	Dwarf_Addr pc;
	bool innermost;

	if (!dwfl_frame_pc(frame, &pc, &innermost))
		return DWARF_CB_ABORT;
	/* In all others this is where the call returns to: one line too far. */
	if (!innermost)
		pc--;
	search->place = source_place_of(search->source, pc - search->load);
	return search->place >= 0 ? DWARF_CB_ABORT : DWARF_CB_OK;
}

int source_place_of_thread(struct source *source, pid_t process, pid_t tid,
			   uint64_t load)
{
	struct search search = {.source = source, .load = load, .place = -1};

	if (attach(source, process) == 0)
		/* Aborted as soon as a place is found. */
		(void)dwfl_getthread_frames(source->frames, tid, look_at_frame,
					    &search);
	return search.place;
}

const struct place *source_place(const struct source *source, int number)
{
	if (source == NULL || number < 0 || number >= source->place_count)
		return NULL;
	return &source->places[number];
}
