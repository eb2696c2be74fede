// A picture on a slide: a paragraph that is nothing but an image, an SVG of this
// repository. A diagram (../diagrams) becomes part of the page, so that groups of
// class "fragment" in it appear step by step; any other is copied beside the page.
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { escapeHtml } from "./markdown.js";

/**
 * The HTML of a picture; those to be copied go into `files`, a map from the name in
 * the built folder to the source. What is wrong is added to `faults`.
 */
export function picture(image, slide, files, faults) {
  const fault = (what) => {
    faults.add(slide.where, `${image.href}: ${what}`);
    return "";
  };
  if (/^[a-z]+:|^\/\//i.test(image.href))
    return fault(
      "a picture must be a file of the repository, as the deck works off line",
    );
  if (!image.text.trim())
    return fault("a picture needs words for those who cannot see it");
  const path = join(slide.path, "..", image.href);
  if (!existsSync(path)) return fault("no such picture");
  if (!path.endsWith(".svg")) return fault("pictures are SVG");
  const alt = escapeHtml(image.text);
  if (image.href.includes("diagrams/")) {
    const svg = readFileSync(path, "utf8").replace(
      /<\?xml.*?\?>\s*|<!--.*?-->\s*/gs,
      "",
    );
    return `<div class="diagram">${svg.replace("<svg", `<svg role="img" aria-label="${alt}"`)}</div>`;
  }
  const name = `figures/${basename(path)}`;
  files.set(name, path);
  return `<img class="figure" src="${name}" alt="${alt}">`;
}
