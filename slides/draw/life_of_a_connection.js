// One client of server_waitpid_loop, from accept to reap, with the file for each step.
import { COLOUR, Drawing } from "./drawing.js";

export const place = "src/life_of_a_connection.svg";

const AT = { client: 470, parent: 720, child: 960 };
const SIZE = 21;
const VARIANT = "variants/server_waitpid_loop.c";

function lane(svg, name, from, to, colour) {
  svg.box(AT[name] - 90, from - 50, 180, 48, [name], { size: 24, edge: colour });
  svg.line(AT[name], from, AT[name], to, { colour: COLOUR.grid, width: 4 });
}

/** What happens at a lane: words beside a dot on it. */
function event(svg, name, y, words, at) {
  svg.box(AT[name] - 6, y - 6, 12, 12, [], { fill: COLOUR.text });
  const x = AT[name] + (at === "end" ? -18 : 18);
  svg.text(x, y + 7, words, { at, size: SIZE });
}

function message(svg, from, to, y, words, { colour = COLOUR.frozen, down = 30 } = {}) {
  const gap = AT[to] > AT[from] ? 10 : -10;
  svg.arrow(AT[from] + gap, y, AT[to] - gap, y + down, { colour });
  // Never on a lane: a message that passes by the parent is named before it.
  const past = Math.abs(AT[to] - AT[from]) > 300;
  const middle = past ? (AT.client + AT.parent) / 2 : (AT[from] + AT[to]) / 2;
  const base = past && from === "child" ? y + 3 : y - 4;
  svg.text(middle, base, words, { at: "middle", bold: true, size: SIZE, colour });
}

/** A step: a band of its own, its number, and the file in src that has it. */
function step(svg, number, y, height, file, what) {
  if (number % 2 === 1) {
    svg.box(0, y, 1180, height, [], { fill: COLOUR.panel, edge: COLOUR.panel });
  }
  svg.text(14, y + 32, `${number}`, { size: 24, bold: true });
  svg.text(44, y + 31, file, { size: 18, code: true });
  svg.text(44, y + 59, what, { size: SIZE, colour: COLOUR.faint });
}

const STEPS = [
  [100, "echo/process/start.c", "the server starts"],
  [86, "echo/accept.c", "a client comes"],
  [86, "echo/server.c", "a child is made"],
  [100, "echo/server.c", "the two closes"],
  [112, "echo/session.c", "the echo"],
  [86, "echo/session.c", "the client leaves"],
  [100, "echo/server.c", "the child ends"],
  [90, VARIANT, "the parent hears of it"],
  [90, VARIANT, "the child is reaped"],
];

export function draw() {
  const top = [76];
  STEPS.forEach(([height]) => top.push(top.at(-1) + height));
  const svg = new Drawing(1180, top.at(-1) + 8);
  STEPS.forEach(([height, file, what], index) => {
    step(svg, index + 1, top[index], height, file, what);
  });
  svg.text(44, 46, "file below src", { size: SIZE, bold: true });
  lane(svg, "client", 62, top[7], COLOUR.text);
  lane(svg, "parent", 62, top.at(-1), COLOUR.text);
  lane(svg, "child", top[2] + 52, top[6] + 66, COLOUR.live);

  event(svg, "parent", top[0] + 30, "listens", "start");
  event(svg, "parent", top[0] + 68, "setup: SIGCHLD handler", "start");
  message(svg, "client", "parent", top[1] + 30, "connect");
  event(svg, "parent", top[1] + 60, "accept", "start");
  svg.arrow(AT.parent + 10, top[2] + 28, AT.child - 94, top[2] + 28);
  svg.text(AT.parent + 72, top[2] + 20, "fork", { at: "middle", bold: true, size: SIZE });
  event(svg, "child", top[3] + 34, "closes listener", "start");
  event(svg, "parent", top[3] + 68, "closes connection", "start");
  message(svg, "client", "child", top[4] + 28, "bytes", { down: 18 });
  message(svg, "child", "client", top[4] + 74, "the same bytes", { down: 18 });
  message(svg, "client", "child", top[5] + 34, "FIN", { down: 20 });
  event(svg, "child", top[5] + 56, "read returns 0", "start");
  message(svg, "child", "client", top[6] + 26, "FIN", { down: 20 });
  event(svg, "child", top[6] + 26, "closes", "start");
  event(svg, "child", top[6] + 68, "_exit: a zombie", "start");
  const dead = { colour: COLOUR.zombie, width: 10 };
  svg.line(AT.child, top[6] + 76, AT.child, top[8] + 62, dead);
  message(svg, "child", "parent", top[7] + 28, "SIGCHLD", { colour: COLOUR.zombie });
  event(svg, "parent", top[7] + 58, "handler runs", "end");
  message(svg, "parent", "child", top[8] + 30, "waitpid", { colour: COLOUR.text });
  event(svg, "child", top[8] + 66, "gone", "start");
  return svg.toString();
}
