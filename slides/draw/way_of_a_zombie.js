// From one state in /proc, and one line in an event log, to all that shows a zombie.
import { COLOUR, Drawing } from "./drawing.js";

export const place = "harness/way_of_a_zombie.svg";

const WIDTH = 350;
const HEIGHT = 76;
const LEFT = { viewer: 20, diagnosis: 415, report: 810 };

/** A file, and what it does. */
function file(svg, x, y, name, what, { width = WIDTH, edge = COLOUR.text } = {}) {
  svg.box(x, y, width, HEIGHT, [], { edge });
  const middle = x + width / 2;
  svg.text(middle, y + 32, name, { at: "middle", size: 19, code: true, bold: true });
  svg.text(middle, y + 60, what, { at: "middle", size: 20 });
}

/** What people or programs get in the end. */
function result(svg, x, y, lines, width = WIDTH) {
  const style = { fill: COLOUR.panel, edge: COLOUR.live, size: 20 };
  svg.box(x, y, width, HEIGHT, lines, style);
}

/** Files below one another, with arrows between. */
function column(svg, x, y, steps) {
  steps.forEach(([name, what], index) => {
    const top = y + index * 112;
    if (index > 0) svg.arrow(x + WIDTH / 2, top - 36, x + WIDTH / 2, top - 2);
    file(svg, x, top, name, what);
  });
}

export function draw() {
  const svg = new Drawing(1180, 872);
  const dead = { edge: COLOUR.zombie, colour: COLOUR.text, size: 22 };
  svg.box(20, 10, 745, 84, ["/proc/PID/stat", "the kernel says: state Z"], dead);
  svg.box(810, 10, WIDTH, 84, ["event log (--trace FILE)", "exit, and no reap"], dead);

  const heads = {
    viewer: "src/reaptop",
    diagnosis: "harness/reaplab",
    report: "harness/reaplab",
  };
  for (const [name, words] of Object.entries(heads)) {
    const middle = LEFT[name] + WIDTH / 2;
    svg.arrow(middle, 96, middle, 166);
    svg.text(middle + 10, 138, words, { size: 18, code: true, colour: COLOUR.faint });
  }

  column(svg, LEFT.viewer, 168, [
    ["read/process_stat.c", "reads the file into a struct"],
    ["watch/child_table.c", "keeps the children over time"],
  ]);
  const [left, right] = [LEFT.viewer, LEFT.viewer + 180];
  const half = { width: 170 };
  svg.arrow(left + 85, 358, left + 85, 390);
  file(svg, left, 392, "words/", "names it", half);
  svg.arrow(left + 85, 470, left + 85, 502);
  file(svg, left, 504, "screen/", "draws it", half);
  svg.arrow(left + 85, 582, left + 85, 778);
  svg.arrow(right + 85, 358, right + 85, 502);
  file(svg, right, 504, "output/", "prints it", half);
  svg.arrow(left + 172, 430, right + 40, 502);
  svg.arrow(right + 85, 582, right + 85, 778);
  result(svg, left, 780, ["the screen"], 170);
  result(svg, right, 780, ["text, JSON"], 170);

  column(svg, LEFT.diagnosis, 168, [
    ["proc/process.py", "reads the file into a value"],
    ["diagnosis/subject.py", "watches one server"],
    ["diagnosis/evidence.py", "holds what was seen"],
    ["diagnosis/rules.py", "finds the trace of a belief"],
    ["diagnosis/words.py", "says it to the student"],
  ]);
  svg.arrow(LEFT.diagnosis + WIDTH / 2, 694, LEFT.diagnosis + WIDTH / 2, 778);
  result(svg, LEFT.diagnosis, 780, ["make diagnose", "belief and question"]);

  column(svg, LEFT.report, 168, [
    ["lifelines/event_log.py", "reads the lines"],
    ["lifelines/from_log.py", "makes a life of each child"],
    ["lifelines/report_page/", "draws the lives"],
  ]);
  svg.arrow(LEFT.report + WIDTH / 2, 470, LEFT.report + WIDTH / 2, 778);
  result(svg, LEFT.report, 780, ["make report", "a line that ends in red"]);
  return svg.toString();
}
