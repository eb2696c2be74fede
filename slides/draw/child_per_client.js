// Three clients, a child for each, and the parent that only accepts and forks.
import { COLOUR, Drawing } from "./drawing.js";

export function draw() {
  const svg = new Drawing(1160, 540);
  svg.box(700, 10, 400, 120, ["the parent", "accept, fork, close"], { size: 30 });
  svg.text(660, 62, "listening socket", { at: "end", bold: true });
  svg.text(660, 94, "127.0.0.1:9190", { at: "end", code: true, size: 24 });
  svg.arrow(670, 70, 698, 70);
  [0, 1, 2].forEach((index) => {
    const y = 190 + index * 120;
    svg.step(() => {
      svg.box(2, y, 240, 84, [`client ${index + 1}`], { size: 30 });
      svg.box(700, y, 400, 84, [`child ${index + 1}`, "read, write, read, write"], {
        size: 28,
        edge: COLOUR.live,
      });
      svg.arrow(245, y + 42, 697, y + 42, { colour: COLOUR.live });
      svg.arrow(697, y + 42, 245, y + 42, { colour: COLOUR.live });
      svg.text(470, y + 28, "connected socket", { at: "middle" });
      svg.line(1100, 70, 1140, 70);
      svg.line(1140, 70, 1140, y + 42);
      svg.arrow(1140, y + 42, 1103, y + 42);
    });
  });
  return svg.toString();
}
