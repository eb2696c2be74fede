// Markdown files as marked's tokens, each with its place ("file:line") added.
import { readFileSync } from "node:fs";
import { marked } from "marked";

/**
 * The top-level tokens of a file, without the empty ones. Each gets `where`, for
 * messages. `name` is how messages call the file. Throws if it cannot be read.
 */
export function readMarkdown(path, name) {
  const tokens = marked.lexer(readFileSync(path, "utf8"));
  let line = 1;
  for (const token of tokens) {
    token.where = `${name}:${line}`;
    line += token.raw.split("\n").length - 1;
  }
  return tokens.filter((token) => token.type !== "space");
}

/** A heading as an address, the way code-hosting pages make it. */
export function slug(text) {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

/** The only link of a paragraph that is nothing but a link or picture, else null. */
export function onlyChild(token, type) {
  if (token.type !== "paragraph") return null;
  const inner = token.tokens.filter((one) => one.raw.trim() !== "");
  return inner.length === 1 && inner[0].type === type ? inner[0] : null;
}

export function escapeHtml(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (one) => names[one]);
}
