// What of a process goes with its exit, and what stays until it is reaped.
import { COLOUR, Drawing } from "./drawing.js";

const GONE = [
  "memory",
  "open files and sockets",
  "working directory",
  "its code: nothing runs any more",
];
const KEPT = ["PID", "its parent's PID", "exit status", "times: started, CPU used"];

function column(svg, x, heading, items, colour, mark) {
  svg.text(x, 50, heading, { bold: true, size: 36, colour });
  items.forEach((item, index) => {
    const y = 84 + index * 92;
    svg.box(x, y, 520, 74, [], { edge: colour, dashed: mark === "gone" });
    svg.text(x + 30, y + 48, item, {
      size: 32,
      colour: mark === "gone" ? COLOUR.faint : COLOUR.text,
    });
  });
}

export function draw() {
  const svg = new Drawing(1160, 520);
  column(svg, 10, "gone, at exit", GONE, COLOUR.reaped, "gone");
  svg.step(() => {
    column(svg, 620, "kept, until reaped", KEPT, COLOUR.zombie, "kept");
    svg.text(880, 500, "one entry of the process table", {
      at: "middle",
      bold: true,
      size: 30,
    });
  });
  return svg.toString();
}
