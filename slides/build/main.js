#!/usr/bin/env node
// Builds the decks: node slides/build/main.js --help
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "./build.js";
import { DeckError } from "./faults.js";

const HERE = join(dirname(fileURLToPath(import.meta.url)), "..");
const HELP = `Usage: node slides/build/main.js [OPTIONS]
Builds the decks into a folder that opens from disk, without a network.

  --from DIR   where the decks' sources are (default: slides)
  --out DIR    the folder to make, in place of slides built before
               (default: build/slides)
  --no-pdf     no PDF beside each deck: no Chromium is needed then
  --help       show this and leave
  --version    show the version and leave

Exit status: 0 done, 1 it failed, 2 the command line was wrong.`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        from: { type: "string", default: HERE },
        out: { type: "string", default: join(HERE, "../build/slides") },
        "no-pdf": { type: "boolean", default: false },
        help: { type: "boolean" },
        version: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    console.error(`slides: ${error.message.split(".")[0]}`);
    process.exit(2);
  }
}

async function main() {
  const options = readOptions();
  if (options.help || options.version) {
    console.log(options.help ? HELP : "slides 0.1");
    return;
  }
  const [from, out] = [resolve(options.from), resolve(options.out)];
  const hasPdf = !options["no-pdf"];
  const { decks, remarks } = build(from, out, { hasPdf });
  for (const remark of remarks) console.error(`slides: ${remark}: make casts`);
  if (hasPdf) await (await import("./pdf.js")).printDecks(out, decks);
  console.log(`Open ${join(out, "index.html")}`);
}

try {
  await main();
} catch (error) {
  const lines =
    error instanceof DeckError ? error.message.split("\n") : [String(error.message)];
  for (const line of lines) console.error(`slides: ${line}`);
  process.exitCode = 1;
}
