// Five deaths and one SIGCHLD: a time line of the parent, its pending bit and its
// children.
import { COLOUR, Drawing } from "./drawing.js";

const LEFT = 230;
const RIGHT = 1150;
const FREEZE = 380;
const THAW = 830;
const DEATHS = [450, 520, 590, 660, 730];
const childY = (index) => 222 + index * 58;

function bar(svg, from, to, y, colour, words = "") {
  svg.box(from, y, to - from, 40, words ? [words] : [], {
    fill: colour,
    edge: colour,
    colour: COLOUR.ground,
    size: 24,
  });
}

function bit(svg, from, to, value) {
  const colour = value ? COLOUR.zombie : COLOUR.faint;
  svg.box(from, 100, to - from, 44, [String(value)], {
    edge: colour,
    colour,
    size: 28,
  });
}

export function draw() {
  const svg = new Drawing(1160, 540);
  svg.text(0, 50, "parent", { bold: true, size: 28 });
  svg.text(0, 132, "SIGCHLD bit", { bold: true, size: 28 });
  DEATHS.forEach((death, index) => {
    svg.text(0, childY(index) + 30, `child ${index + 1}`, { size: 28 });
    bar(svg, LEFT, death, childY(index), COLOUR.live);
  });
  bar(svg, LEFT, FREEZE, 20, COLOUR.live, "runs");
  bar(svg, FREEZE, THAW, 20, COLOUR.frozen, "stopped (SIGSTOP)");
  bit(svg, LEFT, DEATHS[0], 0);
  svg.step(() => {
    bar(svg, DEATHS[0], THAW, childY(0), COLOUR.zombie, "zombie");
    svg.arrow(DEATHS[0], 206, DEATHS[0], 150);
    bit(svg, DEATHS[0], THAW, 1);
  });
  svg.step(() => {
    DEATHS.slice(1).forEach((death, index) => {
      bar(svg, death, THAW, childY(index + 1), COLOUR.zombie);
      svg.arrow(death, 206, death, 150, { dashed: true });
    });
    svg.text(THAW + 10, 190, "set already: nothing changes", { size: 26 });
  });
  svg.step(() => {
    bar(svg, THAW, RIGHT, 20, COLOUR.live, "one waitpid");
    bit(svg, THAW, RIGHT, 0);
    svg.box(THAW + 4, childY(0), RIGHT - THAW - 4, 40, ["reaped"], {
      edge: COLOUR.reaped,
      dashed: true,
      size: 24,
    });
    DEATHS.slice(1).forEach((_, index) =>
      bar(svg, THAW, RIGHT, childY(index + 1), COLOUR.zombie, "zombie: lost"),
    );
  });
  return svg.toString();
}
