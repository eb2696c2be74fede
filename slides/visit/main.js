#!/usr/bin/env node
// Visits built decks in the system's Chromium: node slides/visit/main.js --help
import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "../build/browser.js";
import { visitDeck } from "./visit.js";

const AT_ONCE = 4; // pages; more only get in each other's way
const HELP = `Usage: node slides/visit/main.js [OPTIONS] FOLDER...
Visits every slide and step of the decks built into each FOLDER, off line, in the
system's Chromium, and says what is wrong with them.

  --size WxH       of the window; repeat it for more (default: 1280x720, 1920x1080)
  --pictures DIR   keep a picture of each slide there
  --help           show this and leave
  --version        show the version and leave

Exit status: 0 all is well, 1 it is not, 2 the command line was wrong.`;

function fail(message) {
  console.error(`visit: ${message}`);
  process.exit(2);
}

function readOptions() {
  const options = {
    size: { type: "string", multiple: true, default: ["1280x720", "1920x1080"] },
    pictures: { type: "string" },
    help: { type: "boolean" },
    version: { type: "boolean" },
  };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (!values.help && !values.version && positionals.length === 0)
      fail("no FOLDER is given");
    return {
      ...values,
      folders: positionals.map((one) => resolve(one)),
      sizes: values.size.map(readSize),
    };
  } catch (error) {
    return fail(error.message.split(".")[0]);
  }
}

function readSize(text) {
  const found = /^(\d{2,5})x(\d{2,5})$/.exec(text);
  if (!found) fail(`no size like 1280x720: ${text}`);
  return { width: Number(found[1]), height: Number(found[2]) };
}

async function main() {
  const options = readOptions();
  if (options.help || options.version) {
    console.log(options.help ? HELP : "visit 0.1");
    return 0;
  }
  const visits = options.folders
    .flatMap(decksIn)
    .flatMap((deck) => options.sizes.map((size) => ({ ...deck, size })));
  const browser = await openBrowser();
  try {
    const found = await inPool(visits, ({ folder, name, size }) =>
      visitDeck(browser, folder, name, size, options.pictures),
    );
    const wrong = visits.map((visit, index) => report(visit, found[index]));
    return wrong.some((count) => count > 0) ? 1 : 0;
  } finally {
    await browser.close();
  }
}

/** The results of `work` for all items, in their order; few at a time. */
async function inPool(items, work) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function decksIn(folder) {
  const found = readdirSync(folder)
    .filter((name) => /^\d+-minutes\.html$/.test(name))
    .map((name) => ({ folder, name: name.replace(/\.html$/, "") }));
  if (found.length === 0) throw new Error(`${folder}: no deck in it`);
  return found;
}

function report({ folder, name, size }, { faults, slides, states }) {
  const where = `${basename(folder)}/${name} at ${size.width}x${size.height}`;
  for (const fault of faults) console.log(`${where}: ${fault}`);
  console.log(`${where}: ${slides} slides, ${states} states, ${faults.length} faults`);
  return faults.length;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`visit: ${error.message.split("\n")[0]}`);
  process.exitCode = 1;
}
