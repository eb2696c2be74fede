// One slide: from marked's tokens to reveal.js's HTML.
//
// A comment steers it, unseen on a code-hosting page: <!-- step --> makes the next
// block appear at the next key. Any other HTML is refused.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Marked } from "marked";
import { includedCode, isIncludedCode } from "./included_code.js";
import { escapeHtml, onlyChild } from "./markdown.js";
import { picture } from "./picture.js";
import { isRecording, recording } from "./recording.js";

/**
 * The HTML of a slide of `deck`. `context` gathers what the page needs beside it:
 * {casts, files, faults}.
 */
export function slideHtml(slide, deck, context) {
  const parser = inlineParser(slide, deck, context.faults);
  const blocks = [];
  let isStep = false;
  for (const token of slide.tokens) {
    const order = token.type === "html" ? token.text.trim() : null;
    if (order === "<!-- step -->") isStep = true;
    else if (order !== null)
      context.faults.add(token.where, `HTML is refused: ${order}`);
    else {
      const html = blockHtml(token, slide, parser, context);
      blocks.push(isStep ? `<div class="fragment">${html}</div>` : html);
      isStep = false;
    }
  }
  return (
    `<section id="${slide.id}" class="${classOf(slide)}" ` +
    `data-timing="${slide.minutes * 60}">\n` +
    parser.parser([slide.heading]) +
    `<div class="body">${blocks.join("\n")}</div>\n` +
    `<aside class="notes">${parser.parser(slide.notes)}</aside>\n</section>\n`
  );
}

function classOf(slide) {
  if (slide.isTitle) return "title";
  return slide.title.startsWith("Vote") ? "vote" : "plain";
}

function blockHtml(token, slide, parser, { casts, files, faults }) {
  const link = onlyChild(token, "link");
  if (link && isRecording(link)) return recording(link, slide, casts, faults);
  if (link && isIncludedCode(link)) return includedCode(link, slide, faults);
  const image = onlyChild(token, "image");
  if (image) return picture(image, slide, files, faults);
  if (token.type === "code" && token.lang === "console") return sessionHtml(token.text);
  return parser.parser([token]);
}

/** A session with a shell: what is typed stands out from what is printed. */
function sessionHtml(text) {
  const lines = text.split("\n").map((line) => {
    const html = escapeHtml(line);
    return line.startsWith("$ ") ? `<b>${html}</b>` : html;
  });
  return `<pre class="session">${lines.join("\n")}</pre>`;
}

/** Links lead to slides of this deck, or into the web; those into the repository
 * become words, as the built folder stands alone. */
function inlineParser(slide, deck, faults) {
  const renderer = {
    link({ href, tokens }) {
      const inner = this.parser.parseInline(tokens);
      if (/^https:\/\//.test(href)) return `<a href="${escapeHtml(href)}">${inner}</a>`;
      if (/^[a-z]+:/i.test(href)) faults.add(slide.where, `${href}: links are https`);
      const [file, anchor] = href.split("#");
      if (file && !existsSync(join(slide.path, "..", file)))
        faults.add(slide.where, `${href}: no such file`);
      const inDeck = anchor && deck.slides.some((one) => one.id === anchor);
      return inDeck ? `<a href="#/${anchor}">${inner}</a>` : inner;
    },
    image({ href }) {
      faults.add(slide.where, `${href}: a picture stands in a paragraph of its own`);
      return "";
    },
    html({ text }) {
      if (!text.startsWith("<!--"))
        faults.add(slide.where, `HTML is refused: ${text.trim()}`);
      return "";
    },
  };
  return new Marked({ renderer });
}
