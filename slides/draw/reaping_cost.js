// What a look through the living children costs: measured with `make bench` on two
// cores, Linux 6.18. Connections per second, without and with 6,000 idle clients.
import { COLOUR, Drawing } from "./drawing.js";

const MEASURED = [
  ["waitpid(-1) in a loop", 9150, 2800],
  ["one waitpid per queued signal", 8600, 8000],
  ["SIGCHLD ignored", 9800, 9800],
];
const LEFT = 400;
const SCALE = 620 / 10000; // pixels for one connection per second

function bar(svg, y, rate, colour, ink) {
  svg.box(LEFT, y, Math.round(rate * SCALE), 52, [], { fill: colour, edge: colour });
  svg.text(LEFT + Math.round(rate * SCALE) + 16, y + 37, rate.toLocaleString("en"), {
    bold: true,
    size: 30,
    colour: ink,
  });
}

export function draw() {
  const svg = new Drawing(1160, 540);
  svg.text(LEFT, 32, "connections per second", { bold: true, size: 30 });
  MEASURED.forEach(([name, alone, withIdle], index) => {
    const y = 56 + index * 146;
    svg.text(LEFT - 20, y + 66, name, { at: "end", size: 28 });
    bar(svg, y, alone, COLOUR.reaped, COLOUR.text);
    svg.step(() => bar(svg, y + 58, withIdle, COLOUR.live, COLOUR.live));
  });
  svg.box(LEFT, 502, 24, 24, [], { fill: COLOUR.reaped, edge: COLOUR.reaped });
  svg.text(LEFT + 40, 524, "no other client", { size: 28 });
  svg.box(LEFT + 300, 502, 24, 24, [], { fill: COLOUR.live, edge: COLOUR.live });
  svg.text(LEFT + 340, 524, "6,000 idle clients", { size: 28 });
  return svg.toString();
}
