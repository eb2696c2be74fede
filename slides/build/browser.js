// The system's Chromium, without a window, a network or a profile of its own.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

/** The path of the system's Chromium (or $CHROMIUM), or null. */
export function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // not here: look on
      }
    }
  }
  return null;
}

/** Starts it, with a new empty profile. Its end is the caller's. */
export async function openBrowser() {
  const path = findBrowser();
  if (path === null) throw new Error("no Chromium found; set CHROMIUM=PATH");
  // Root may use no sandbox of Chromium's; these pages are our own.
  const args = process.getuid?.() === 0 ? [...QUIET, "--no-sandbox"] : QUIET;
  return chromium.launch({ executablePath: path, args, headless: true });
}
