// The page of a deck: one HTML file beside its assets. The recordings are in it, as
// a page opened from disk may not fetch.
import { escapeHtml } from "./markdown.js";
import { slideHtml } from "./slide.js";

const STYLES = ["reset.css", "reveal.css", "white-contrast.css", "fonts.css"];
const SCRIPTS = ["reveal.js", "highlight.js", "notes.js", "asciinema-player.min.js"];

/** The HTML of a deck. `context`: see slideHtml; `live` adds the reload on save. */
export function pageHtml(deck, context, { live = false } = {}) {
  const slides = deck.slides.map((slide) => slideHtml(slide, deck, context)).join("\n");
  const styles = [...STYLES, "asciinema-player.css", "palette.css", "slides.css"];
  const scripts = [
    ...SCRIPTS,
    "recordings.js",
    "start.js",
    ...(live ? ["reload.js"] : []),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(deck.title)}</title>
${styles.map((name) => `<link rel="stylesheet" href="assets/${name}">`).join("\n")}
</head>
<body>
<div class="reveal"><div class="slides">
${slides}
</div></div>
${castScripts(context.casts)}
${scripts.map((name) => `<script src="assets/${name}"></script>`).join("\n")}
</body>
</html>
`;
}

/** The recordings as data in the page. No "<" may stand in it: it could end it. */
function castScripts(casts) {
  return [...casts]
    .map(
      ([name, text]) =>
        `<script type="text/plain" id="cast-${escapeHtml(name)}">` +
        `${text.replace(/</g, "\\u003c")}</script>`,
    )
    .join("\n");
}

/** The first page of the folder: which decks there are. */
export function indexHtml(decks, hasPdf) {
  const items = decks.map(
    ({ name, title, slides }) =>
      `<li><a href="${name}.html">${escapeHtml(title)}</a>, ` +
      `${name.replace("-", " ")}, ${slides.length} slides` +
      (hasPdf ? ` (<a href="${name}.pdf">PDF</a>)` : "") +
      "</li>",
  );
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>reap: the slides</title>
<link rel="stylesheet" href="assets/index.css"></head>
<body><h1>reap: the slides</h1><ul>
${items.join("\n")}
</ul><p>In a deck: arrows or space go on, S opens the speaker view, R plays a
recording, F fills the screen, ? shows all keys.</p></body>
</html>
`;
}
