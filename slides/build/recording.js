// A recording on a slide: a paragraph that is nothing but a link to a file of
// asciinema's, ../casts/NAME.cast. The paragraph after it tells how to run it live.
//
// Its first line says what it shows ("shows": folders and files of the repository)
// and their digest when it was made; if that is another now, it is older.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { escapeHtml } from "./markdown.js";

const LARGEST = 300_000; // bytes

export function isRecording(link) {
  return link.href.endsWith(".cast");
}

/**
 * The HTML of a recording; its data goes into `casts`, a map from name to text.
 * What is wrong is added to `faults`.
 */
export function recording(link, slide, casts, faults) {
  const path = join(slide.path, "..", link.href);
  const name = basename(path, ".cast");
  if (!existsSync(path)) {
    faults.add(slide.where, `${link.href}: no such recording; make casts makes it`);
    return "";
  }
  const text = readFileSync(path, "utf8");
  const wrong = wrongWith(text);
  if (wrong) faults.add(slide.where, `${link.href}: ${wrong}`);
  casts.set(name, text);
  return (
    `<div class="recording" data-cast="${escapeHtml(name)}" role="group" ` +
    `aria-label="Recording: ${escapeHtml(link.text)}"></div>`
  );
}

function wrongWith(text) {
  if (Buffer.byteLength(text) > LARGEST) return `larger than ${LARGEST} bytes`;
  try {
    const [header, ...events] = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    if (header.version !== 2 || !(header.width > 0) || !(header.height > 0))
      return "not a recording of asciinema's, version 2";
    if (events.length === 0) return "nothing happens in it";
  } catch {
    return "not a recording of asciinema's: a line is not JSON";
  }
  return null;
}

/** What of a recording's subject has changed since: a line to say so, or null. */
export function staleness(path, root) {
  const header = JSON.parse(readFileSync(path, "utf8").split("\n", 1)[0]);
  if (!header.shows) return null;
  if (digest(header.shows, root) === header.shows_sha256) return null;
  return `${basename(path)} is older than what it shows (${header.shows.join(", ")})`;
}

/**
 * SHA-256 over the names and contents of all files below these paths, in the order
 * of their names. harness/reaplab/cast.py computes the same.
 */
export function digest(paths, root) {
  const hash = createHash("sha256");
  for (const name of paths.flatMap((path) => filesBelow(path, root)).sort()) {
    hash.update(`${name}\0`);
    hash.update(readFileSync(join(root, name)));
    hash.update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(path, root) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).flatMap((name) => filesBelow(`${path}/${name}`, root));
}
