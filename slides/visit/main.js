#!/usr/bin/env node
// Visits built decks in the system's Chromium: node slides/visit/main.js --help
import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "../build/browser.js";
import { visitDeck } from "./visit.js";

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
  const decks = options.folders.flatMap(decksIn);
  const browser = await openBrowser();
  let wrong = 0;
  try {
    for (const { folder, name } of decks) {
      for (const size of options.sizes) {
        const found = await visitDeck(browser, folder, name, size, options.pictures);
        wrong += report(`${basename(folder)}/${name}`, size, found);
      }
    }
  } finally {
    await browser.close();
  }
  return wrong > 0 ? 1 : 0;
}

function decksIn(folder) {
  const found = readdirSync(folder)
    .filter((name) => /^\d+-minutes\.html$/.test(name))
    .map((name) => ({ folder, name: name.replace(/\.html$/, "") }));
  if (found.length === 0) throw new Error(`${folder}: no deck in it`);
  return found;
}

function report(deck, size, { faults, slides, states }) {
  const where = `${deck} at ${size.width}x${size.height}`;
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
