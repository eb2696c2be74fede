// How a connection ends: two closes, two FINs, an exit, a SIGCHLD, a reap.
import { COLOUR, Drawing } from "./drawing.js";

const AT = { client: 170, child: 600, parent: 1000 };

function lane(svg, name, x, colour) {
  svg.box(x - 110, 0, 220, 58, [name], { size: 30, edge: colour });
  svg.line(x, 60, x, 535, { colour: COLOUR.grid, width: 4 });
}

/** What happens at a lane: words beside a dot on it. */
function event(svg, x, y, words, at) {
  svg.box(x - 7, y - 7, 14, 14, [], { fill: COLOUR.text });
  svg.text(at === "end" ? x - 22 : x + 22, y + 9, words, { at, size: 28 });
}

function message(svg, from, to, y, words, colour) {
  const step = to > from ? 14 : -14;
  svg.arrow(from + step, y, to - step, y + 38, { colour });
  svg.text((from + to) / 2, y - 2, words, {
    at: "middle",
    bold: true,
    size: 28,
    colour,
  });
}

export function draw() {
  const svg = new Drawing(1160, 540);
  lane(svg, "client", AT.client, COLOUR.text);
  lane(svg, "child", AT.child, COLOUR.live);
  lane(svg, "parent", AT.parent, COLOUR.text);
  svg.step(() => {
    event(svg, AT.client, 110, "q: close", "end");
    message(svg, AT.client, AT.child, 112, "FIN", COLOUR.frozen);
    event(svg, AT.child, 152, "read returns 0", "start");
  });
  svg.step(() => {
    event(svg, AT.child, 232, "close", "start");
    message(svg, AT.child, AT.client, 236, "FIN", COLOUR.frozen);
    event(svg, AT.client, 276, "end", "end");
  });
  svg.step(() => {
    event(svg, AT.child, 344, "exit: zombie", "end");
    message(svg, AT.child, AT.parent, 348, "SIGCHLD", COLOUR.zombie);
    svg.line(AT.child, 344, AT.child, 486, { colour: COLOUR.zombie, width: 10 });
  });
  svg.step(() => {
    event(svg, AT.parent, 390, "handler", "start");
    svg.arrow(AT.parent - 14, 450, AT.child + 14, 486);
    svg.text((AT.child + AT.parent) / 2, 446, "waitpid", {
      at: "middle",
      bold: true,
      size: 28,
    });
    event(svg, AT.child, 490, "reaped: gone", "end");
  });
  return svg.toString();
}
