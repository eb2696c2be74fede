// Builds all decks of a folder into another: pages, assets, pictures, an index.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { copyAssets } from "./assets.js";
import { findDecks, readDeck } from "./deck.js";
import { DeckError, Faults } from "./faults.js";
import { indexHtml, pageHtml } from "./page.js";
import { staleness } from "./recording.js";

/**
 * Builds the decks in `from` into `out`, which it empties. Returns {decks, remarks}:
 * the decks as read, and a line for each recording older than what it shows.
 * Throws a DeckError that tells all that is wrong with the sources; then `out` is
 * as it was.
 */
export function build(from, out, { live = false, hasPdf = false } = {}) {
  const faults = new Faults();
  const paths = findDecks(from);
  if (paths.length === 0) throw new DeckError(`${from}: no deck, <minutes>-minutes.md`);
  const decks = paths.map((path) => readDeck(path, faults));
  const pages = decks.map((deck) => {
    const context = { casts: new Map(), files: new Map(), faults };
    return { deck, context, html: pageHtml(deck, context, { live }) };
  });
  faults.throwIfAny();
  empty(out);
  copyAssets(out, { live });
  for (const { deck, context, html } of pages) {
    writeFileSync(join(out, `${deck.name}.html`), html);
    for (const [name, source] of context.files) copyInto(out, name, source);
  }
  writeFileSync(join(out, "index.html"), indexHtml(decks, hasPdf));
  return { decks, remarks: remarksOn(from, pages) };
}

/** Removes what was built before; never a folder that holds anything else. */
function empty(out) {
  const isOurs = existsSync(join(out, "assets/slides.css"));
  if (existsSync(out) && readdirSync(out).length > 0 && !isOurs)
    throw new DeckError(`${out}: not emptied: it holds something else than slides`);
  rmSync(out, { recursive: true, force: true });
}

function copyInto(out, name, source) {
  mkdirSync(join(out, dirname(name)), { recursive: true });
  copyFileSync(source, join(out, name));
}

function remarksOn(from, pages) {
  const names = new Set(pages.flatMap(({ context }) => [...context.casts.keys()]));
  return [...names]
    .sort()
    .map((name) => staleness(join(from, "casts", `${name}.cast`), join(from, "..")))
    .filter((remark) => remark !== null);
}
