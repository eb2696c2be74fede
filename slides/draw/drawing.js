// An SVG in the palette's colours, put together from few shapes: text, boxes, arrows.
// What is drawn inside step() appears on the slide at the next key, and at once
// wherever the file is opened by itself.
import { readFileSync } from "node:fs";

const PALETTE = JSON.parse(
  readFileSync(new URL("../palette.json", import.meta.url), "utf8"),
);
export const COLOUR = PALETTE.light;

const WORDS = "'Source Sans Pro', 'Source Sans 3', Helvetica, Arial, sans-serif";
const CODE = "'Source Code Pro', 'DejaVu Sans Mono', monospace";
const HEAD = 12; // length of an arrow's head

export class Drawing {
  #parts = [];
  #indent = "  ";
  #steps = 0;

  constructor(width, height) {
    this.width = width;
    this.height = height;
  }

  #add(line) {
    this.#parts.push(this.#indent + line);
  }

  /** What `draw` draws appears as one step, after those before it. */
  step(draw) {
    this.#add(`<g class="fragment" data-fragment-index="${this.#steps++}">`);
    this.#indent += "  ";
    draw();
    this.#indent = this.#indent.slice(2);
    this.#add("</g>");
  }

  /** `at` is start, middle or end: which end of the text x is. y is its base line. */
  text(
    x,
    y,
    words,
    { size = 26, at = "start", colour = COLOUR.text, bold, code } = {},
  ) {
    const weight = bold ? ' font-weight="bold"' : "";
    this.#add(
      `<text x="${x}" y="${y}" font-family="${code ? CODE : WORDS}" font-size="${size}"` +
        `${weight} text-anchor="${at}" fill="${colour}">${escape(words)}</text>`,
    );
  }

  /** A box; `lines` are centred in it, the first one bold. */
  box(x, y, width, height, lines = [], style = {}) {
    const { fill = COLOUR.ground, edge = COLOUR.text, colour = COLOUR.text } = style;
    const { size = 26, dashed, code } = style;
    const dash = dashed ? ' stroke-dasharray="8 6"' : "";
    this.#add(
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" ` +
        `fill="${fill}" stroke="${edge}" stroke-width="3"${dash}/>`,
    );
    const step = size * 1.25;
    const first = y + height / 2 - ((lines.length - 1) * step) / 2 + size * 0.34;
    lines.forEach((line, index) =>
      this.text(x + width / 2, round(first + index * step), line, {
        size,
        at: "middle",
        colour,
        bold: index === 0,
        code,
      }),
    );
  }

  line(x1, y1, x2, y2, { colour = COLOUR.text, dashed, width = 3 } = {}) {
    const dash = dashed ? ' stroke-dasharray="8 6"' : "";
    this.#add(
      `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" ` +
        `stroke="${colour}" stroke-width="${width}"${dash}/>`,
    );
  }

  /** A line with a head at its second end. */
  arrow(x1, y1, x2, y2, { colour = COLOUR.text, dashed } = {}) {
    const angle = Math.atan2(y2 - y1, x2 - x1);
    const back = (turn, length) => [
      round(x2 - length * Math.cos(angle + turn)),
      round(y2 - length * Math.sin(angle + turn)),
    ];
    const [nearX, nearY] = back(0, HEAD);
    this.line(x1, y1, nearX, nearY, { colour, dashed });
    const corners = [
      [round(x2), round(y2)],
      back(0.45, HEAD * 1.4),
      back(-0.45, HEAD * 1.4),
    ];
    this.#add(`<polygon points="${corners.join(" ")}" fill="${colour}"/>`);
  }

  /** A cross, over what is no more. */
  cross(x, y, { size = 14, colour = COLOUR.zombie } = {}) {
    this.line(x - size, y - size, x + size, y + size, { colour, width: 6 });
    this.line(x - size, y + size, x + size, y - size, { colour, width: 6 });
  }

  /** The file's text. */
  toString() {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${this.width} ${this.height}" ` +
        `width="${this.width}" height="${this.height}">`,
      `  <rect width="${this.width}" height="${this.height}" fill="${COLOUR.ground}"/>`,
      ...this.#parts,
      "</svg>",
      "",
    ].join("\n");
  }
}

function round(number) {
  return Math.round(number * 10) / 10;
}

function escape(words) {
  return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
