#!/usr/bin/env node
// Draws the diagrams: node slides/draw/main.js [--check]. Each script here draws one SVG
// in slides/diagrams, or at the place in the project that it exports. --check writes
// nothing: it names those that differ, and fails.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const HERE = new URL("./", import.meta.url);
const ROOT = new URL("../../", HERE);
const NOT_A_DIAGRAM = ["main.js", "drawing.js"];

function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null; // not drawn yet
  }
}

async function main(words) {
  if (words.length > 1 || (words.length === 1 && words[0] !== "--check")) {
    console.error("draw: usage: node slides/draw/main.js [--check]");
    return 2;
  }
  let differing = 0;
  for (const name of readdirSync(HERE).filter((one) => !NOT_A_DIAGRAM.includes(one))) {
    const { draw, place } = await import(new URL(name, HERE));
    const slides = `slides/diagrams/${name.replace(/js$/, "svg")}`;
    const path = fileURLToPath(new URL(place ?? slides, ROOT));
    const text = draw();
    if (textOf(path) === text) continue;
    if (words.length === 0) writeFileSync(path, text);
    else {
      console.error(`draw: ${path}: differs from what ${name} draws`);
      differing += 1;
    }
  }
  return differing > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
