// The life of a child: it runs, it is a zombie, it is gone.
import { COLOUR, Drawing } from "./drawing.js";

export function draw() {
  const svg = new Drawing(1160, 480);
  const top = 110;
  const words = { size: 34, colour: COLOUR.ground };
  svg.box(2, top, 418, 110, ["runs"], {
    ...words,
    fill: COLOUR.live,
    edge: COLOUR.live,
  });
  svg.step(() => {
    svg.box(420, top, 420, 110, ["zombie (Z)"], {
      ...words,
      fill: COLOUR.zombie,
      edge: COLOUR.zombie,
    });
    svg.text(420, 70, "the child: _exit()", { at: "middle", bold: true, size: 30 });
    svg.arrow(420, 80, 420, top - 4);
    svg.text(420, 290, "memory and descriptors go,", { at: "middle", size: 28 });
    svg.text(420, 326, "SIGCHLD goes to the parent", { at: "middle", size: 28 });
    svg.line(420, 224, 420, 258);
  });
  svg.step(() => {
    svg.box(840, top, 316, 110, ["gone"], {
      size: 34,
      dashed: true,
      edge: COLOUR.reaped,
    });
    svg.text(840, 70, "the parent: waitpid()", { at: "middle", bold: true, size: 30 });
    svg.arrow(840, 80, 840, top - 4);
    svg.text(840, 290, "the exit status is taken,", { at: "middle", size: 28 });
    svg.text(840, 326, "the PID is free: reaped", { at: "middle", size: 28 });
    svg.line(840, 224, 840, 258);
  });
  svg.step(() => {
    svg.text(580, 430, "How long it is red is up to the parent alone.", {
      at: "middle",
      bold: true,
      size: 34,
      colour: COLOUR.zombie,
    });
  });
  return svg.toString();
}
