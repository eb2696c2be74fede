// Code of this repository on a slide: a paragraph that is nothing but a link like
//
//   [server_sigchld.c: on_sigchld](../../src/variants/server_sigchld.c#L18-L29
//   "event_sigchld | if ((child .. event_reap | errno = saved_errno")
//
// On a code-hosting page it leads to these lines. So that it never shows other lines
// than meant: the name after the colon stands in the first line, the braces are in
// balance, and each step quotes a line that is there. Steps are parted by "|", the
// lines of one step by "&", and "from .. to" is all between two.
import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { escapeHtml } from "./markdown.js";

const LINES = /^(.*)#L(\d+)(?:-L(\d+))?$/;
const TAB = "    ";
const LANGUAGES = { ".c": "c", ".h": "c", ".py": "python" };

/** Whether a link leads to lines of a file. */
export function isIncludedCode(link) {
  return LINES.test(link.href);
}

/** The HTML of the lines that a link names, or "" with a fault added. */
export function includedCode(link, slide, faults) {
  const fault = (what) => {
    faults.add(slide.where, `${link.href}: ${what}`);
    return "";
  };
  const [, file, from, to = from] = LINES.exec(link.href);
  const path = join(slide.path, "..", file);
  if (!existsSync(path) || !statSync(path).isFile()) return fault("no such file");
  const all = readFileSync(path, "utf8").replace(/\n$/, "").split("\n");
  const [first, last] = [Number(from), Number(to)];
  if (first < 1 || last < first || last > all.length)
    return fault(`the file has no such lines, but ${all.length}`);
  const lines = all.slice(first - 1, last);
  const name = /: (.+)$/.exec(link.text)?.[1];
  if (name && !lines[0].includes(name))
    return fault(`${name} does not stand in line ${first}: ${lines[0].trim()}`);
  if (!balanced(lines)) return fault("its braces are not in balance");
  let steps = [];
  try {
    steps = (link.title ?? "")
      .split("|")
      .filter(Boolean)
      .map((step) => linesOf(step, lines));
  } catch (error) {
    return fault(error.message);
  }
  return codeHtml({ lines, first, steps, file: file.replace(/^(\.\.\/)+/, "") });
}

function balanced(lines) {
  let depth = 0;
  for (const one of lines.join("\n").matchAll(/[{}]/g)) {
    depth += one[0] === "{" ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** "a & b .. c" as line numbers counted from 1, the way reveal wants them. */
function linesOf(step, lines) {
  return step
    .split(" & ")
    .map((range) =>
      range
        .split(" .. ")
        .map((text) => lineOf(text.trim(), lines))
        .join("-"),
    )
    .join(",");
}

function lineOf(text, lines) {
  const at = lines.findIndex((line) => line.includes(text));
  if (at < 0) throw new Error(`a step quotes what is not there: ${text}`);
  return at + 1;
}

function codeHtml({ lines, first, steps, file }) {
  const text = lines.map((line) => line.replace(/\t/g, TAB)).join("\n");
  const language = LANGUAGES[extname(file)] ?? "plaintext";
  const numbers = steps.length > 0 ? ["", ...steps].join("|") : "";
  const last = first + lines.length - 1;
  return (
    `<figure class="code"><pre><code class="language-${language}" data-noescape ` +
    `data-ln-start-from="${first}" data-line-numbers="${numbers}">` +
    `${escapeHtml(text)}</code></pre><figcaption>${escapeHtml(file)}, ` +
    `lines ${first} to ${last}</figcaption></figure>`
  );
}
