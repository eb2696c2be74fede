// The descriptor tables before the fork, after it, and after both closes.
import { COLOUR, Drawing } from "./drawing.js";

const TABLE_TOP = 60;
const ROW = 84;
const SOCKETS = ["listening socket", "connected socket"];

function table(svg, x, owner, colour) {
  svg.text(x + 130, TABLE_TOP - 18, owner, { at: "middle", bold: true, size: 30 });
  SOCKETS.forEach((_, row) => {
    const y = TABLE_TOP + row * (ROW + 30);
    svg.box(x, y, 260, ROW, [`descriptor ${row + 3}`], { size: 28, edge: colour });
  });
}

function middleOf(row) {
  return TABLE_TOP + row * (ROW + 30) + ROW / 2;
}

function note(svg, line, words, colour = COLOUR.text) {
  svg.text(20, 362 + line * 56, words[0], { bold: true, size: 30, colour });
  svg.text(320, 362 + line * 56, words[1], { size: 30 });
}

export function draw() {
  const svg = new Drawing(1160, 540);
  table(svg, 0, "the parent", COLOUR.text);
  SOCKETS.forEach((name, row) => {
    svg.box(430, middleOf(row) - ROW / 2, 300, ROW, [name], {
      size: 30,
      fill: COLOUR.panel,
    });
    svg.arrow(262, middleOf(row), 427, middleOf(row));
  });
  note(svg, 0, ["before fork", "one reference to each socket"]);
  svg.step(() => {
    table(svg, 900, "the child", COLOUR.live);
    SOCKETS.forEach((_, row) =>
      svg.arrow(898, middleOf(row), 733, middleOf(row), { colour: COLOUR.live }),
    );
    note(svg, 1, [
      "after fork",
      "two references to each: the table was copied, not the sockets",
    ]);
  });
  svg.step(() => {
    svg.cross(815, middleOf(0));
    note(svg, 2, ["the child closes 3", "the listening socket is the parent's alone"]);
  });
  svg.step(() => {
    svg.cross(345, middleOf(1));
    note(svg, 3, [
      "the parent closes 4",
      "now the child's close is the last one, and sends the FIN",
    ]);
  });
  return svg.toString();
}
