// The decks as PDF, printed by the system's Chromium.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openBrowser } from "./browser.js";

// In milliseconds: a busy machine took more than the 30 s that Playwright waits.
const PATIENCE = 120_000;

/** Prints each deck of the built folder `out` beside its page. */
export async function printDecks(out, decks) {
  const browser = await openBrowser();
  try {
    for (const { name } of decks) {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE);
      await page.goto(`${pathToFileURL(join(out, `${name}.html`))}?view=print`);
      await page.waitForFunction(() => window.slidesReady === true);
      await page.pdf({
        path: join(out, `${name}.pdf`),
        preferCSSPageSize: true,
        printBackground: true,
      });
      await page.close();
    }
  } finally {
    await browser.close();
  }
}
