// A deck: a Markdown file named <minutes>-minutes.md that lists parts. A part is a
// Markdown file; each of its second-level headings opens a slide. A link to a part
// takes all its slides, a link to a heading in it takes that one.
//
// A slide ends in a block quote, its notes, which open with their minutes.
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { readMarkdown, slug } from "./markdown.js";

const DECK_NAME = /^(\d+)-minutes\.md$/;
const MINUTES = /^(\d+(?:\.5)?) min\b/;

/** The paths of the decks in a folder. */
export function findDecks(folder) {
  return readdirSync(folder)
    .filter((name) => DECK_NAME.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * Reads a deck and its parts: {name, title, slides}. A slide has `id`, `title`,
 * `path` (its file), `where`, `tokens` (what is shown), `notes` (tokens) and
 * `minutes`. What is wrong is added to `faults`.
 */
export function readDeck(path, faults) {
  const name = basename(path, ".md");
  const tokens = readMarkdown(path, basename(path));
  const [heading, ...rest] = tokens;
  if (heading?.type !== "heading" || heading.depth !== 1) {
    faults.add(basename(path), "a deck opens with a first-level heading");
    return { name, title: name, slides: [] };
  }
  const list = rest.findIndex((token) => token.type === "list");
  const opening = rest.slice(0, list < 0 ? rest.length : list);
  const slides = [
    makeSlide({ path, heading, body: opening, isTitle: true }, faults),
    ...(list < 0 ? [] : listedSlides(path, rest[list], faults)),
  ];
  checkMinutes(path, slides, faults);
  checkUnique(path, slides, faults);
  return { name, title: heading.text, slides };
}

function listedSlides(deckPath, list, faults) {
  const slides = [];
  for (const item of list.items) {
    const link = item.tokens[0].tokens?.find((token) => token.type === "link");
    if (!link) {
      faults.add(list.where, `not a link to a part: ${item.text}`);
      continue;
    }
    const [file, anchor] = link.href.split("#");
    const path = join(deckPath, "..", file);
    if (!existsSync(path)) {
      faults.add(list.where, `no such part: ${file}`);
      continue;
    }
    const part = readPart(path, faults);
    const taken = anchor ? part.filter((slide) => slide.id === anchor) : part;
    if (taken.length === 0) faults.add(list.where, `no such slide: ${link.href}`);
    slides.push(...taken);
  }
  return slides;
}

/** All slides of a part. */
export function readPart(path, faults) {
  const name = join(basename(join(path, "..")), basename(path));
  const slides = [];
  let slide = null;
  for (const token of readMarkdown(path, name)) {
    if (token.type === "heading" && token.depth === 2) {
      slide = { path, heading: token, body: [], isTitle: false };
      slides.push(slide);
    } else if (slide) {
      slide.body.push(token);
    } else if (token.type !== "heading" && token.type !== "paragraph") {
      faults.add(token.where, "before the first slide only words may stand");
    }
  }
  return slides.map((one) => makeSlide(one, faults));
}

function makeSlide({ path, heading, body, isTitle }, faults) {
  const last = body.at(-1);
  const notes = last?.type === "blockquote" ? last.tokens : null;
  const minutes = notes && MINUTES.exec(notes[0]?.text ?? "");
  if (!notes) faults.add(heading.where, "a slide ends in its notes, a block quote");
  else if (!minutes) faults.add(last.where, 'notes open with their minutes: "2 min"');
  return {
    id: slug(heading.text),
    title: heading.text,
    heading,
    isTitle,
    path,
    where: heading.where,
    tokens: notes ? body.slice(0, -1) : body,
    notes: notes ?? [],
    minutes: minutes ? Number(minutes[1]) : 0,
  };
}

function checkMinutes(path, slides, faults) {
  const wanted = Number(DECK_NAME.exec(basename(path))?.[1]);
  const sum = slides.reduce((total, slide) => total + slide.minutes, 0);
  if (Number.isFinite(wanted) && sum !== wanted)
    faults.add(basename(path), `its slides take ${sum} minutes, not ${wanted}`);
}

function checkUnique(path, slides, faults) {
  const seen = new Map();
  for (const slide of slides) {
    if (seen.has(slide.id))
      faults.add(slide.where, `the deck has this heading twice: ${slide.title}`);
    seen.set(slide.id, slide);
  }
}
