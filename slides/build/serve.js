#!/usr/bin/env node
// Presents the decks and reloads on save: node slides/build/serve.js --help
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  watch,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "./build.js";

const SLIDES = fileURLToPath(new URL("..", import.meta.url));
const SETTLE = 100; // milliseconds: an editor saves in several steps
const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};
const HELP = `Usage: node slides/build/serve.js [OPTIONS]
Presents the decks at an address of this machine alone, and reloads them when a
source is saved. Ctrl-C ends it.

  --from DIR   where the decks' sources are (default: slides)
  --port N     default 0: any that is free
  --help       show this and leave
  --version    show the version and leave

Exit status: 0 done, 1 it failed, 2 the command line was wrong.`;

function fail(status, message) {
  console.error(`slides: ${message}`);
  process.exit(status);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        from: { type: "string", default: SLIDES },
        port: { type: "string", default: "0" },
        help: { type: "boolean" },
        version: { type: "boolean" },
      },
    });
    if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65535)
      fail(2, `--port ${values.port}: no port`);
    return values;
  } catch (error) {
    return fail(2, error.message.split(".")[0]);
  }
}

/** Builds; a page that is open hears of it, and of what is wrong. */
function rebuild(from, out, listeners) {
  let event = "event: reload\ndata: now\n\n";
  try {
    for (const remark of build(from, out, { live: true }).remarks)
      console.error(`slides: ${remark}: make casts`);
  } catch (error) {
    console.error(`slides: ${error.message.replaceAll("\n", "\nslides: ")}`);
    event = `event: fault\ndata: ${error.message.replaceAll("\n", "\ndata: ")}\n\n`;
  }
  for (const listener of listeners) listener.write(event);
}

/** Calls `changed` after anything at or below these folders was written. */
function watchFolders(folders, changed) {
  let timer = null;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE);
  };
  const below = (folder) => [
    folder,
    ...readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
      .flatMap((entry) => below(join(folder, entry.name))),
  ];
  for (const folder of folders.filter(existsSync).flatMap(below)) watch(folder, soon);
}

function answer(request, response, out, listeners) {
  if (request.url === "/events") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(":\n\n");
    listeners.add(response);
    request.on("close", () => listeners.delete(response));
    return;
  }
  const path = pathOf(request.url, out);
  if (path === null || request.method !== "GET") {
    response.writeHead(404, { "content-type": "text/plain" });
    response.end("no such page\n");
    return;
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(path)] ?? "application/octet-stream",
    "cache-control": "no-store",
  });
  // It may be gone by now: the page is then asked for again by the reload.
  const file = createReadStream(path).on("error", () => response.destroy());
  file.pipe(response);
}

/** The file that an address names, or null. Never one outside `out`. */
function pathOf(url, out) {
  try {
    const name = decodeURIComponent(new URL(url, "http://localhost").pathname);
    const path = normalize(join(out, name === "/" ? "index.html" : name));
    const isFile =
      path.startsWith(`${out}/`) && existsSync(path) && statSync(path).isFile();
    return isFile ? path : null;
  } catch {
    return null; // no address at all
  }
}

function main() {
  const options = readOptions();
  if (options.help || options.version) {
    console.log(options.help ? HELP : "slides 0.1");
    return;
  }
  const from = resolve(options.from);
  const out = mkdtempSync(join(tmpdir(), "reap-slides-"));
  process.on("exit", () => rmSync(out, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => process.exit(0));
  const listeners = new Set();
  rebuild(from, out, listeners);
  watchFolders([from, join(from, "../src")], () => rebuild(from, out, listeners));
  const server = createServer((request, response) =>
    answer(request, response, out, listeners),
  );
  server.on("error", (error) => fail(1, error.message));
  server.listen(Number(options.port), "127.0.0.1", () => {
    console.log(`slides: http://127.0.0.1:${server.address().port}/ (Ctrl-C ends it)`);
  });
}

try {
  main();
} catch (error) {
  fail(1, error.message);
}
